//! References are looked through at any depth that is written out.
#![deny(warnings, unused)]
use memofn::memoize;
use std::borrow::Cow;

#[derive(Clone, PartialEq, Eq, Hash)]
struct User(u32);

#[memoize]
fn option(user: Option<&User>) -> u32 {
    user.map_or(0, |user| user.0)
}

#[memoize]
fn texts(list: &[&str]) -> usize {
    list.concat().len()
}

#[memoize]
fn users(list: &[&User], more: &[Option<&User>]) -> u32 {
    list.iter()
        .copied()
        .chain(more.iter().copied().flatten())
        .map(|user| user.0)
        .sum()
}

#[memoize]
fn twice(text: &&str, user: &&User) -> usize {
    text.len() + user.0 as usize
}

#[memoize]
fn pair(pair: Option<(&str, f64)>) -> f64 {
    pair.map_or(0.0, |(text, n)| text.len() as f64 + n)
}

#[memoize]
fn vector(list: Vec<Option<&str>>) -> usize {
    list.iter().flatten().map(|text| text.len()).sum()
}

#[memoize]
fn array(list: [&str; 2], users: &[&User; 2]) -> usize {
    list.concat().len() + users.len()
}

#[memoize]
fn cow(text: Cow<'_, str>, maybe: Option<&Cow<'_, str>>) -> usize {
    text.len() + maybe.map_or(0, |text| text.len())
}

#[memoize]
fn cow_slice(list: Cow<'_, [u8]>) -> usize {
    list.len()
}

#[memoize]
fn nested(list: &[(&str, &[&[u8]], Option<Option<&User>>)]) -> usize {
    list.iter()
        .map(|(text, bytes, user)| text.len() + bytes.concat().len() + user.iter().count())
        .sum()
}

#[memoize]
fn tuple_reference(pair: &(u32, String), other: &(u32, &str)) -> usize {
    pair.1.len() + other.1.len()
}

#[memoize]
fn std_paths(
    a: std::option::Option<&User>,
    b: ::std::vec::Vec<&str>,
    c: core::option::Option<&str>,
) -> usize {
    usize::from(a.is_some()) + b.len() + c.map_or(0, str::len)
}

pub(crate) fn main() {
    for _ in 0..2 {
        // The arguments are other memory each time.
        let (a, b) = ("a".to_string(), "bc".to_string());
        let (one, two) = (User(1), User(2));
        assert_eq!(
            (option(None), option(Some(&one)), option(Some(&two))),
            (0, 1, 2)
        );
        assert_eq!((texts(&[&a, &b]), texts(&["ab", "c"])), (3, 3));
        assert_eq!(users(&[&one, &two], &[None, Some(&two)]), 5);
        assert_eq!(twice(&a.as_str(), &&two), 3);
        assert_eq!((pair(None), pair(Some((&a, 0.5)))), (0.0, 1.5));
        assert_eq!(vector(vec![Some(&a), None, Some(&b)]), 3);
        assert_eq!(array([&a, &b], &[&one, &two]), 5);
        assert_eq!(cow(Cow::Borrowed(&a), None), 1);
        assert_eq!(cow(Cow::Owned(b.clone()), Some(&Cow::Borrowed(&a))), 3);
        assert_eq!(cow_slice(Cow::Owned(vec![1, 2])), 2);
        assert_eq!(
            nested(&[
                (&a, &[&[1, 2], &[3]], Some(None)),
                (&b, &[], Some(Some(&one)))
            ]),
            8
        );
        assert_eq!(tuple_reference(&(1, a.clone()), &(2, &b)), 3);
        assert_eq!(std_paths(Some(&one), vec![&a], Some(&b)), 4);
    }
    assert_eq!(
        (option_cache_info().hits, option_cache_info().misses),
        (3, 3)
    );
    assert_eq!((texts_cache_info().hits, texts_cache_info().misses), (2, 2));
    assert_eq!((users_cache_info().hits, users_cache_info().misses), (1, 1));
    assert_eq!((twice_cache_info().hits, twice_cache_info().misses), (1, 1));
    assert_eq!((pair_cache_info().hits, pair_cache_info().misses), (2, 2));
    assert_eq!(
        (vector_cache_info().hits, vector_cache_info().misses),
        (1, 1)
    );
    assert_eq!((array_cache_info().hits, array_cache_info().misses), (1, 1));
    assert_eq!((cow_cache_info().hits, cow_cache_info().misses), (2, 2));
    assert_eq!(
        (cow_slice_cache_info().hits, cow_slice_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (nested_cache_info().hits, nested_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (
            tuple_reference_cache_info().hits,
            tuple_reference_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (std_paths_cache_info().hits, std_paths_cache_info().misses),
        (1, 1)
    );

    // A borrowed and an owned `Cow` of the same text are the same key.
    assert_eq!(cow_cache_get(Cow::Owned("a".to_string()), None), Some(1));
    assert_eq!(option_cache_get(Some(&User(2))), Some(2));
    assert_eq!(texts_cache_remove(&["a", "bc"]), Some(3));
    assert_eq!(texts_cache_get(&["ab", "c"]), Some(3));
}
