//! The rules: what memoization of a function would get wrong, or an option would not do
//! (`combinations.rs`). Each rule is a function of its own and says the reason and the remedy at the token that breaks it; a token
//! gets one message, the one that names its cause.

use syn::{Expr, FnArg, GenericParam, Ident, Receiver, ReceiverKind, Safety, Type};

use crate::args::Options;
use crate::errors::Errors;
use crate::literal::nearest;
use crate::signature::{Function, Param};
use crate::types::{self, Obstacle, Part};
use crate::vocabulary::list;
use crate::{combinations, key};

pub(crate) fn check(options: &Options, function: &mut Function, errors: &mut Errors) {
    combinations::check(options, function, errors);
    qualifiers(function, errors);
    scope_of_async(options, function, errors);
    twice(function, errors);
    let self_skipped = skip(options, function, errors);
    if let Some(receiver) = &function.receiver {
        self::receiver(options, receiver, self_skipped, errors);
    }
    cfg_on_parameters(function, errors);
    let chosen = options.key.as_ref();
    let chosen = chosen.and_then(|key| key::chosen(&function.params, &key.value));
    if let (Some(key), None) = (&options.key, &chosen) {
        borrowed_parts(&key.value, function, errors);
    }
    let chosen: Option<Vec<Ident>> =
        chosen.map(|params| params.iter().map(|param| param.ident.clone()).collect());
    for param in &function.params {
        let role = match &chosen {
            _ if param.skipped => Role::Skipped,
            Some(chosen) if chosen.contains(&param.ident) => Role::Chosen,
            _ if options.is_given("key") => Role::NotInKey,
            _ => Role::InKey,
        };
        parameter(param, role, errors);
    }
    output(&function.output, errors);
}

/// Arguments that a `key` with other expressions names as they are: they would have to outlive the call.
fn borrowed_parts(key: &Expr, function: &Function, errors: &mut Errors) {
    match key {
        Expr::Group(group) => borrowed_parts(&group.expr, function, errors),
        Expr::Paren(paren) => borrowed_parts(&paren.expr, function, errors),
        Expr::Tuple(tuple) => {
            for part in &tuple.elems {
                borrowed_parts(part, function, errors);
            }
        }
        Expr::Path(path) => {
            let Some(name) = path.path.get_ident() else {
                return;
            };
            let borrowed_self = name == "self"
                && function
                    .receiver
                    .as_ref()
                    .is_some_and(|receiver| matches!(receiver.kind, ReceiverKind::Reference(..)));
            let argument = function.params.iter().find(|param| param.ident == *name);
            let such_as = match argument {
                _ if borrowed_self => format!(", such as `{name}.clone()`"),
                Some(param) if types::borrow(&param.ty).is_some() => {
                    match types::strip(&param.ty) {
                        Type::Reference(_) => format!(", such as `{name}.to_owned()`"),
                        _ => String::new(),
                    }
                }
                _ => return,
            };
            errors.push(
                name,
                format!(
                    "the key is kept, so it can't borrow, and beside an expression nothing is looked up as it is: write it owned{such_as}"
                ),
            );
        }
        _ => {}
    }
}

fn qualifiers(function: &Function, errors: &mut Errors) {
    let sig = &function.sig;
    if let Some(token) = &sig.constness {
        errors.push(
            token,
            "a `const fn` can't be memoized, since a cache is filled at run time: remove `const`, or put `#[memoize]` on a function that calls this one",
        );
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.push(
            token,
            "an `unsafe fn` can't be memoized, since its conditions may have changed when a stored result is given: put `#[memoize]` on a safe function that calls this one",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.push(
            abi,
            "an `extern` function can't be memoized, since callers in other languages know nothing of panics and `Clone`: put `#[memoize]` on a Rust function that this one calls",
        );
    }
    if let Some(variadic) = &sig.variadic {
        errors.push(
            variadic,
            "a variadic function can't be memoized, since its key would have no type: take a slice, such as `&[u32]`",
        );
    }
}

fn scope_of_async(options: &Options, function: &Function, errors: &mut Errors) {
    let Some(scope) = options.scope.as_ref().filter(|_| options.is_local()) else {
        return;
    };
    if function.is_async() {
        errors.push(
            &scope.name,
            "an async function can't have a cache for each thread, since a future that begins on one thread may go on on another: leave `scope` out, or memoize the synchronous part",
        );
    }
}

fn twice(function: &Function, errors: &mut Errors) {
    for attr in function
        .attrs
        .written
        .iter()
        .filter(|attr| is_memoize(attr))
    {
        errors.push(
            attr,
            "`#[memoize]` stands on this function twice: keep one, with all the options",
        );
    }
}

pub(crate) fn is_memoize(attr: &syn::Attribute) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|segment| segment.ident == "memoize")
}

