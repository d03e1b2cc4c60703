//! Where a function stands, as far as its tokens tell, and the number of the place.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Do these tokens speak of the `Self` of the `impl` around them? An item inside a body has a
/// `Self` of its own.
pub(crate) fn names_self(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    let mut in_item = false;
    let mut behind_dot = false;
    while let Some(token) = tokens.next() {
        let dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
        match token {
            TokenTree::Ident(word) if word == "Self" && !in_item => return true,
            TokenTree::Ident(word) => {
                // `union` and `macro_rules` are names too, of methods for example.
                let named = matches!(tokens.peek(), Some(TokenTree::Ident(_)));
                let called =
                    matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '!');
                in_item |= !behind_dot
                    && match word.to_string().as_str() {
                        "impl" | "trait" | "struct" | "enum" => true,
                        "union" => named,
                        "macro_rules" => called,
                        _ => false,
                    };
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
        behind_dot = dot;
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
        // Set for integration tests and benchmarks, whose crates may have the name of the library.
        std::env::var_os("CARGO_TARGET_TMPDIR")
            .is_some()
            .hash(&mut hasher);
        // What the compiler itself tells crates of one name apart by, and the name where there is
        // no cargo.
        let mut arguments =
            std::env::args_os().map(|argument| argument.into_string().unwrap_or_default());
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--crate-name" => arguments.next().hash(&mut hasher),
                "-C" => {
                    let option = arguments.next();
                    option
                        .filter(|option| option.starts_with("metadata="))
                        .hash(&mut hasher);
                }
                joined if joined.starts_with("-Cmetadata=") => joined.hash(&mut hasher),
                _ => {}
            }
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
        assert!(names("{ a.union(&b).count() * size_of::<Self>() }"));
        assert!(names("{ let union = 7; Self::of(union) }"));
        assert!(!names("{ union Both { a: u8, b: i8 } 7 }"));
    }

    #[test]
    fn equal_names_get_two_numbers() {
        let name = Ident::new("f", proc_macro2::Span::call_site());
        assert_ne!(number(&name), number(&name));
    }
}
