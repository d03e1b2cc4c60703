//! The default weight: 32 bytes of bookkeeping, the key and the value with the heap that std types hold.

use memofn::{CacheInfo, Weight, memoize};
use std::collections::HashMap;

/// More than the sizes of key and value.
const ENTRY: u64 = 32;

fn size<T>() -> u64 {
    size_of::<T>() as u64
}

/// Asserts what one entry weighs.
fn assert_weight(info: CacheInfo, key: u64, value: u64) {
    assert_eq!((info.len, info.weight), (1, ENTRY + key + value));
}

#[memoize(max_weight = 1_000_000)]
fn number(n: u16) -> u64 {
    u64::from(n)
}

#[memoize(max_weight = 1_000_000)]
fn string(text: &str) -> String {
    text.repeat(10)
}

#[memoize(max_weight = 1_000_000)]
fn list(numbers: &[u16], n: u8) -> Vec<u32> {
    numbers
        .iter()
        .map(|number| u32::from(*number) + u32::from(n))
        .collect()
}

#[memoize(max_weight = 1_000_000)]
fn option(n: u8) -> Option<String> {
    (n > 0).then(|| "x".repeat(n.into()))
}

#[memoize(max_weight = 1_000_000)]
fn tuple(n: u8) -> (u8, String, [Vec<u8>; 2]) {
    (n, "x".repeat(10), [vec![1; 20], vec![2; 30]])
}

#[memoize(max_weight = 1_000_000)]
fn nested(n: u8) -> Vec<Option<Box<[String]>>> {
    let words = vec!["x".repeat(n.into()), "y".repeat(5)];
    vec![None, Some(words.into_boxed_slice())]
}

#[memoize(max_weight = 1_000_000)]
fn fallible(n: u8) -> Result<String, u8> {
    Ok("x".repeat(n.into()))
}

#[test]
fn the_heap_of_std_types_counts() {
    number(1);
    assert_weight(number_cache_info(), 2, 8);
    string("abc");
    assert_weight(
        string_cache_info(),
        size::<String>() + 3,
        size::<String>() + 30,
    );
    list(&[1, 2, 3], 4);
    assert_weight(
        list_cache_info(),
        size::<(Vec<u16>, u8)>() + 3 * 2,
        size::<Vec<u32>>() + 3 * 4,
    );
    option(0);
    assert_weight(option_cache_info(), 1, size::<Option<String>>());
    option_cache_clear();
    option(7);
    assert_weight(option_cache_info(), 1, size::<Option<String>>() + 7);
    tuple(1);
    assert_weight(
        tuple_cache_info(),
        1,
        size::<(u8, String, [Vec<u8>; 2])>() + 10 + 20 + 30,
    );
    assert!(fallible(9).is_ok());
    assert_weight(fallible_cache_info(), 1, size::<Result<String, u8>>() + 9);
}

#[test]
fn the_heap_counts_at_any_depth() {
    nested(50);
    let inner = 2 * size::<String>() + 50 + 5;
    let outer = 2 * size::<Option<Box<[String]>>>();
    assert_weight(nested_cache_info(), 1, size::<Vec<u8>>() + outer + inner);
}

/// Says nothing of its weight.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Plain {
    id: u64,
    name: String,
}

/// Says that it weighs a thousand.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Heavy(u8);

impl Weight for Heavy {
    fn weight(&self) -> u64 {
        1_000
    }
}

/// Says that it has a weight, and leaves that to the trait.
#[derive(Clone)]
struct Sized64([u64; 8]);

impl Weight for Sized64 {}

fn plain(id: u64) -> Plain {
    Plain {
        id,
        name: "x".repeat(1_000),
    }
}

#[memoize(max_weight = 1_000_000)]
fn own(key: &Plain) -> Plain {
    plain(key.id + key.name.len() as u64)
}

#[memoize(max_weight = 1_000_000)]
fn own_list(n: u8) -> Vec<Plain> {
    (0..u64::from(n)).map(plain).collect()
}

