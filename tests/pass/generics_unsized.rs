//! Parameters that need no size, and what stands for them in a key.
#![deny(warnings, unused)]
use memofn::memoize;
use std::borrow::Borrow;
use std::fmt::Debug;
use std::hash::Hash;

#[memoize]
fn name<T: ?Sized>(n: usize) -> String {
    std::any::type_name::<T>().repeat(n)
}

#[memoize]
fn shown<T>(value: &T) -> String
where
    T: ?Sized + Hash + Eq + ToOwned + Debug + 'static,
    T::Owned: Send + Sync + Borrow<T> + 'static,
{
    format!("{value:?}")
}

#[memoize]
fn each<T>(values: &[&T], last: Option<&T>) -> usize
where
    T: ?Sized + Hash + Eq + ToOwned + AsRef<str> + 'static,
    T::Owned: Send + Sync + 'static,
{
    values
        .iter()
        .chain(&last)
        .map(|value| value.as_ref().len())
        .sum()
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(name::<str>(2), "strstr");
        assert_eq!(name::<[u8]>(1), "[u8]");
        assert_eq!(name::<dyn Debug>(1), "dyn core::fmt::Debug");
        assert_eq!(
            (shown("a"), shown(&[1_u8][..]), shown(&7)),
            ("\"a\"".into(), "[1]".into(), "7".into())
        );
        assert_eq!(
            (
                each(&["a", "bc"], None),
                each(&[&"a".to_string()], Some(&"b".to_string()))
            ),
            (3, 2)
        );
    }
    assert_eq!(
        (
            name_cache_info::<str>().hits,
            name_cache_info::<dyn Debug>().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            shown_cache_info::<str>().hits,
            shown_cache_get::<[u8]>(&[1])
        ),
        (1, Some("[1]".into()))
    );
    assert_eq!(
        shown_cache::<str>().get(&"a".to_string()),
        Some("\"a\"".into())
    );
    assert_eq!(each_cache_remove::<str>(&["a", "bc"], None), Some(3));
}