/// Marks the skipped parameters; gives whether `self` is skipped.
fn skip(options: &Options, function: &mut Function, errors: &mut Errors) -> bool {
    let Some(skip) = &options.skip else {
        return false;
    };
    let mut seen: Vec<&Ident> = Vec::new();
    for name in &skip.value {
        if seen.contains(&name) {
            errors.push(name, format!("`{name}` is skipped twice: name it once"));
            continue;
        }
        seen.push(name);
        if name == "self" {
            if function.receiver.is_none() {
                errors.push(
                    name,
                    format!(
                        "`{}` has no `self` to skip: leave it out",
                        function.sig.ident
                    ),
                );
            }
        } else if let Some(param) =
            own_names(&mut function.params).find(|param| param.ident == *name)
        {
            param.skipped = true;
        } else {
            let names: Vec<String> = own_names(&mut function.params)
                .map(|param| param.ident.to_string())
                .collect();
            errors.push(name, unknown_argument(name, &function.sig.ident, &names));
        }
    }
    seen.into_iter().any(|name| name == "self")
}

/// Without those whose pattern is no name: what a pattern binds is not the argument.
fn own_names(params: &mut [Param]) -> impl Iterator<Item = &mut Param> {
    params
        .iter_mut()
        .filter(|param| matches!(&param.pat, syn::Pat::Ident(pat) if pat.ident == param.ident))
}

fn unknown_argument(name: &Ident, function: &Ident, names: &[String]) -> String {
    let word = name.to_string();
    if let Some(near) = nearest(&word, names.iter().map(String::as_str)) {
        return format!("`{function}` has no argument `{word}`: did you mean `{near}`?");
    }
    if names.is_empty() {
        return format!("`{function}` has no argument `{word}`, nor any other that has a name");
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!(
        "`{function}` has no argument `{word}`: those that can be skipped are {}",
        list(&names)
    )
}

fn receiver(options: &Options, receiver: &Receiver, skipped: bool, errors: &mut Errors) {
    const MUTABLE: &str = "`&mut self` can't be memoized, since a stored result would be given without the change to `self`: take `&self`, or put `#[memoize]` on a function that computes the change";
    let ty = match &receiver.kind {
        ReceiverKind::Reference(_, _, Some(_)) => return errors.push(receiver, MUTABLE),
        ReceiverKind::Typed(_, ty) => ty,
        _ => return,
    };
    if types::mutable(ty).is_some() {
        return errors.push(receiver, MUTABLE);
    }
    if !skipped && !options.is_given("key") && !is_self(ty) {
        let ty = types::display(ty);
        errors.push(
            receiver,
            format!(
                "`self: {ty}` can't be part of the key: take `&self`, write `key = ...` over what tells the results apart, or `skip(self)` if the result doesn't depend on it"
            ),
        );
    }
}

/// `Self` and `&Self`, which `self` and `&self` are short for.
fn is_self(ty: &Type) -> bool {
    let ty = match types::strip(ty) {
        Type::Reference(reference) => types::strip(&reference.elem),
        other => other,
    };
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident("Self"))
}

/// A `#[cfg]` on a parameter is resolved only after this macro has run.
fn cfg_on_parameters(function: &Function, errors: &mut Errors) {
    let inputs = function.sig.inputs.iter().map(|input| match input {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(arg) => &arg.attrs,
    });
    let generics = function.sig.generics.params.iter();
    let generics = generics.map(|param| match param {
        GenericParam::Lifetime(param) => &param.attrs,
        GenericParam::Type(param) => &param.attrs,
        GenericParam::Const(param) => &param.attrs,
    });
    for attr in inputs.chain(generics).flatten() {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            errors.push(
                attr,
                "`#[cfg]` on a parameter can't be memoized, since `#[memoize]` sees the parameter in either case: write two functions with `#[cfg]` on each",
            );
        }
    }
}

/// What an argument is for the key.
#[derive(PartialEq)]
enum Role {
    InKey,
    /// Named by a `key` that consists of names.
    Chosen,
    NotInKey,
    Skipped,
}

