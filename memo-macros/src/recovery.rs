//! The way on after a mistake among the options.
//!
//! Commas don't separate them reliably (`|key, value| ...`, `Hasher<A, B>`): the next one that looks like the
//! start of an option is searched.

use proc_macro2::TokenTree;
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse as _, ParseStream};
use syn::{Expr, Ident, Lit, Token, token};

use crate::vocabulary;

/// Parses, and consumes only if that succeeds.
pub(crate) fn attempt<T>(
    input: ParseStream<'_>,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let ahead = input.fork();
    let value = parser(&ahead)?;
    input.advance_to(&ahead);
    Ok(value)
}

/// Steps over the value of an option that has none here; gives it if it is an expression.
pub(crate) fn skip_value(input: ParseStream<'_>) -> Option<Expr> {
    if input.peek(token::Paren) {
        let list: TokenTree = input.parse().ok()?;
        syn::parse2(list.into()).ok()
    } else if input.peek(Token![=]) || (input.peek(Token![:]) && !input.peek(Token![::])) {
        skip_token(input);
        // What can't be parsed is left to `recover`.
        attempt(input, Expr::parse).ok()
    } else {
        None
    }
}

pub(crate) fn end(name: &Ident, input: ParseStream<'_>, mistakes: &mut Vec<syn::Error>) {
    if input.is_empty() {
        return;
    }
    if input.peek(Token![,]) {
        return skip_token(input);
    }
    mistakes.push(input.error(format!("expected `,` after the value of `{name}`")));
    // Only the comma is missing: go on here.
    if !starts_option(input) {
        recover(input);
    }
}

/// Goes on behind the next comma that ends an option, not one inside a closure or a type.
pub(crate) fn recover(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            skip_token(input);
            // A literal is what an option without its name looks like.
            if input.is_empty() || input.peek(Lit) || starts_option(input) {
                return;
            }
        } else {
            skip_token(input);
        }
    }
}

fn starts_option(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(name) = Ident::parse_any(&ahead) else {
        return false;
    };
    if ahead.is_empty() || ahead.peek(Token![,]) {
        return vocabulary::is_word(&name.to_string());
    }
    let value = ahead.peek(Token![=]) && !ahead.peek(Token![==]) && !ahead.peek(Token![=>]);
    let foreign = ahead.peek(Token![:]) && !ahead.peek(Token![::]);
    value || foreign || ahead.peek(token::Paren)
}

pub(crate) fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        skip_token(input);
    }
    skip_token(input);
}

pub(crate) fn skip_token(input: ParseStream<'_>) {
    // Fails only at the end, where there is nothing to skip.
    let _ = input.parse::<TokenTree>();
}
