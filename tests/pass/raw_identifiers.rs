//! Raw identifiers as names of functions and arguments; the helpers lose the `r#`. `gen` is a keyword of edition 2024.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize(skip(r#loop))]
fn r#type(r#fn: u32, r#match: &str, r#loop: u32) -> u32 {
    r#fn + r#match.len() as u32 + r#loop
}

#[memoize]
fn r#gen(r#async: u32) -> u32 {
    r#async + 1
}

#[memoize(key = r#try % 10)]
fn r#try(r#try: u32) -> u32 {
    r#try
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Thing {
    r#dyn: u32,
}

impl Thing {
    #[memoize]
    fn r#use(&self, r#in: u32) -> u32 {
        self.r#dyn + r#in
    }
}

pub(crate) fn main() {
    assert_eq!(r#type(1, "ab", 3), 6);
    assert_eq!(r#type(1, "ab", 4), 6);
    assert_eq!(type_cache_get(1, "ab"), Some(6));
    assert_eq!(type_uncached(1, "ab", 4), 7);
    assert_eq!(type_cache_info().hits, 1);

    assert_eq!(r#gen(1), 2);
    assert_eq!(gen_cache_remove(1), Some(2));

    assert_eq!(r#try(3), 3);
    assert_eq!(r#try(13), 3);
    assert_eq!(try_cache_info().hits, 1);

    let thing = Thing { r#dyn: 1 };
    assert_eq!(thing.r#use(2), 3);
    assert_eq!(thing.use_cache_get(2), Some(3));
    Thing::use_cache_clear();
    assert_eq!(thing.use_cache_get(2), None);
}
