//! Arguments may be patterns; each pattern is one argument, and so one part of the key.
#![deny(warnings, unused)]
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Point {
    x: u32,
    y: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Id(u32);

#[memoize]
fn pair((a, b): (u8, u8)) -> u8 {
    a * 10 + b
}

#[memoize]
fn point(Point { x, y }: Point, Point { x: left, .. }: &Point) -> u32 {
    x * 100 + y * 10 + left
}

#[memoize]
fn ignored(n: u32, _: u32) -> u32 {
    n
}

#[memoize]
fn unused(n: u32, _unused: u32) -> u32 {
    n
}

#[memoize]
fn mutable(mut n: u32, mut text: String) -> String {
    n += 1;
    text.push_str(&n.to_string());
    text
}

#[memoize]
fn ends([first, .., last]: [u8; 4]) -> u8 {
    first * 10 + last
}

#[memoize]
fn dereferenced(&(a, b): &(u8, u8), &Id(id): &Id, Id(mut other): Id) -> u32 {
    other += 1;
    u32::from(a) * 1000 + u32::from(b) * 100 + id * 10 + other
}

#[memoize]
fn nested((Point { x, .. }, [a, _]): (Point, [u32; 2]), whole @ (b, _): (u32, u32)) -> u32 {
    x * 1000 + a * 100 + b * 10 + whole.1
}

#[memoize]
fn by_ref(ref text: String, (ref a, _): (String, u32)) -> usize {
    text.len() * 10 + a.len()
}

#[memoize]
#[allow(unused_parens)]
fn parenthesised((n): u32, (_, ()): (u32, ())) -> u32 {
    n
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(pair((1, 2)), 12);
        assert_eq!(point(Point { x: 1, y: 2 }, &Point { x: 3, y: 4 }), 123);
        assert_eq!(mutable(1, "a".to_string()), "a2");
        assert_eq!(ends([1, 2, 3, 4]), 14);
        assert_eq!(dereferenced(&(1, 2), &Id(3), Id(4)), 1235);
        assert_eq!(nested((Point { x: 1, y: 9 }, [2, 9]), (3, 4)), 1234);
        assert_eq!(by_ref("ab".to_string(), ("c".to_string(), 9)), 21);
        assert_eq!(parenthesised(1, (2, ())), 1);
    }
    assert_eq!((pair_cache_info().hits, pair_cache_info().misses), (1, 1));
    assert_eq!((point_cache_info().hits, point_cache_info().misses), (1, 1));
    assert_eq!(
        (mutable_cache_info().hits, mutable_cache_info().misses),
        (1, 1)
    );
    assert_eq!((ends_cache_info().hits, ends_cache_info().misses), (1, 1));
    assert_eq!(
        (
            dereferenced_cache_info().hits,
            dereferenced_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (nested_cache_info().hits, nested_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (by_ref_cache_info().hits, by_ref_cache_info().misses),
        (1, 1)
    );
    assert_eq!(parenthesised_cache_info().hits, 1);

    // What a pattern doesn't bind is in the key all the same.
    assert_eq!(point(Point { x: 1, y: 2 }, &Point { x: 3, y: 5 }), 123);
    assert_eq!(point_cache_info().misses, 2);
    assert_eq!((ignored(1, 2), ignored(1, 3), ignored(1, 2)), (1, 1, 1));
    assert_eq!(
        (ignored_cache_info().hits, ignored_cache_info().misses),
        (1, 2)
    );
    assert_eq!((unused(1, 2), unused(1, 3), unused(1, 2)), (1, 1, 1));
    assert_eq!(
        (unused_cache_info().hits, unused_cache_info().misses),
        (1, 2)
    );

    assert_eq!(pair_cache_get((1, 2)), Some(12));
    assert_eq!(pair_cache_insert((1, 2), 99), Some(12));
    assert_eq!(pair_cache_refresh((1, 2)), 12);
    assert_eq!(ignored_cache_remove(1, 3), Some(1));
    assert_eq!(mutable_uncached(1, "a".to_string()), "a2");
}
