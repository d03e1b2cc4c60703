//! The function under the attribute, taken apart: its attributes by where they go, its receiver and
//! its parameters. The body stays tokens: parsing it would cost build time and gain nothing.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{
    AttrStyle, Attribute, FnArg, GenericParam, Ident, Pat, Receiver, ReturnType, Signature, Token,
    Type, Visibility, token,
};

pub(crate) struct Function {
    pub(crate) attrs: Attributes,
    pub(crate) vis: Visibility,
    /// As the user wrote it.
    pub(crate) sig: Signature,
    /// The braces with the body.
    pub(crate) block: TokenStream,
    pub(crate) receiver: Option<Receiver>,
    /// Without the receiver.
    pub(crate) params: Vec<Param>,
    /// `()` if none is written.
    pub(crate) output: Type,
}

pub(crate) struct Param {
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    /// The name in the wrapper: the user's own where the pattern is one.
    pub(crate) ident: Ident,
    pub(crate) skipped: bool,
}

/// The attributes by the part of the expansion they belong to.
#[derive(Default)]
pub(crate) struct Attributes {
    pub(crate) wrapper: Vec<Attribute>,
    pub(crate) both: Vec<Attribute>,
    pub(crate) body: Vec<Attribute>,
    /// All of them in their order, for the function that is emitted unchanged after a mistake.
    pub(crate) written: Vec<Attribute>,
}

