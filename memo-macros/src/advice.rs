//! What to write instead, in the user's own words: a value that was given in another crate's way, as
//! the option here takes it.

use syn::{Expr, Ident, Lit, LitInt};

use crate::values::{Scalar, amount, capacity, number, plain, scalar};
use crate::{literal, types};

/// What the user meant by this value, written as `option` takes it. `unit`: that of a number which
/// is a time.
pub(crate) fn written(option: &str, value: &Expr, unit: &str) -> Option<String> {
    let value = plain(value);
    let text = match option {
        "capacity" => match scalar(value) {
            Scalar::Str(text) if literal::size(&text.value()).is_ok() => {
                return written("max_weight", value, unit);
            }
            Scalar::Str(text) => {
                let digits: LitInt = text.parse().ok()?;
                digits.base10_parse::<u64>().ok()?.to_string()
            }
            _ => types::expression(&capacity(value.clone()).ok()?)?,
        },
        "max_weight" => {
            amount(value.clone()).ok()?;
            types::expression(value)?
        }
        "ttl" | "tti" | "refresh_after" | "stale_if_error" | "err_ttl" | "none_ttl"
        | "max_wait" => time(value, unit)?,
        "single_flight" => match value {
            Expr::Lit(lit) if matches!(lit.lit, Lit::Bool(_)) => types::expression(value)?,
            _ => return None,
        },
        "on_evict" if matches!(value, Expr::Path(_)) => types::expression(value)?,
        "skip" => return Some(format!("skip({})", listed(value)?)),
        _ => return None,
    };
    Some(format!("{option} = {text}"))
}

fn time(value: &Expr, unit: &str) -> Option<String> {
    let texts = match (scalar(value), number(value)) {
        (_, Some((digits, suffix))) => {
            let digits = match digits.split_once('.') {
                Some((_, fraction)) if fraction.bytes().all(|digit| digit == b'0') => {
                    digits.trim_end_matches('0').trim_end_matches('.')
                }
                _ => digits,
            };
            [format!("{digits}{suffix}"), format!("{digits}{unit}")]
        }
        (Scalar::Str(text), _) => {
            let text = text.value().trim().to_owned();
            let number = format!("{text}{unit}");
            [text, number]
        }
        (Scalar::None, _) => return types::expression(value),
        _ => return None,
    };
    let mut texts = texts.into_iter();
    let text = texts.find(|text| literal::duration(text).is_ok())?;
    Some(format!("\"{text}\""))
}

/// The names that were given as `a`, `"a"`, `[a, b]` or `(a, b)`.
fn listed(value: &Expr) -> Option<String> {
    let several = match plain(value) {
        Expr::Array(array) => &array.elems,
        Expr::Tuple(tuple) => &tuple.elems,
        Expr::Path(path) => return path.path.get_ident().map(ToString::to_string),
        _ => match scalar(value) {
            Scalar::Str(text) => return text.parse().ok().map(|name: Ident| name.to_string()),
            _ => return None,
        },
    };
    let names: Option<Vec<_>> = several.iter().map(listed).collect();
    names
        .filter(|names| !names.is_empty())
        .map(|names| names.join(", "))
}

/// `None`, by which other crates and languages say that there is no bound.
pub(crate) fn is_none(value: &Expr) -> bool {
    match plain(value) {
        Expr::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|segment| segment.ident == "None")
        }
        _ => false,
    }
}
