//! Where a function stands, as far as its tokens tell, and the number of the place.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

/// Do these tokens speak of the `Self` of the `impl` around them? An item inside a body has a
/// `Self` of its own.
pub(crate) fn names_self(tokens: TokenStream) -> bool {
    let mut in_item = false;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if word == "Self" && !in_item => return true,
            TokenTree::Ident(word) => {
                let begins = ["impl", "trait", "struct", "enum", "union", "macro_rules"];
                in_item |= begins.iter().any(|keyword| word == keyword);
            }
            TokenTree::Group(group) => {
                if !in_item && names_self(group.stream()) {
                    return true;
                }
                in_item &= group.delimiter() != Delimiter::Brace;
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => in_item = false,
            _ => {}
        }
    }
    false
}

/// A number that no other function has: not in this crate, where expansions are counted, nor in one
/// that it is linked with, which has another name, or is another target, or has other tokens. Were
/// two equal after all, the program would not compile.
pub(crate) fn number(tokens: &TokenStream) -> u128 {
    static EXPANSIONS: AtomicU64 = AtomicU64::new(0);
    let count = EXPANSIONS.fetch_add(1, Ordering::Relaxed);
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        count.hash(&mut hasher);
        for variable in [
            "CARGO_PKG_NAME",
            "CARGO_PKG_VERSION",
            "CARGO_CRATE_NAME",
            "CARGO_BIN_NAME",
            "CARGO_MANIFEST_DIR",
        ] {
            std::env::var_os(variable).hash(&mut hasher);
        }
        tokens.to_string().hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> bool {
        names_self(source.parse().unwrap())
    }

    #[test]
    fn self_of_the_surrounding_impl_is_told_from_that_of_an_inner_item() {
        assert!(names("{ Self::new(x) }"));
        assert!(names("{ vec![Self::X; 3] }"));
        assert!(names("{ struct A; Self::X }"));
        assert!(names("{ impl A { fn f() -> Self { A } } Self::X }"));
        assert!(!names("{ impl A { fn f() -> Self { A } } 7 }"));
        assert!(!names("{ enum List { Nil, Cons(Box<Self>) } 7 }"));
        assert!(!names("{ self_like::SELF }"));
    }

    #[test]
    fn equal_tokens_get_two_numbers() {
        assert_ne!(number(&TokenStream::new()), number(&TokenStream::new()));
    }
}