fn parameter(param: &Param, role: Role, errors: &mut Errors) {
    if let Some(reference) = types::mutable(&param.ty) {
        let remedy = match role {
            Role::Skipped => {
                ", also when it is skipped: take `&`, with a `Mutex` or `RefCell` inside"
            }
            _ => ": take it by value or by `&`, and return what changes",
        };
        return errors.push(
            reference,
            format!(
                "a `&mut` argument can't be memoized, since a stored result would be given without the change to it{remedy}"
            ),
        );
    }
    if let Some(opaque) = types::impl_trait(&param.ty) {
        return errors.push(
            opaque,
            "an `impl Trait` argument can't be memoized, since a cache holds keys of one type and this one has no name: write the type, such as `&str` for `impl AsRef<str>`",
        );
    }
    if role == Role::Skipped || role == Role::NotInKey {
        return;
    }
    // What the pattern binds can't be named in `skip`.
    let skip = match &param.pat {
        syn::Pat::Ident(pat) if pat.ident == param.ident => {
            format!("`skip({})` if the result doesn't depend on it", param.ident)
        }
        _ => "name the argument and `skip` it if the result doesn't depend on it".to_owned(),
    };
    match types::obstacle(&param.ty) {
        None => {}
        Some(Obstacle::Object(ty)) => {
            let remedy = match role {
                Role::Chosen => format!(
                    "write what tells the results apart in place of `{}` in `key`",
                    param.ident
                ),
                _ => format!("write `key = ...` over what tells the results apart, or {skip}"),
            };
            errors.push(
                ty,
                format!(
                    "`{}` can't be part of the key, since a trait object has no `Hash` and `Eq`: {remedy}",
                    types::display(ty)
                ),
            );
        }
        Some(Obstacle::Borrows(ty)) => {
            let remedy = match role {
                Role::Chosen => format!(
                    "write what it stands for, owned, in place of `{}` in `key`",
                    param.ident
                ),
                _ => format!("write `key = ...` over what it stands for, owned, or {skip}"),
            };
            errors.push(
                ty,
                format!(
                    "`{}` can't be part of the key, since it borrows and the key is kept: {remedy}",
                    types::display(ty)
                ),
            );
        }
    }
}

fn output(ty: &Type, errors: &mut Errors) {
    if is_never(ty) {
        return errors.push(
            ty,
            "a function that never returns has no result to store: remove `#[memoize]`",
        );
    }
    if is_boxed_future(ty) {
        return errors.push(
            ty,
            "a boxed future can't be memoized: put `#[memoize]` on a plain async fn; `#[async_trait]` has rewritten this one",
        );
    }
    if let Some(opaque) = types::impl_trait(ty) {
        return errors.push(
            opaque,
            "a result of type `impl Trait` can't be memoized, since its type has no name: return one that has, such as `Vec<u32>` for `impl Iterator<Item = u32>`",
        );
    }
    match types::borrow(ty) {
        Some(Part::Reference(reference)) => errors.push(
            reference,
            format!(
                "the cache outlives what `{}` borrows from: return an owned type (`String` for `&str`, `Vec<T>` for `&[T]`), an `Arc`, or a `&'static` reference",
                types::display(reference)
            ),
        ),
        Some(Part::Lifetime(lifetime)) => errors.push(
            lifetime,
            format!(
                "the cache outlives what `{}` borrows from, by the lifetime `{lifetime}`: return an owned type, an `Arc`, or the type with `'static`",
                types::display(ty)
            ),
        ),
        _ => {}
    }
}

pub(crate) fn is_never(ty: &Type) -> bool {
    matches!(types::strip(ty), Type::Never(_))
}

fn is_boxed_future(ty: &Type) -> bool {
    let alias = ["BoxFuture", "LocalBoxFuture"];
    if types::last_name(ty).is_some_and(|name| alias.iter().any(|alias| name == alias)) {
        return true;
    }
    types::generics(ty, &["Pin"])
        .flat_map(|pinned| types::generics(pinned, &["Box"]))
        .any(|boxed| match types::strip(boxed) {
            Type::TraitObject(object) => object.bounds.iter().any(|bound| match bound {
                syn::TypeParamBound::Trait(bound) => {
                    let last = bound.path.segments.last();
                    last.is_some_and(|segment| segment.ident == "Future")
                }
                _ => false,
            }),
            _ => false,
        })
}
