//! What stands inside a type: borrows, `impl Trait`, `&mut`. One walk over the type finds all; the
//! two exceptions it knows are `fn(&str)` and `dyn Fn(&str)`, whose elided lifetimes are the
//! callee's own and borrow nothing.

use proc_macro2::{Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{
    BoundLifetimes, Expr, GenericArgument, GenericParam, Lifetime, Path, PathArguments,
    RangeLimits, ReturnType, Token, Type, TypeImplTrait, TypeParamBound, TypeReference,
};

/// What the walk reports.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    /// A reference that is not `'static`.
    Reference(&'a TypeReference),
    /// A lifetime in a path or bound that is not `'static`.
    Lifetime(&'a Lifetime),
    /// A mutable reference, of any lifetime, that the value itself holds.
    Mutable(&'a TypeReference),
    Impl(&'a TypeImplTrait),
}

/// The first reference or lifetime that borrows.
pub(crate) fn borrow(ty: &Type) -> Option<Part<'_>> {
    find(ty, |part| {
        matches!(part, Part::Reference(_) | Part::Lifetime(_))
    })
}

pub(crate) fn mutable(ty: &Type) -> Option<&TypeReference> {
    match find(ty, |part| matches!(part, Part::Mutable(_))) {
        Some(Part::Mutable(reference)) => Some(reference),
        _ => None,
    }
}

pub(crate) fn impl_trait(ty: &Type) -> Option<&TypeImplTrait> {
    match find(ty, |part| matches!(part, Part::Impl(_))) {
        Some(Part::Impl(found)) => Some(found),
        _ => None,
    }
}

fn find<'a>(ty: &'a Type, wanted: impl Fn(&Part<'a>) -> bool) -> Option<Part<'a>> {
    let mut found = None;
    let mut report = |part| {
        if found.is_none() && wanted(&part) {
            found = Some(part);
        }
    };
    Walk {
        bound: Vec::new(),
        in_call: false,
        report: &mut report,
    }
    .ty(ty);
    found
}

struct Walk<'a, 'r> {
    /// Lifetimes of the `for<'a>` around.
    bound: Vec<&'a Ident>,
    /// Inside the arguments or the result of a function type.
    in_call: bool,
    report: &'r mut dyn FnMut(Part<'a>),
}

impl<'a> Walk<'a, '_> {
    fn ty(&mut self, ty: &'a Type) {
        match ty {
            Type::Array(array) => self.ty(&array.elem),
            Type::Group(group) => self.ty(&group.elem),
            Type::Paren(paren) => self.ty(&paren.elem),
            Type::Ptr(pointer) => self.ty(&pointer.elem),
            Type::Slice(slice) => self.ty(&slice.elem),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.ty(elem)),
            Type::Reference(reference) => self.reference(reference),
            Type::Path(path) => {
                if let Some(qself) = &path.qself {
                    self.ty(&qself.ty);
                }
                self.path(&path.path);
            }
            Type::TraitObject(object) => self.bounds(&object.bounds),
            Type::ImplTrait(opaque) => {
                (self.report)(Part::Impl(opaque));
                self.bounds(&opaque.bounds);
            }
            Type::FnPtr(pointer) => self.binder(pointer.lifetimes.as_ref(), |walk| {
                walk.call(pointer.inputs.iter().map(|arg| &arg.ty), &pointer.output);
            }),
            // `_`, `!`, macros and what syn doesn't know hold nothing that could be seen here.
            _ => {}
        }
    }

    fn reference(&mut self, reference: &'a TypeReference) {
        if reference.mutability.is_some() && !self.in_call {
            (self.report)(Part::Mutable(reference));
        }
        let borrows = match &reference.lifetime {
            Some(lifetime) => self.borrows(lifetime),
            None => !self.in_call,
        };
        if borrows {
            (self.report)(Part::Reference(reference));
        }
        self.ty(&reference.elem);
    }

    fn lifetime(&mut self, lifetime: &'a Lifetime) {
        if self.borrows(lifetime) {
            (self.report)(Part::Lifetime(lifetime));
        }
    }

    fn borrows(&self, lifetime: &Lifetime) -> bool {
        if lifetime.ident == "_" {
            return !self.in_call;
        }
        lifetime.ident != "static" && !self.bound.contains(&&lifetime.ident)
    }

    fn path(&mut self, path: &'a Path) {
        for segment in &path.segments {
            match &segment.arguments {
                PathArguments::None => {}
                PathArguments::AngleBracketed(list) => self.arguments(&list.args),
                PathArguments::Parenthesized(list) => {
                    self.call(list.inputs.iter().map(|arg| &arg.ty), &list.output);
                }
            }
        }
    }

    fn arguments(&mut self, arguments: &'a Punctuated<GenericArgument, Token![,]>) {
        for argument in arguments {
            match argument {
                GenericArgument::Lifetime(lifetime) => self.lifetime(lifetime),
                GenericArgument::Type(ty) => self.ty(ty),
                GenericArgument::AssocType(assoc) => {
                    if let Some(generics) = &assoc.generics {
                        self.arguments(&generics.args);
                    }
                    self.ty(&assoc.ty);
                }
                GenericArgument::Constraint(constraint) => self.bounds(&constraint.bounds),
                _ => {}
            }
        }
    }

    fn bounds(&mut self, bounds: &'a Punctuated<TypeParamBound, Token![+]>) {
        for bound in bounds {
            match bound {
                TypeParamBound::Trait(bound) => {
                    self.binder(bound.lifetimes.as_ref(), |walk| walk.path(&bound.path));
                }
                TypeParamBound::Lifetime(lifetime) => self.lifetime(lifetime),
                _ => {}
            }
        }
    }

    fn binder(&mut self, binder: Option<&'a BoundLifetimes>, inside: impl FnOnce(&mut Self)) {
        let outer = self.bound.len();
        for param in binder.iter().flat_map(|binder| &binder.lifetimes) {
            if let GenericParam::Lifetime(param) = param {
                self.bound.push(&param.lifetime.ident);
            }
        }
        inside(self);
        self.bound.truncate(outer);
    }

    fn call(&mut self, inputs: impl Iterator<Item = &'a Type>, output: &'a ReturnType) {
        let outer = std::mem::replace(&mut self.in_call, true);
        inputs.for_each(|input| self.ty(input));
        if let ReturnType::Type(_, output) = output {
            self.ty(output);
        }
        self.in_call = outer;
    }
}

/// Why a type can't be part of the key.
pub(crate) enum Obstacle<'a> {
    /// `&dyn Trait`
    Object(&'a Type),
    /// A type that borrows, and not in one of the ways in which keys are made owned.
    Borrows(&'a Type),
}

/// Goes through the types that the expansion takes apart itself, down to the first leaf that can't
/// be kept.
pub(crate) fn obstacle(ty: &Type) -> Option<Obstacle<'_>> {
    match shape(ty) {
        Shape::Reference(inner) => match strip(inner) {
            Type::TraitObject(_) => Some(Obstacle::Object(ty)),
            inner => obstacle(inner),
        },
        Shape::Parts(parts) => parts.into_iter().find_map(obstacle),
        Shape::Cow(parts) if parts.iter().all(|part| borrow(part).is_none()) => None,
        Shape::Cow(_) | Shape::Leaf => borrow(ty).map(|_| Obstacle::Borrows(ty)),
    }
}

/// How a key type is taken apart.
pub(crate) enum Shape<'a> {
    Reference(&'a Type),
    /// Tuples, arrays, slices, `Option` and `Vec`, with what they hold.
    Parts(Vec<&'a Type>),
    Cow(Vec<&'a Type>),
    Leaf,
}

pub(crate) fn shape(ty: &Type) -> Shape<'_> {
    match strip(ty) {
        Type::Reference(reference) => Shape::Reference(&reference.elem),
        Type::Tuple(tuple) => Shape::Parts(tuple.elems.iter().collect()),
        Type::Array(array) => Shape::Parts(vec![&array.elem]),
        Type::Slice(slice) => Shape::Parts(vec![&slice.elem]),
        path => {
            let types: Vec<_> = generics(path, &["Option", "Vec", "Cow"]).collect();
            match types.len() {
                0 => Shape::Leaf,
                _ if last_name(path).is_some_and(|name| name == "Cow") => Shape::Cow(types),
                1 => Shape::Parts(types),
                _ => Shape::Leaf,
            }
        }
    }
}

/// The type without parentheses and the invisible groups of `macro_rules` fragments.
pub(crate) fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => strip(&group.elem),
        Type::Paren(paren) => strip(&paren.elem),
        other => other,
    }
}

