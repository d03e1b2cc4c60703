//! Lifetimes beside types: early-bound and late-bound ones, in bounds and in arguments; what differs in
//! lifetimes only shares its results.
#![deny(warnings, unused)]
#![allow(clippy::multiple_bound_locations, clippy::into_iter_on_ref, clippy::iter_count)]
use memofn::memoize;
use std::borrow::Cow;
use std::hash::Hash;

#[memoize]
fn late<'a, 'b, T: Hash + Eq + Clone + Send + Sync + 'static>(
    text: &'a str,
    of: &'b T,
    both: (&'a T, &'b str),
) -> usize {
    text.len() + size_of_val(of) + both.1.len()
}

#[memoize]
fn early<'a, 'b: 'a, T>(text: &'a str, of: &'b [T]) -> usize
where
    'b: 'b,
    T: Hash + Eq + Clone + Send + Sync + 'static,
    &'a [T]: IntoIterator<Item = &'a T>,
{
    text.len() + of.into_iter().count()
}

#[memoize(skip(visit))]
fn ranked<F, const N: usize>(text: Cow<'_, str>, visit: F) -> usize
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    visit(&text).len() * N
}

struct Wrapper<'a, T>(&'a T);

impl<'a, T> Wrapper<'a, T>
where
    T: Hash + Eq + Clone + Send + Sync + 'static,
{
    #[memoize(key = (self.0.clone(), n))]
    fn size<'b, U: 'b>(&'b self, n: usize) -> usize {
        n * size_of::<U>() + size_of::<T>()
    }

    #[memoize(skip(holder))]
    fn shared<U>(holder: &'a U, n: usize) -> usize
    where
        Self: Sized,
    {
        n * size_of_val(holder)
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        let text = String::from("ab");
        let local = (1_u8, vec![1_u8, 2]);
        assert_eq!(late(&text, &local.0, (&local.0, &text)), 5);
        assert_eq!(early(&text, &local.1), 4);
        assert_eq!(ranked::<_, 2>(text.as_str().into(), trimmed), 4);
        assert_eq!(Wrapper(&local.0).size::<&str>(1), 17);
        assert_eq!(Wrapper::<u8>::shared(&local.0, 3), 3);
    }
    assert_eq!(late("ab", &1_u8, (&1, "ab")), 5);
    assert_eq!(early("ab", &[1_u8, 2]), 4);
    assert_eq!(late_cache_info::<u8>().hits, 2);
    assert_eq!(early_cache_info::<u8>().hits, 2);
    assert_eq!(Wrapper::<u8>::size_cache_info::<&'static str>().hits, 1);
    assert_eq!(Wrapper::<u8>::shared_cache_info::<u8>().hits, 1);
}

fn trimmed(text: &str) -> &str {
    text.trim()
}