#[memoize(max_weight = 1_000_000)]
fn own_options(n: u8) -> (Option<Plain>, u64) {
    (Some(plain(1)), u64::from(n))
}

#[memoize(max_weight = 1_000_000)]
fn weighing(key: Heavy) -> Heavy {
    Heavy(key.0 + 1)
}

#[memoize(max_weight = 1_000_000)]
fn weighing_list(n: u8) -> Vec<Heavy> {
    (0..n).map(Heavy).collect()
}

#[test]
fn a_type_of_ones_own_counts_its_size() {
    own(&plain(1));
    assert_weight(own_cache_info(), size::<Plain>(), size::<Plain>());
    own_list(4);
    assert_weight(
        own_list_cache_info(),
        1,
        size::<Vec<Plain>>() + 4 * size::<Plain>(),
    );
    own_options(1);
    assert_weight(own_options_cache_info(), 1, size::<(Option<Plain>, u64)>());
}

#[test]
fn unless_it_says_what_it_weighs() {
    weighing(Heavy(1));
    assert_weight(weighing_cache_info(), 1_000, 1_000);
    weighing_list(4);
    assert_weight(
        weighing_list_cache_info(),
        1,
        size::<Vec<Heavy>>() + 4 * 1_000,
    );
}

#[test]
fn the_trait_can_be_asked() {
    assert_eq!(7u64.weight(), 8);
    assert_eq!("x".repeat(10).weight(), size::<String>() + 10);
    assert_eq!(vec![1u16; 10].weight(), size::<Vec<u16>>() + 20);
    assert_eq!(Sized64([0; 8]).weight(), 64);
    assert_eq!(Sized64([1; 8]).0.weight(), 64);
    let mut map = HashMap::new();
    let empty = map.weight();
    for n in 0..100u64 {
        map.insert(n, "x".repeat(100));
    }
    assert!(map.weight() >= empty + 100 * (100 + 8 + size::<String>()));
}

#[memoize(max_weight = 500)]
fn bounded(n: u8) -> String {
    "x".repeat(n.into())
}

#[test]
fn the_sum_of_weights_is_bounded() {
    // Each weighs 32 + 1 + 24 + 100 where a `String` is three words of eight bytes.
    let each = ENTRY + 1 + size::<String>() + 100;
    let fit = 500 / each;
    for n in 0..20 {
        bounded_cache_insert(n, "y".repeat(100));
    }
    let info = bounded_cache_info();
    assert_eq!(
        (info.len as u64, info.weight, info.max_weight),
        (fit, fit * each, Some(500))
    );
    assert_eq!(bounded(19), "y".repeat(100));
    assert_eq!(
        bounded_cache_insert(19, String::new()),
        Some("y".repeat(100))
    );
    assert_eq!(bounded_cache_info().weight, fit * each - 100);
}

#[memoize(max_weight = 10, weight = |key: &(String, u8), value: &u8| key.0.len() as u64 + u64::from(*value))]
fn weighed_by_closure(text: &str, n: u8) -> u8 {
    n + text.len() as u8
}

fn weigh(key: &str, value: &u32) -> u64 {
    key.len() as u64 + u64::from(*value)
}

#[memoize(max_weight = 10, weight = |key, value| weigh(key, value))]
fn weighed_by_untyped_closure(text: &str) -> u32 {
    text.len() as u32
}

#[test]
fn a_weight_of_ones_own_takes_its_place() {
    weighed_by_closure("ab", 1);
    assert_eq!(weighed_by_closure_cache_info().weight, 5);
    weighed_by_untyped_closure("abc");
    assert_eq!(weighed_by_untyped_closure_cache_info().weight, 6);
    weighed_by_untyped_closure("ab");
    assert_eq!(weighed_by_untyped_closure_cache_info().weight, 10);
    weighed_by_untyped_closure("a");
    assert_eq!(weighed_by_untyped_closure_cache_info().weight, 6);
}
