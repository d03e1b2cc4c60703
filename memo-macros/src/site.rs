//! Where a function stands, as far as its tokens tell, and the number of the place.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;
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
/// that it is linked with, which has another name, or is another target. Were two equal after all, the program would not compile.
pub(crate) fn number(name: &Ident) -> u128 {
    static EXPANSIONS: AtomicU64 = AtomicU64::new(0);
    let count = EXPANSIONS.fetch_add(1, Ordering::Relaxed);
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, count, crate_hash()).hash(&mut hasher);
        name.hash(&mut hasher);
        format!("{:?}", name.span()).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// What tells this compilation from that of another crate or target; no path, so that builds can be
/// reproduced elsewhere.
fn crate_hash() -> u64 {
    static HASH: OnceLock<u64> = OnceLock::new();
    *HASH.get_or_init(|| {
        let mut hasher = DefaultHasher::new();
        for variable in [
            "CARGO_PKG_NAME",
            "CARGO_PKG_VERSION",
            "CARGO_CRATE_NAME",
            "CARGO_BIN_NAME",
        ] {
            std::env::var_os(variable).hash(&mut hasher);
        }
        hasher.finish()
    })
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
    fn equal_names_get_two_numbers() {
        let name = Ident::new("f", proc_macro2::Span::call_site());
        assert_ne!(number(&name), number(&name));
    }
}
