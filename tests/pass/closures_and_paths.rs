//! `weight` and `cache_if` as closures and as paths, with types written and without, capturing and not.
#![deny(warnings, unused)]
use memofn::memoize;

const LIMIT: u32 = 10;

mod rules {
    pub fn weigh(key: &(String, u32), value: &str) -> u64 {
        (key.0.len() + value.len()) as u64
    }

    pub fn weigh_list(_: &u32, value: &Vec<u8>) -> u64 {
        value.len() as u64
    }

    pub fn is_small(value: &u32) -> bool {
        *value < super::LIMIT
    }

    pub struct Rules;

    impl Rules {
        pub fn keep(value: &Option<u32>) -> bool {
            value.is_some()
        }
    }
}

#[memoize(max_weight = 10, weight = rules::weigh_list)]
fn by_path(n: u32) -> Vec<u8> {
    vec![0; n as usize]
}

#[memoize(max_weight = 10, weight = |_, value| value.len() as u64)]
fn by_closure(n: u32) -> Vec<u8> {
    vec![0; n as usize]
}

#[memoize(max_weight = 10, weight = |key: &(String, u32), value: &String| rules::weigh(key, value))]
fn typed(text: &str, n: u32) -> String {
    text.repeat(n as usize)
}

#[memoize(max_weight = 10, weight = |(text, n), value| (text.len() + *n as usize + value.len()) as u64)]
fn by_pattern(text: &str, n: u32) -> String {
    text.repeat(n as usize)
}

#[memoize(max_weight = 100, capacity = 10, weight = move |_, _| 7)]
fn by_move(n: u32) -> u32 {
    n
}

#[memoize(cache_if = rules::is_small)]
fn kept_by_path(n: u32) -> u32 {
    n
}

#[memoize(cache_if = |value| *value < LIMIT)]
fn kept_by_closure(n: u32) -> u32 {
    n
}

#[memoize(cache_if = |&value: &u32| -> bool { value < LIMIT })]
fn kept_by_typed_closure(n: u32) -> u32 {
    n
}

#[memoize(cache_if = rules::Rules::keep)]
fn kept_by_method(n: u32) -> Option<u32> {
    n.checked_sub(1)
}

#[memoize(cache_if = Option::is_some)]
fn kept_if_some(n: u32) -> Option<u32> {
    n.checked_sub(1)
}

#[memoize(cache_if = |list| !list.is_empty())]
fn kept_if_filled(n: u32) -> Vec<u32> {
    (0..n).collect()
}

struct Shape;

impl Shape {
    const LIMIT: u32 = 10;

    #[memoize(skip(self), cache_if = |value| *value < Self::LIMIT, max_weight = 5, weight = |_, _| 2)]
    fn area(&self, n: u32) -> u32 {
        n
    }
}

pub(crate) fn main() {
    for n in [3, 4, 3, 4] {
        assert_eq!(
            (by_path(n).len(), by_closure(n).len()),
            (n as usize, n as usize)
        );
    }
    let info = by_path_cache_info();
    assert_eq!(
        (info.hits, info.misses, info.weight, info.max_weight),
        (2, 2, 7, Some(10))
    );
    assert_eq!(by_closure_cache_info().weight, 7);
    // What doesn't fit beside the others makes the least recently used leave; what can never fit is not stored.
    by_path(5);
    assert_eq!(
        (
            by_path_cache_info().weight,
            by_path_cache_info().evictions,
            by_path_cache_info().len
        ),
        (9, 1, 2)
    );
    by_path(11);
    assert_eq!(
        (by_path_cache_get(11), by_path_cache_info().weight),
        (None, 9)
    );

    for _ in 0..2 {
        assert_eq!(
            (typed("ab", 2), by_pattern("ab", 2)),
            ("abab".to_string(), "abab".to_string())
        );
        assert_eq!(by_move(1), 1);
        assert_eq!((kept_by_path(5), kept_by_path(50)), (5, 50));
        assert_eq!((kept_by_closure(5), kept_by_closure(50)), (5, 50));
        assert_eq!(
            (kept_by_typed_closure(5), kept_by_typed_closure(50)),
            (5, 50)
        );
        assert_eq!((kept_by_method(0), kept_by_method(1)), (None, Some(0)));
        assert_eq!((kept_if_some(0), kept_if_some(1)), (None, Some(0)));
        assert_eq!((kept_if_filled(0).len(), kept_if_filled(1).len()), (0, 1));
        assert_eq!((Shape.area(5), Shape.area(50)), (5, 50));
    }
    assert_eq!(
        (typed_cache_info().weight, by_pattern_cache_info().weight),
        (6, 8)
    );
    assert_eq!(by_move_cache_info().weight, 7);
    for info in [
        kept_by_path_cache_info(),
        kept_by_closure_cache_info(),
        kept_by_typed_closure_cache_info(),
        kept_by_method_cache_info(),
        kept_if_some_cache_info(),
        kept_if_filled_cache_info(),
        Shape::area_cache_info(),
    ] {
        assert_eq!((info.hits, info.misses, info.len), (1, 3, 1));
    }
    // What may not be stored is not stored by `insert` either, and the old entry leaves.
    assert_eq!(kept_by_path_cache_insert(5, 50), Some(5));
    assert_eq!(kept_by_path_cache_get(5), None);
}
