//! Caches are listed once they have been used, under their name: the module and the function, unless `name` says otherwise.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
fn plain(n: u32) -> u32 {
    n
}

#[memoize(name = "the second")]
fn named(n: u32) -> u32 {
    n
}

#[memoize(name = "never used")]
fn unused(n: u32) -> u32 {
    n
}

mod inner {
    #[memofn::memoize]
    pub fn plain(n: u32) -> u32 {
        n
    }

    #[memofn::memoize(helpers = false, name = "tabs\tand \"quotes\" – ünïcode {}")]
    pub fn strange(n: u32) -> u32 {
        n
    }
}

struct Shape;

impl Shape {
    #[memoize(skip(self), name = "Shape::area")]
    fn area(&self, n: u32) -> u32 {
        n
    }
}

fn main() {
    let names = || {
        memofn::caches()
            .iter()
            .map(|cache| cache.name().to_string())
            .collect::<Vec<_>>()
    };
    assert!(names().is_empty());
    let sum = plain(1) + named(1) + inner::plain(1) + inner::strange(1) + Shape.area(1) + plain(1);
    assert_eq!(sum, 6);
    let mut expected = vec![
        concat!(module_path!(), "::plain"),
        "the second",
        concat!(module_path!(), "::inner::plain"),
        "tabs\tand \"quotes\" – ünïcode {}",
        "Shape::area",
    ];
    expected.sort_unstable();
    assert_eq!(names(), expected);

    let caches = memofn::caches();
    let handle = caches
        .iter()
        .find(|cache| cache.name().ends_with("::plain") && cache.info().hits == 1)
        .unwrap();
    assert_eq!(handle.info(), plain_cache_info());
    handle.clear();
    assert_eq!((plain_cache_info().hits, plain_cache_info().len), (0, 0));

    assert_eq!((unused(1), unused_cache_info().misses), (1, 1));
    assert!(names().contains(&"never used".to_string()));
}