pub(crate) fn last_name(ty: &Type) -> Option<&Ident> {
    match strip(ty) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// The type arguments of a type of std with one of these names, as far as tokens tell: the name alone
/// or behind `std`, `core` or `alloc`, and no const argument, which no container of std has.
pub(crate) fn generics<'a>(ty: &'a Type, names: &[&str]) -> impl Iterator<Item = &'a Type> {
    let list = match strip(ty) {
        Type::Path(path) if path.qself.is_none() => std_arguments(&path.path, names),
        _ => None,
    };
    list.into_iter().flatten().filter_map(|arg| match arg {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn std_arguments<'a>(
    path: &'a Path,
    names: &[&str],
) -> Option<&'a Punctuated<GenericArgument, Token![,]>> {
    let (first, last) = (path.segments.first()?, path.segments.last()?);
    // Most types end here; names take long to compare.
    let PathArguments::AngleBracketed(list) = &last.arguments else {
        return None;
    };
    let is_one_of = |ident: &Ident, names: &[&str]| names.contains(&ident.to_string().as_str());
    let of_std = || is_one_of(&first.ident, &["std", "core", "alloc"]);
    if !(path.segments.len() == 1 || of_std()) || !is_one_of(&last.ident, names) {
        return None;
    }
    let is_const = |arg: &GenericArgument| matches!(arg, GenericArgument::Const(_));
    (!list.args.iter().any(is_const)).then_some(&list.args)
}

