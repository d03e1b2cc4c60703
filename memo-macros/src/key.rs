//! The key of a call: the arguments that aren't skipped, or the expression in their place. An
//! expression that only names arguments, `key = name` or `key = (name, id)`, is a choice among them:
//! they are looked up as they are, and the key's type has a name.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, Pat, Receiver, ReceiverKind, Type};

use crate::args::Options;
use crate::shape::{self, hygienic, without_lifetimes};
use crate::signature::{Function, Param, own_name};
use crate::tokens::Tokens;
use crate::weigh;

pub(crate) struct Keys<'a> {
    function: &'a Function,
    kind: Kind<'a>,
    skips_self: bool,
    rt: &'a Tokens,
    has_probes: bool,
}

enum Kind<'a> {
    /// The arguments that aren't skipped, the receiver first.
    All,
    /// These arguments.
    Chosen(Vec<&'a Param>),
    Expression(&'a Expr),
}

impl<'a> Keys<'a> {
    pub(crate) fn new(options: &'a Options, function: &'a Function, rt: &'a Tokens) -> Self {
        let skipped = options.skip.iter().flat_map(|skip| &skip.value);
        let kind = match options.key.as_ref().map(|key| &key.value) {
            None => Kind::All,
            Some(expression) => match chosen(&function.params, expression) {
                Some(params) => Kind::Chosen(params),
                None => Kind::Expression(expression),
            },
        };
        let mut keys = Self {
            function,
            kind,
            skips_self: { skipped }.any(|name| name == "self"),
            rt,
            has_probes: true,
        };
        keys.has_probes = keys.is_expression()
            || keys.receiver().is_some()
            || !keys.params().all(|param| shape::is_plain(&param.ty));
        keys
    }

    pub(crate) fn is_expression(&self) -> bool {
        self.expression().is_some()
    }

    /// Is the key's type left to the compiler?
    pub(crate) fn is_inferred(&self) -> bool {
        self.is_expression() || self.params().any(|param| shape::asks_for_owned(&param.ty))
    }

    fn expression(&self) -> Option<&'a Expr> {
        match self.kind {
            Kind::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    /// Is there a part whose type has to be looked at?
    pub(crate) fn has_probes(&self) -> bool {
        self.has_probes
    }

    pub(crate) fn skips_self(&self) -> bool {
        self.skips_self
    }

    /// The arguments that are part of the key, or that its expression may name.
    fn params(&self) -> impl Iterator<Item = &Param> {
        let (chosen, all) = match &self.kind {
            Kind::Chosen(params) => (params.as_slice(), [].as_slice()),
            _ => ([].as_slice(), self.function.params.as_slice()),
        };
        let all = all.iter().filter(|param| !param.skipped);
        chosen.iter().copied().chain(all)
    }

    /// The key over the arguments in scope, an expression that borrows them.
    pub(crate) fn of_arguments(&self) -> TokenStream {
        match self.expression() {
            Some(expression) => self.given(&expression.to_token_stream(), |param| {
                let ident = &param.ident;
                quote!(&#ident)
            }),
            None => self.view(
                |receiver, _| {
                    let this = &receiver.self_token;
                    match &receiver.kind {
                        ReceiverKind::Reference(..) => quote!(#this),
                        _ => quote!((&#this)),
                    }
                },
                |param| {
                    let ident = &param.ident;
                    quote_spanned!(hygienic(param.ty.span())=> &#ident)
                },
            ),
        }
    }

    /// The type of the key over the arguments where the tokens tell all of it.
    pub(crate) fn plain_view(&self) -> Option<TokenStream> {
        if self.has_probes() {
            return None;
        }
        let views: Vec<_> = { self.params() }
            .map(|param| shape::plain_view(&param.ty))
            .collect();
        match views.as_slice() {
            [one] => Some(one.clone()),
            several => Some(quote!((#(#several,)*))),
        }
    }

    /// The same where there are no arguments: code for its type only.
    pub(crate) fn of_nothing(&self) -> TokenStream {
        let rt = self.rt;
        let Some(expression) = self.expression() else {
            return self.view(
                |_, ty| match ty {
                    Some(ty) => {
                        let ty = without_lifetimes(ty);
                        quote!(#rt::never::<&#ty>())
                    }
                    None => quote!(#rt::never::<&Self>()),
                },
                |param| {
                    let ty = without_lifetimes(&param.ty);
                    quote_spanned!(hygienic(param.ty.span())=> #rt::never::<&#ty>())
                },
            );
        };
        // In scope of the user's tokens, for format strings.
        let this = Ident::new("__memofn_self", Span::call_site());
        let this_type = match self
            .function
            .receiver
            .as_ref()
            .map(|receiver| &receiver.kind)
        {
            Some(ReceiverKind::Reference(..)) => Some(quote!(&Self)),
            Some(ReceiverKind::Typed(_, ty)) => Some(without_lifetimes(ty)),
            Some(_) => Some(quote!(Self)),
            None => None,
        };
        let this_type = this_type.iter();
        let arguments = self.params().map(|param| {
            let (ident, ty) = (&param.ident, without_lifetimes(&param.ty));
            quote!(let #ident: #ty = #rt::never();)
        });
        let expression = rename_self(expression.to_token_stream(), &this);
        let given = self.given(&expression, |param| {
            let ty = without_lifetimes(&param.ty);
            quote!(#rt::never::<&#ty>())
        });
        quote! {{
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            {
                #(let #this: #this_type = #rt::never();)*
                #(#arguments)*
                #given
            }
        }}
    }

    /// The key that an expression gives. Names that a parameter's pattern binds are references.
    fn given(
        &self,
        expression: &TokenStream,
        place: impl Fn(&Param) -> TokenStream,
    ) -> TokenStream {
        let rt = self.rt;
        let patterns = self
            .params()
            .filter(|param| !matches!(param.pat, Pat::Ident(_)));
        let bindings = patterns
            .filter(|param| !matches!(param.pat, Pat::Wild(_)))
            .map(|param| {
                let (pat, place) = (&param.pat, place(param));
                quote!(#[allow(unused_variables)] let #pat = #place;)
            });
        let at = hygienic(expression.span());
        quote_spanned! {at=> {
            #(#bindings)*
            let __memofn_key = #expression;
            let __memofn_how = (&&&#rt::GivenProbe::new(&__memofn_key)).__memofn_how();
            __memofn_how.with(__memofn_key)
        }}
    }

    /// `this`: an expression for a reference to the receiver, whose type is given if it is written
    /// out. `place`: one for a reference to an argument.
    fn view(
        &self,
        this: impl Fn(&Receiver, Option<&Type>) -> TokenStream,
        place: impl Fn(&Param) -> TokenStream,
    ) -> TokenStream {
        let rt = self.rt;
        let receiver = self.receiver().map(|receiver| match &receiver.kind {
            ReceiverKind::Typed(_, ty) => shape::view(rt, ty, &this(receiver, Some(ty))),
            _ => shape::leaf(rt, &receiver.self_token, &this(receiver, None)),
        });
        let params = self
            .params()
            .map(|param| shape::view(rt, &param.ty, &place(param)));
        let views: Vec<_> = receiver.into_iter().chain(params).collect();
        match views.as_slice() {
            [one] => one.clone(),
            several => quote!((#(#several,)*)),
        }
    }

    fn receiver(&self) -> Option<&Receiver> {
        let receiver = self.function.receiver.as_ref();
        receiver.filter(|_| !self.skips_self && matches!(self.kind, Kind::All))
    }

    /// The types of the arguments in the key, as written; none of an expression.
    fn types(&self) -> Vec<Type> {
        let receiver = self.receiver().map(|receiver| match &receiver.kind {
            ReceiverKind::Typed(_, ty) => (**ty).clone(),
            _ => {
                let this = Ident::new("Self", receiver.self_token.span);
                syn::parse_quote!(#this)
            }
        });
        let params = self.params().map(|param| param.ty.clone());
        receiver.into_iter().chain(params).collect()
    }

    /// The key's type as the cache keeps it, for code; `_` if it is inferred.
    pub(crate) fn owned(&self) -> TokenStream {
        if self.is_inferred() {
            quote!(_)
        } else {
            self.owned_arguments()
        }
    }

    fn owned_arguments(&self) -> TokenStream {
        let types = self.types();
        let owned: Vec<_> = types.iter().map(shape::owned).collect();
        match owned.as_slice() {
            [one] => one.clone(),
            several => quote!((#(#several,)*)),
        }
    }

    /// The same for a signature: none of an expression whose tokens don't say its type.
    pub(crate) fn named(&self) -> Option<TokenStream> {
        match self.expression() {
            None => Some(self.owned_arguments()),
            Some(expression) => self.type_of(expression),
        }
    }

    fn type_of(&self, expression: &Expr) -> Option<TokenStream> {
        match expression {
            Expr::Group(group) => self.type_of(&group.expr),
            Expr::Paren(paren) => self.type_of(&paren.expr),
            Expr::Cast(cast) => Some(cast.ty.to_token_stream()),
            Expr::Tuple(tuple) => {
                let parts = tuple.elems.iter().map(|part| self.type_of(part));
                let parts: Vec<_> = parts.collect::<Option<_>>()?;
                Some(quote!((#(#parts,)*)))
            }
            Expr::Path(path) => {
                let name = path.path.get_ident()?;
                let param = self.params().find(|param| param.ident == *name)?;
                matches!(param.pat, Pat::Ident(_)).then(|| param.ty.to_token_stream())
            }
            _ => None,
        }
    }

    /// The default weight of a key in `place`.
    pub(crate) fn weigh(&self, place: &TokenStream) -> TokenStream {
        let rt = self.rt;
        let types = self.types();
        match types.as_slice() {
            _ if self.is_expression() => weigh::leaf(rt, Span::mixed_site(), place),
            [one] => weigh::weigh(rt, one, place),
            several => weigh::parts(rt, several.iter(), place),
        }
    }

    /// The proofs that the key can be kept: one for each argument.
    pub(crate) fn kept(&self) -> TokenStream {
        self.each(shape::kept)
    }

    /// How the key is written to a store: for each argument.
    pub(crate) fn written(&self) -> TokenStream {
        self.each(shape::written)
    }

    /// What is asked of the type of each argument in the key, where the user wrote it.
    fn each(&self, ask: impl Fn(&Tokens, &TokenStream, Span) -> TokenStream) -> TokenStream {
        let rt = self.rt;
        if let Some(expression) = self.expression() {
            let at = hygienic(expression.span());
            return ask(rt, &quote_spanned!(at=> _), expression.span());
        }
        let types = self.types();
        let asked = types.iter().map(|ty| {
            let owned = if shape::asks_for_owned(ty) {
                quote_spanned!(hygienic(ty.span())=> _)
            } else {
                shape::owned(ty)
            };
            ask(rt, &owned, ty.span())
        });
        let asked: Vec<_> = asked.collect();
        match asked.as_slice() {
            [one] => one.clone(),
            several => quote!((#(#several,)*)),
        }
    }
}

/// The arguments that an expression consists of, if it is one name or a tuple of names.
pub(crate) fn chosen<'a>(params: &'a [Param], expression: &Expr) -> Option<Vec<&'a Param>> {
    match expression {
        Expr::Group(group) => chosen(params, &group.expr),
        Expr::Paren(paren) => chosen(params, &paren.expr),
        Expr::Path(_) => Some(vec![named(params, expression)?]),
        Expr::Tuple(tuple) if tuple.elems.len() > 1 => {
            tuple.elems.iter().map(|name| named(params, name)).collect()
        }
        _ => None,
    }
}

fn named<'a>(params: &'a [Param], expression: &Expr) -> Option<&'a Param> {
    let Expr::Path(path) = expression else {
        return None;
    };
    let name = path.path.get_ident()?;
    let mut params = params.iter().filter(|param| !param.skipped);
    params.find(|param| own_name(&param.pat).is_some_and(|own| own == *name))
}

/// `self` can't be bound by `let`.
fn rename_self(tokens: TokenStream, name: &Ident) -> TokenStream {
    let rename = |token| match token {
        TokenTree::Ident(word) if word == "self" => TokenTree::Ident(name.clone()),
        TokenTree::Group(group) => {
            let inner = rename_self(group.stream(), name);
            let mut renamed = Group::new(group.delimiter(), inner);
            renamed.set_span(group.span());
            TokenTree::Group(renamed)
        }
        // A format string captures it by name.
        TokenTree::Literal(literal) if literal.to_string().contains("{self") => {
            let renamed = literal.to_string().replace("{self", &format!("{{{name}"));
            match renamed.parse::<Literal>() {
                Ok(mut renamed) => {
                    renamed.set_span(literal.span());
                    TokenTree::Literal(renamed)
                }
                Err(_) => TokenTree::Literal(literal),
            }
        }
        token => token,
    };
    tokens.into_iter().map(rename).collect()
}
