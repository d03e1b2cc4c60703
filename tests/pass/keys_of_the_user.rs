//! The user's own key types: unsized behind a reference, an `Eq` that ignores case, and one behind an alias.
#![deny(warnings, unused)]
use memofn::memoize;
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

#[derive(Debug, Clone)]
struct Header(String);

impl PartialEq for Header {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Header {}

impl Hash for Header {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

#[memoize]
fn header(header: &Header, list: &[Header]) -> String {
    list.iter()
        .fold(header.0.clone(), |all, next| all + &next.0)
}

/// Unsized, with an owner of its own, that allows other spaces at the ends.
#[repr(transparent)]
struct Slug(str);

impl Slug {
    fn new(text: &str) -> &Slug {
        // SAFETY: `Slug` is a transparent wrapper of `str`.
        unsafe { &*(std::ptr::from_ref(text) as *const Slug) }
    }
}

impl PartialEq for Slug {
    fn eq(&self, other: &Self) -> bool {
        self.0.trim() == other.0.trim()
    }
}

impl Eq for Slug {}

impl Hash for Slug {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.trim().hash(state);
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct SlugBuf(Box<str>);

impl Borrow<Slug> for SlugBuf {
    fn borrow(&self) -> &Slug {
        Slug::new(&self.0)
    }
}

impl ToOwned for Slug {
    type Owned = SlugBuf;

    fn to_owned(&self) -> SlugBuf {
        SlugBuf(self.0.trim().into())
    }
}

#[memoize]
fn slug(slug: &Slug, n: u32) -> usize {
    slug.0.len() + n as usize
}

type Users = Vec<User>;
type Pair<T> = (T, T);

#[derive(Clone, PartialEq, Eq, Hash)]
enum User {
    Named { name: String },
    Number(u32),
}

#[memoize]
fn alias(users: &Users, pair: Pair<u32>) -> u32 {
    let count = users
        .iter()
        .filter(|user| matches!(user, User::Named { name } if !name.is_empty()))
        .count();
    let sum: u32 = users
        .iter()
        .map(|user| if let User::Number(n) = user { *n } else { 0 })
        .sum();
    count as u32 + sum + pair.0 + pair.1
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Generic<T, const N: usize>([T; N]);

#[memoize]
fn generic(value: Generic<u8, 3>, other: &Generic<String, 1>) -> usize {
    value.0.len() + other.0.len()
}

// Equal to all others: the key is compared by what the user says, and not by its bytes.
#[derive(Clone)]
struct Anything(u32);

impl PartialEq for Anything {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Anything {}

impl Hash for Anything {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[memoize]
fn anything(value: Anything) -> u32 {
    value.0
}

// The same hash for all, and yet different.
#[derive(Clone, PartialEq, Eq)]
struct Colliding(u32);

impl Hash for Colliding {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[memoize]
fn colliding(value: Colliding) -> u32 {
    value.0
}

pub(crate) fn main() {
    let text = |text: &str| Header(text.to_string());
    assert_eq!(header(&text("Accept"), &[text("a")]), "Accepta");
    assert_eq!(header(&text("ACCEPT"), &[text("A")]), "Accepta");
    assert_eq!(header(&text("accept"), &[text("b")]), "acceptb");
    assert_eq!(
        (header_cache_info().hits, header_cache_info().misses),
        (1, 2)
    );
    assert_eq!(
        header_cache_remove(&text("aCCEPT"), &[text("A")]),
        Some("Accepta".to_string())
    );

    assert_eq!(slug(Slug::new("ab"), 1), 3);
    assert_eq!(slug(Slug::new(" ab "), 1), 3);
    assert_eq!(slug(Slug::new("abc"), 1), 4);
    assert_eq!((slug_cache_info().hits, slug_cache_info().misses), (1, 2));

    for _ in 0..2 {
        assert_eq!(
            alias(
                &vec![
                    User::Number(1),
                    User::Named {
                        name: "a".to_string()
                    }
                ],
                (2, 3)
            ),
            7
        );
        assert_eq!(generic(Generic([1, 2, 3]), &Generic(["a".to_string()])), 4);
    }
    assert_eq!((alias_cache_info().hits, generic_cache_info().hits), (1, 1));

    assert_eq!((anything(Anything(1)), anything(Anything(2))), (1, 1));
    for n in (0..50).chain(0..50) {
        assert_eq!(colliding(Colliding(n)), n);
    }
    assert_eq!(
        (colliding_cache_info().hits, colliding_cache_info().misses),
        (50, 50)
    );
}
