//! What the value of each option may be. A wrong kind of value is told what to write instead; what
//! only the compiler can judge (the type of an expression) passes.

use std::fmt::Display;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Ident, Lit, LitInt, LitStr, UnOp};

use crate::advice::{is_none, written};
use crate::args::{Amount, Helpers, Lifetime, PolicyName, ScopeName};
use crate::{literal, types, vocabulary};

pub(crate) fn policy(value: &Expr) -> syn::Result<PolicyName> {
    match word(value, "policy", &vocabulary::POLICIES) {
        Ok(text) => policy_name(text),
        Err(remedy) => refuse(
            value,
            format!("a policy is named by a string: write `{remedy}`"),
        ),
    }
}

/// A string; else how to write the option. `lru`, `Lru` and `Policy::Lru` show which word is meant.
fn word<'e>(value: &'e Expr, option: &str, words: &[&str]) -> Result<&'e LitStr, String> {
    let example = || vocabulary::example(option).to_owned();
    match plain(value) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(text) if text.suffix().is_empty() => Ok(text),
            _ => Err(example()),
        },
        Expr::Path(path) => {
            let last = path.path.segments.last();
            let name = last.map(|segment| segment.ident.to_string().to_lowercase());
            let known = name.filter(|name| words.contains(&name.as_str()));
            Err(known.map_or_else(example, |name| format!("{option} = \"{name}\"")))
        }
        _ => Err(example()),
    }
}

pub(crate) fn scope(value: &Expr) -> syn::Result<ScopeName> {
    let text = match word(value, "scope", &vocabulary::SCOPES) {
        Ok(text) => text,
        Err(remedy) => {
            return refuse(
                value,
                format!("a scope is named by a string: write `{remedy}`"),
            );
        }
    };
    match text.value().as_str() {
        "global" => Ok(ScopeName::Global),
        "thread" => Ok(ScopeName::Thread),
        other => refuse(text, vocabulary::unknown_scope(other)),
    }
}

fn policy_name(text: &LitStr) -> syn::Result<PolicyName> {
    let name = text.value();
    match name.as_str() {
        "unbounded" => Ok(PolicyName::Unbounded),
        "lru" => Ok(PolicyName::Lru),
        "lfu" => Ok(PolicyName::Lfu),
        "fifo" => Ok(PolicyName::Fifo),
        "random" => Ok(PolicyName::Random),
        "size" => Ok(PolicyName::Size),
        "sieve" => Ok(PolicyName::Sieve),
        "s3-fifo" => Ok(PolicyName::S3Fifo),
        "w-tinylfu" => Ok(PolicyName::WTinyLfu),
        "adaptive" => Ok(PolicyName::Adaptive),
        _ => refuse(text, vocabulary::unknown_policy(&name)),
    }
}

pub(crate) fn capacity(value: Expr) -> syn::Result<Expr> {
    match scalar(&value) {
        Scalar::Int(int) => {
            whole(int, "capacity", "usize", "capacity = 128")?;
            Ok(value)
        }
        Scalar::Negative => refuse(
            &value,
            "`capacity` is a number of entries and can't be negative: write `capacity = 128`, or `capacity = 0` to store nothing",
        ),
        Scalar::Str(text) => {
            let text = text.value();
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let message = if digits {
                format!("`capacity` takes a number, without quotes: write `capacity = {text}`")
            } else {
                "`capacity` takes a number of entries: write `capacity = 128`; a bound in bytes is `max_weight = \"64MiB\"`".to_owned()
            };
            refuse(&value, message)
        }
        Scalar::Float | Scalar::Other => refuse(
            &value,
            "`capacity` takes a whole number of entries: write `capacity = 128`",
        ),
        Scalar::None if is_none(&value) => refuse(
            &value,
            format!(
                "`capacity` takes a number of entries: {}",
                vocabulary::NO_BOUND
            ),
        ),
        Scalar::None => Ok(value),
    }
}

pub(crate) fn amount(value: Expr) -> syn::Result<Amount> {
    const REMEDY: &str = "write `max_weight = \"64MiB\"`, or a `u64` expression";
    match scalar(&value) {
        Scalar::Str(text) => read(text, literal::size).map(Amount::Literal),
        Scalar::Int(int) => match whole(int, "max_weight", "u64", "max_weight = \"64MiB\"")? {
            0 => refuse(
                int,
                "`max_weight = 0` has room for nothing: write a bound such as `max_weight = \"64MiB\"`, or `capacity = 0` to store nothing",
            ),
            bytes => Ok(Amount::Literal(bytes)),
        },
        Scalar::Negative => refuse(&value, format!("`max_weight` can't be negative: {REMEDY}")),
        Scalar::Float | Scalar::Other => {
            refuse(&value, format!("`max_weight` takes a size: {REMEDY}"))
        }
        Scalar::None => Ok(Amount::Expr(Box::new(value))),
    }
}