/// The type as one would write it: tokens print with a space between any two.
pub(crate) fn display(ty: impl ToTokens) -> String {
    let tokens = ty.to_token_stream().to_string();
    let mut text = String::new();
    let mut chars = tokens.chars().peekable();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(c) = chars.next() {
        if !c.is_whitespace() {
            text.push(c);
            continue;
        }
        let next = chars.peek().copied().unwrap_or(' ');
        let before = text.chars().next_back().unwrap_or(' ');
        let words = word(before) && (word(next) || "'&*[".contains(next));
        let infix = (before == '>' && word(next))
            || "+=".contains(before)
            || "+=-".contains(next)
            || text.ends_with("->");
        let colon = text.ends_with(':') && !text.ends_with("::") && next != ':';
        if words || infix || colon || ",;".contains(before) {
            text.push(' ');
        }
    }
    text
}

/// The expression as one would write it, for advice; `None` if it is long, or of a kind that advice
/// doesn't need.
pub(crate) fn expression(expr: &Expr) -> Option<String> {
    const LONGEST: usize = 60;
    let text = match expr {
        // The fragment of a `macro_rules` macro holds together without parentheses.
        Expr::Group(group) => operand(&group.expr)?,
        Expr::Paren(paren) => format!("({})", expression(&paren.expr)?),
        Expr::Lit(lit) => lit.lit.to_token_stream().to_string(),
        Expr::Path(path) => display(path),
        Expr::Field(field) => format!("{}.{}", operand(&field.base)?, display(&field.member)),
        Expr::Index(index) => format!("{}[{}]", operand(&index.expr)?, expression(&index.index)?),
        Expr::Try(tried) => format!("{}?", operand(&tried.expr)?),
        Expr::Call(call) => format!("{}({})", operand(&call.func)?, expressions(&call.args)?),
        Expr::MethodCall(call) => {
            let turbofish = call.turbofish.as_ref().map(display).unwrap_or_default();
            let (receiver, method) = (operand(&call.receiver)?, &call.method);
            format!(
                "{receiver}.{method}{turbofish}({})",
                expressions(&call.args)?
            )
        }
        Expr::Macro(call) => {
            let arguments = Punctuated::parse_terminated;
            let arguments = call.mac.parse_body_with(arguments).ok()?;
            format!("{}!({})", display(&call.mac.path), expressions(&arguments)?)
        }
        Expr::Tuple(tuple) if tuple.elems.len() == 1 => {
            format!("({},)", expressions(&tuple.elems)?)
        }
        Expr::Tuple(tuple) => format!("({})", expressions(&tuple.elems)?),
        Expr::Array(array) => format!("[{}]", expressions(&array.elems)?),
        Expr::Reference(reference) => {
            let mutable = reference.mutability.map_or("", |_| "mut ");
            format!("&{mutable}{}", operand(&reference.expr)?)
        }
        Expr::Unary(unary) => format!("{}{}", display(unary.op), operand(&unary.expr)?),
        Expr::Cast(cast) => format!("{} as {}", operand(&cast.expr)?, display(&cast.ty)),
        Expr::Binary(binary) => {
            let (left, right) = (expression(&binary.left)?, expression(&binary.right)?);
            format!("{left} {} {right}", display(binary.op))
        }
        Expr::Range(range) => {
            let end = |end: &Option<Box<Expr>>| match end {
                Some(end) => operand(end),
                None => Some(String::new()),
            };
            let dots = match range.limits {
                RangeLimits::HalfOpen(_) => "..",
                RangeLimits::Closed(_) => "..=",
            };
            format!("{}{dots}{}", end(&range.start)?, end(&range.end)?)
        }
        _ => return None,
    };
    (text.chars().count() <= LONGEST && !text.contains('\n')).then_some(text)
}

