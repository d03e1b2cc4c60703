//! What the value of `key` may be: an expression over the arguments that gives something owned.

use syn::{Expr, ExprClosure, Stmt};

use crate::values::{Scalar, plain, refuse, scalar};
use crate::{types, vocabulary};

pub(crate) fn key(value: Expr) -> syn::Result<Expr> {
    const REMEDY: &str = "is the same key for every call: write an expression over the arguments, such as `key = (user.id, day)`";
    if let Expr::Closure(closure) = plain(&value) {
        let advice = match body(closure) {
            Some(body) => format!("write `key = {body}`"),
            None => format!("write one such as `{}`", vocabulary::example("key")),
        };
        return refuse(
            closure,
            format!("`key` is an expression over the arguments, not a closure: {advice}"),
        );
    }
    if let Some(error) = references(&value) {
        return Err(error);
    }
    match scalar(&value) {
        Scalar::Str(_) => refuse(&value, format!("a string literal {REMEDY}")),
        Scalar::None => Ok(value),
        _ => refuse(&value, format!("a literal {REMEDY}")),
    }
}

/// What a closure gives, if that can be a key itself.
fn body(closure: &ExprClosure) -> Option<String> {
    let mut body = plain(&closure.body);
    if let Expr::Block(block) = body {
        match block.block.stmts.as_slice() {
            [Stmt::Expr(only, None)] if block.label.is_none() => body = plain(only),
            _ => return None,
        }
    }
    match body {
        Expr::Reference(reference) => owned(&reference.expr),
        body => key(body.clone())
            .ok()
            .and_then(|body| types::expression(&body)),
    }
}

/// One mistake for each `&` that the key consists of.
fn references(value: &Expr) -> Option<syn::Error> {
    match plain(value) {
        Expr::Reference(reference) => {
            let owned = owned(&reference.expr);
            let owned = owned.unwrap_or_else(|| "request.path.to_owned()".to_owned());
            Some(syn::Error::new_spanned(
                reference.and_token,
                format!("the key is kept, so it can't borrow: write it owned, such as `{owned}`"),
            ))
        }
        Expr::Tuple(tuple) => {
            let errors = tuple.elems.iter().filter_map(references);
            errors.reduce(|mut all, error| {
                all.combine(error);
                all
            })
        }
        _ => None,
    }
}

/// The advice to own what stands behind a `&`.
fn owned(value: &Expr) -> Option<String> {
    const OWNED: [&str; 7] = [
        "clone",
        "into_owned",
        "to_lowercase",
        "to_owned",
        "to_string",
        "to_uppercase",
        "to_vec",
    ];
    match plain(value) {
        Expr::Reference(reference) => owned(&reference.expr),
        Expr::Macro(_) => types::expression(value),
        Expr::MethodCall(call) if OWNED.iter().any(|name| call.method == name) => {
            types::expression(value)
        }
        value => Some(format!("{}.to_owned()", types::operand(value)?)),
    }
}