pub(crate) fn lifetime(name: &Ident, value: Expr) -> syn::Result<Lifetime> {
    match scalar(&value) {
        Scalar::Str(text) => {
            let read = literal::duration_or(&text.value(), without(&name.to_string()));
            read.map(Lifetime::Nanos)
                .or_else(|message| refuse(text, message))
        }
        Scalar::Int(_) | Scalar::Float => {
            let example = written(&name.to_string(), &value, "s");
            let example =
                example.unwrap_or_else(|| vocabulary::example(&name.to_string()).to_owned());
            // `30s` is one token to a macro.
            let message = match number(&value) {
                Some((digits, unit)) if literal::duration(&format!("{digits}{unit}")).is_ok() => {
                    format!("a duration stands in quotes: write `{example}`")
                }
                _ => format!(
                    "a bare number has no unit: write `{example}` or a `Duration` expression"
                ),
            };
            refuse(&value, message)
        }
        Scalar::Negative => refuse(
            &value,
            format!(
                "a duration can't be negative: write `{}`",
                vocabulary::example(&name.to_string())
            ),
        ),
        Scalar::Other => refuse(
            &value,
            format!(
                "`{name}` takes a duration: write `{}` or a `Duration` expression",
                vocabulary::example(&name.to_string())
            ),
        ),
        Scalar::None => Ok(Lifetime::Expr(Box::new(value))),
    }
}

/// What a time of zero would come to.
fn without(option: &str) -> &'static str {
    match option {
        "err_ttl" => "no `Err` would ever be found again",
        "none_ttl" => "no `None` would ever be found again",
        "refresh_after" => "every call would compute again",
        "stale_if_error" => "no result would ever stand in for an `Err`",
        "max_wait" => "nobody would wait, as with `single_flight = false`",
        _ => literal::NOTHING_FOUND,
    }
}

pub(crate) fn share(value: &Expr) -> syn::Result<f64> {
    match scalar(value) {
        Scalar::Str(text) => read(text, literal::percentage),
        _ => refuse(
            value,
            "`jitter` takes a share of the `ttl` in percent: write `jitter = \"10%\"`",
        ),
    }
}

/// `weight`, `cache_if`, `expires` and `on_evict`: a path or a closure; other expressions may give a function too.
pub(crate) fn callable(name: &Ident, value: Expr) -> syn::Result<Expr> {
    match scalar(&value) {
        Scalar::None => Ok(value),
        _ => {
            let example = vocabulary::example(&name.to_string());
            refuse(
                &value,
                format!("`{name}` takes a path or a closure: write `{example}`"),
            )
        }
    }
}

pub(crate) fn flag(value: &Expr) -> syn::Result<()> {
    match plain(value) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Bool(b) if b.value => Ok(()),
            Lit::Bool(_) => refuse(
                value,
                "`cache_err = false` is what holds without it: leave it out",
            ),
            _ => refuse(value, "`cache_err` is a flag: write it alone"),
        },
        _ => refuse(value, "`cache_err` is a flag: write it alone"),
    }
}

/// `true` or `false`, written out: the rules depend on it.
pub(crate) fn switch(name: &Ident, value: &Expr) -> syn::Result<bool> {
    match plain(value) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Bool(switch) => Some(switch.value),
            _ => None,
        },
        _ => None,
    }
    .ok_or_else(|| {
        let example = vocabulary::example(&name.to_string());
        let message = format!("`{name}` takes `true` or `false`: write `{example}`");
        syn::Error::new_spanned(value, message)
    })
}

pub(crate) fn name(value: &Expr) -> syn::Result<LitStr> {
    match scalar(value) {
        Scalar::Str(text) if text.value().trim().is_empty() => refuse(
            text,
            "the name is empty: write one such as `name = \"users\"`, or leave it out for the function's path",
        ),
        Scalar::Str(text) => Ok(text.clone()),
        _ => {
            let name = match plain(value) {
                Expr::Path(path) => types::display(path),
                _ => "users".to_owned(),
            };
            refuse(
                value,
                format!("`name` takes a string literal: write `name = \"{name}\"`"),
            )
        }
    }
}