/// An expression to which a field, a call or an operator can be added.
pub(crate) fn operand(expr: &Expr) -> Option<String> {
    let text = expression(expr)?;
    let loose = matches!(
        expr,
        Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) | Expr::Reference(_) | Expr::Unary(_)
    );
    Some(if loose { format!("({text})") } else { text })
}

fn expressions(list: &Punctuated<Expr, Token![,]>) -> Option<String> {
    let texts: Option<Vec<_>> = list.iter().map(expression).collect();
    Some(texts?.join(", "))
}

/// Writes this lifetime for every one, written or elided. Not inside the argument lists of function
/// types, nor behind a `for<'a>`: those lifetimes are bound there.
pub(crate) fn map_lifetimes(tokens: TokenStream, name: &str) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut behind_name = false;
    let mut bound = false;
    while let Some(token) = tokens.next() {
        let is_name = matches!(token, TokenTree::Ident(_));
        match token {
            token if bound => out.extend([token]),
            TokenTree::Ident(word) => {
                bound = word == "for";
                out.extend([TokenTree::Ident(word)]);
            }
            TokenTree::Punct(p) if p.as_char() == '\'' => {
                tokens.next();
                out.extend(lifetime(name));
            }
            TokenTree::Punct(p) if p.as_char() == '&' => {
                out.extend([TokenTree::Punct(p)]);
                let written =
                    matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '\'');
                if !written {
                    out.extend(lifetime(name));
                }
            }
            TokenTree::Group(group) if !behind_name => {
                let mut inner = Group::new(group.delimiter(), map_lifetimes(group.stream(), name));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            token => out.extend([token]),
        }
        behind_name = is_name;
    }
    out
}

fn lifetime(name: &str) -> [TokenTree; 2] {
    [
        Punct::new('\'', Spacing::Joint).into(),
        Ident::new(name, Span::call_site()).into(),
    ]
}
