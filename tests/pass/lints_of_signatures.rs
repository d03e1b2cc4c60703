//! A lint that the function's signature needs, and allows itself, doesn't come back by way of the helpers.
#![deny(warnings, unused, elided_lifetimes_in_paths)]
use memofn::memoize;
use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct User(u32);

#[deprecated]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Old(u32);

#[memoize]
#[allow(unused_parens)]
fn parenthesised(a: (&str), b: Option<(&(User))>, c: &[(f64)]) -> (usize) {
    a.len() + b.map_or(0, |user| user.0 as usize) + c.len()
}

#[memoize]
#[allow(elided_lifetimes_in_paths)]
fn hidden_lifetime(text: Cow<str>, maybe: Option<&Cow<str>>) -> usize {
    text.len() + maybe.map_or(0, |text| text.len())
}

#[memoize]
#[allow(deprecated)]
fn deprecated_types(a: &Old, b: Old) -> Option<Old> {
    Some(Old(a.0 + b.0))
}

pub mod inner {
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    struct Private(u32);

    #[memofn::memoize]
    #[allow(private_interfaces)]
    pub fn private(n: u32, _: Option<Private>) -> Option<Private> {
        Some(Private(n))
    }

    pub fn run() -> (u64, u32) {
        (
            private_cache_info().hits,
            private(1, None).map_or(0, |private| private.0),
        )
    }
}

#[memoize]
#[allow(
    clippy::ptr_arg,
    clippy::trivially_copy_pass_by_ref,
    clippy::ref_option
)]
fn clippy(list: &Vec<u32>, flag: &bool, maybe: &Option<u32>) -> usize {
    list.len() + usize::from(*flag) + maybe.iter().count()
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(parenthesised("ab", Some(&User(1)), &[0.5]), 4);
        assert_eq!(hidden_lifetime("ab".into(), Some(&"c".into())), 3);
        assert_eq!(clippy(&vec![1], &true, &None), 2);
        #[allow(deprecated)]
        {
            assert_eq!(deprecated_types(&Old(1), Old(2)), Some(Old(3)));
        }
    }
    assert_eq!(
        (
            parenthesised_cache_info().hits,
            hidden_lifetime_cache_info().hits
        ),
        (1, 1)
    );
    assert_eq!(
        (deprecated_types_cache_info().hits, clippy_cache_info().hits),
        (1, 1)
    );
    assert_eq!((inner::run(), inner::run()), ((0, 1), (0, 1)));
    assert_eq!(inner::run(), (1, 1));
}