/// `None` for `true`, which says what holds anyway.
pub(crate) fn helpers(value: &Expr) -> syn::Result<Option<Helpers>> {
    if let Expr::Lit(lit) = plain(value) {
        if let Lit::Bool(b) = &lit.lit {
            return Ok((!b.value).then_some(Helpers::None));
        }
    }
    refuse(
        value,
        "`helpers` takes `false` or a visibility: write `helpers = false`, or `helpers = pub(crate)`",
    )
}

/// The names in `skip(a, b)`; each that is none is a mistake of its own.
pub(crate) fn names(option: &Ident, list: &Group, mistakes: &mut Vec<syn::Error>) -> Vec<Ident> {
    let before = mistakes.len();
    let mut names = Vec::new();
    let mut part = Vec::new();
    let mut finish = |part: &mut Vec<TokenTree>| match ident(part) {
        Some(name) => {
            names.push(name);
            part.clear();
        }
        None => {
            let tokens: TokenStream = part.drain(..).collect();
            mistakes.push(syn::Error::new_spanned(
                tokens,
                "`skip` takes names of arguments: write `skip(argument)`, or `skip(self)`",
            ));
        }
    };
    for token in list.stream() {
        match token {
            TokenTree::Punct(p) if p.as_char() == ',' && !part.is_empty() => finish(&mut part),
            token => part.push(token),
        }
    }
    if !part.is_empty() {
        finish(&mut part);
    }
    if names.is_empty() && mistakes.len() == before {
        mistakes.push(syn::Error::new(
            option.span(),
            "`skip()` skips nothing: name an argument, as in `skip(argument)`, or leave it out",
        ));
    }
    names
}

fn ident(tokens: &[TokenTree]) -> Option<Ident> {
    match tokens {
        [TokenTree::Ident(name)] => Some(name.clone()),
        // A fragment of a `macro_rules` macro.
        [TokenTree::Group(group)] if group.delimiter() == proc_macro2::Delimiter::None => {
            ident(&group.stream().into_iter().collect::<Vec<_>>())
        }
        _ => None,
    }
}

/// A number's digits and its suffix, which may be meant as a unit.
pub(crate) fn number(value: &Expr) -> Option<(&str, &str)> {
    match plain(value) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(int) => Some((int.base10_digits(), int.suffix())),
            Lit::Float(float) => Some((float.base10_digits(), float.suffix())),
            _ => None,
        },
        _ => None,
    }
}

/// The expression without parentheses and the invisible groups that `macro_rules` fragments come in.
pub(crate) fn plain(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => plain(&group.expr),
        Expr::Paren(paren) => plain(&paren.expr),
        other => other,
    }
}

/// Literals are judged here; of anything else (`None`) only the compiler knows the type.
pub(crate) enum Scalar<'a> {
    Str(&'a LitStr),
    Int(&'a LitInt),
    Float,
    Negative,
    Other,
    None,
}

pub(crate) fn scalar(value: &Expr) -> Scalar<'_> {
    match plain(value) {
        Expr::Lit(lit) => match &lit.lit {
            // `"30s"x` is one token to a macro.
            Lit::Str(text) if text.suffix().is_empty() => Scalar::Str(text),
            Lit::Int(int) => Scalar::Int(int),
            Lit::Float(_) => Scalar::Float,
            _ => Scalar::Other,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match plain(&unary.expr) {
            Expr::Lit(_) => Scalar::Negative,
            _ => Scalar::None,
        },
        _ => Scalar::None,
    }
}

pub(crate) fn whole(int: &LitInt, option: &str, ty: &str, example: &str) -> syn::Result<u64> {
    if !int.suffix().is_empty() && int.suffix() != ty {
        return refuse(
            int,
            format!("`{option}` is a `{ty}`: write `{example}`, without a suffix"),
        );
    }
    int.base10_parse().or_else(|_| {
        refuse(
            int,
            format!("this number does not fit in 64 bits: write one such as `{example}`"),
        )
    })
}

fn read<T>(text: &LitStr, parse: fn(&str) -> Result<T, String>) -> syn::Result<T> {
    parse(&text.value()).or_else(|message| refuse(text, message))
}

pub(crate) fn refuse<T>(culprit: impl ToTokens, message: impl Display) -> syn::Result<T> {
    Err(syn::Error::new_spanned(culprit, message))
}