impl Function {
    pub(crate) fn parse(item: TokenStream) -> syn::Result<Function> {
        (|input: ParseStream<'_>| Function::from_stream(input)).parse2(item)
    }

    fn from_stream(input: ParseStream<'_>) -> syn::Result<Function> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis: Visibility = input.parse()?;
        require_function(input)?;
        let sig: Signature = input.parse()?;
        let (inner, block) = inner_attributes(body(input, &sig)?);
        attrs.extend(inner);
        let output = match &sig.output {
            ReturnType::Default => Type::Tuple(syn::TypeTuple {
                attrs: Vec::new(),
                paren_token: token::Paren::default(),
                elems: syn::punctuated::Punctuated::new(),
            }),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let mut receiver = None;
        let mut params = Vec::new();
        for input in &sig.inputs {
            match input {
                FnArg::Receiver(this) => receiver = Some(this.clone()),
                FnArg::Typed(arg) => params.push(Param {
                    pat: (*arg.pat).clone(),
                    ty: (*arg.ty).clone(),
                    ident: own_name(&arg.pat).unwrap_or_else(|| {
                        format_ident!("__memofn_arg{}", params.len(), span = Span::mixed_site())
                    }),
                    skipped: false,
                }),
            }
        }
        let mut attrs = Attributes::route(attrs);
        if sig.asyncness.is_some() {
            // It does nothing on an async function, which the compiler says once.
            attrs.both.retain(|attr| {
                let does_nothing = attr.path().is_ident("track_caller");
                attrs.wrapper.extend(does_nothing.then(|| attr.clone()));
                !does_nothing
            });
        }
        Ok(Function {
            attrs,
            vis,
            sig,
            block,
            receiver,
            params,
            output,
        })
    }

    pub(crate) fn is_async(&self) -> bool {
        self.sig.asyncness.is_some()
    }

    /// `::<T, N>`, the type and const parameters; nothing if there are none. Lifetimes are not
    /// named in a call.
    pub(crate) fn turbofish(&self) -> TokenStream {
        let names = self
            .sig
            .generics
            .params
            .iter()
            .filter_map(|param| match param {
                GenericParam::Lifetime(_) => None,
                GenericParam::Type(param) => Some(&param.ident),
                GenericParam::Const(param) => Some(&param.ident),
            });
        let names: Vec<_> = names.collect();
        match names.as_slice() {
            [] => TokenStream::new(),
            names => quote!(::<#(#names),*>),
        }
    }
}

impl Attributes {
    fn route(written: Vec<Attribute>) -> Attributes {
        let mut attrs = Attributes::default();
        for attr in &written {
            let name = attr.path().get_ident().map(ToString::to_string);
            let place = match name.as_deref() {
                Some("doc" | "must_use" | "deprecated" | "cfg") => &mut attrs.wrapper,
                Some("inline" | "track_caller" | "allow" | "warn" | "deny" | "forbid") => {
                    &mut attrs.both
                }
                // `expect` on the wrapper would not be fulfilled there.
                _ => &mut attrs.body,
            };
            place.push(attr.clone());
        }
        attrs.written = written;
        attrs
    }
}

/// The binding of a parameter that is a plain name, `mut` or not.
pub(crate) fn own_name(pat: &Pat) -> Option<Ident> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(pat.ident.clone()),
        _ => None,
    }
}

/// Syn would only say "expected `fn`"; the user wants to know where the attribute belongs.
fn require_function(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    loop {
        if ahead.peek(Token![fn]) {
            return Ok(());
        }
        let qualifier = ahead.peek(Token![const])
            || ahead.peek(Token![async])
            || ahead.peek(Token![unsafe])
            || ahead.peek(Token![extern]);
        if !qualifier {
            break;
        }
        ahead.parse::<TokenTree>()?;
        if ahead.peek(syn::LitStr) {
            ahead.parse::<TokenTree>()?;
        }
    }
    let span = input.span();
    let what = match input.call(Ident::parse_any).map(|word| word.to_string()) {
        Ok(word) => match word.as_str() {
            "struct" | "enum" | "union" | "mod" | "trait" | "const" | "static" | "use" | "type"
            | "macro_rules" => format!(", not on a `{word}`"),
            "impl" => ", on each function of the `impl` that is to be memoized".to_owned(),
            "unsafe" | "extern" => ", not on a block or another item".to_owned(),
            "async" | "move" => ", not on a closure: give the closure a name as a `fn`".to_owned(),
            _ => String::new(),
        },
        Err(_) if input.peek(Token![|]) => {
            ", not on a closure: give the closure a name as a `fn`".to_owned()
        }
        Err(_) => String::new(),
    };
    let message = format!("`#[memoize]` belongs on a function with a body{what}");
    Err(syn::Error::new(span, message))
}

fn body(input: ParseStream<'_>, sig: &Signature) -> syn::Result<TokenStream> {
    if input.peek(Token![;]) {
        return Err(syn::Error::new_spanned(
            sig,
            "`#[memoize]` belongs on a function with a body: put it on the function in the `impl`, not on its declaration",
        ));
    }
    let block = input.step(|cursor| match cursor.token_tree() {
        Some((TokenTree::Group(group), rest)) => Ok((group, rest)),
        _ => Err(cursor.error("expected the body of the function")),
    })?;
    braces(block)
}

/// The attributes that a body begins with, as those of the function that they are, and the rest of it: where
/// the body stands in another block, it can't have any.
fn inner_attributes(block: TokenStream) -> (Vec<Attribute>, TokenStream) {
    let Some(TokenTree::Group(braces)) = block.clone().into_iter().next() else {
        return (Vec::new(), block);
    };
    let is = |token: Option<TokenTree>, sign: char| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == sign);
    let mut tokens = braces.stream().into_iter();
    if !(is(tokens.next(), '#') && is(tokens.next(), '!')) {
        return (Vec::new(), block);
    }
    let split = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_inner)?;
        Ok((attrs, input.parse::<TokenStream>()?))
    };
    // What is wrong with them, the compiler says.
    let Ok((mut attrs, rest)) = split.parse2(braces.stream()) else {
        return (Vec::new(), block);
    };
    for attr in &mut attrs {
        attr.style = AttrStyle::Outer;
    }
    let mut rest = Group::new(Delimiter::Brace, rest);
    rest.set_span(braces.span());
    (attrs, TokenTree::Group(rest).into())
}

/// A body that is a `$body:block` of a `macro_rules` macro comes in an invisible group.
fn braces(group: Group) -> syn::Result<TokenStream> {
    match group.delimiter() {
        Delimiter::Brace => Ok(TokenStream::from(TokenTree::Group(group))),
        Delimiter::None => match group.stream().into_iter().next() {
            Some(TokenTree::Group(inner)) => braces(inner),
            _ => Err(syn::Error::new(group.span(), "expected a block")),
        },
        _ => Err(syn::Error::new(group.span(), "expected a block")),
    }
}
