//! The expansion needs no `unsafe` in the user's crate, in none of the places a function can stand.
#![forbid(unsafe_code)]
#![deny(warnings, unused)]
use memofn::memoize;
use std::hash::Hash;

#[memoize]
fn free(text: &str, n: f64) -> f64 {
    text.len() as f64 + n
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Wrapper<T>(T);

impl<T: Hash + Eq + Clone + Send + Sync + 'static> Wrapper<T> {
    #[memoize]
    fn method(&self, n: u32) -> u32 {
        n + 1
    }
}

struct Plain;

impl Plain {
    #[memoize]
    fn associated(n: u32) -> u32 {
        n + 2
    }

    #[memoize(key = n)]
    fn keyed(&self, n: u32) -> u32 {
        n + 3
    }
}

pub(crate) fn main() {
    #[memoize(capacity = 3)]
    fn local(n: u32) -> u32 {
        n + 4
    }

    for _ in 0..2 {
        assert_eq!(free("a", 0.5), 1.5);
        assert_eq!(Wrapper(1_u8).method(1), 2);
        assert_eq!(Plain::associated(1), 3);
        assert_eq!(Plain.keyed(1), 4);
        assert_eq!(local(1), 5);
    }
    assert_eq!(free_cache_info().hits, 1);
    assert_eq!(Wrapper::<u8>::method_cache_info().hits, 1);
    assert_eq!(Plain::associated_cache_info().hits, 1);
    assert_eq!(Plain::keyed_cache_info().hits, 1);
    assert_eq!(local_cache_info().hits, 1);
}
