//! Tests of the attribute from tokens to tokens. What rustc makes of the result is tested with
//! `trybuild` in the root package.

mod freshness;
mod functions;
mod literals;
mod options;
mod random;
mod robustness;
mod stubs;

use proc_macro2::{TokenStream, TokenTree};

use crate::memoize;

/// Expands as the compiler would; panics only if the test itself doesn't lex.
fn expand(attr: &str, item: &str) -> TokenStream {
    let lex = |text: &str| -> TokenStream { text.parse().expect(text) };
    memoize::expand(lex(attr), lex(item))
}

/// The texts of all errors, in order.
fn messages(attr: &str, item: &str) -> Vec<String> {
    let mut texts = Vec::new();
    collect(expand(attr, item), &mut texts);
    texts
}

fn collect(tokens: TokenStream, texts: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (i, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        let named =
            |word: &TokenTree| matches!(word, TokenTree::Ident(word) if word == "compile_error");
        if i >= 2 && named(&tokens[i - 2]) {
            let text: syn::LitStr = syn::parse2(group.stream()).expect("a message");
            texts.push(text.value());
        } else {
            collect(group.stream(), texts);
        }
    }
}

/// Asserts that the options, on a function that fits any, give exactly these errors.
#[track_caller]
fn refused(attr: &str, expected: &[&str]) {
    assert_eq!(
        messages(attr, "fn f(a: u64, b: u64) -> String { todo!() }"),
        expected,
        "{attr}"
    );
}

/// Asserts that the item gives exactly these errors.
#[track_caller]
fn item_refused(attr: &str, item: &str, expected: &[&str]) {
    assert_eq!(messages(attr, item), expected, "{attr} on {item}");
}

#[track_caller]
fn accepted(attr: &str, item: &str) {
    item_refused(attr, item, &[]);
}
