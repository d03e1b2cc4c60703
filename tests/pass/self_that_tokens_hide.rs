//! `Self` beside words that can begin an item and here don't, and options that name items like those
//! of the expansion.
#![deny(warnings)]

use memofn::memoize;
use std::collections::BTreeSet;

struct Wide;

impl Wide {
    const FACTOR: usize = 10;

    #[memoize]
    fn both(n: u32) -> usize {
        let (a, b) = (BTreeSet::from([n]), BTreeSet::from([n + 1]));
        a.union(&b).count() * Self::FACTOR
    }
}

struct Settings {
    size: usize,
}

fn config() -> Settings {
    Settings { size: 3 }
}

static MEMO: usize = 4;

#[memoize(capacity = config().size)]
fn by_function(n: u32) -> u32 {
    n
}

#[memoize(capacity = MEMO)]
fn by_static(n: u32) -> u32 {
    n
}

pub(crate) fn main() {
    assert_eq!((Wide::both(1), Wide::both(1)), (20, 20));
    assert_eq!(Wide::both_cache_info().hits, 1);
    by_function(1);
    by_static(1);
    assert_eq!(by_function_cache_parameters().capacity, Some(3));
    assert_eq!(by_static_cache_parameters().capacity, Some(4));
}
