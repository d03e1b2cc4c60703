//! Parameters may have any name, those of the runtime and of std included.
#![deny(warnings, unused)]
#![allow(non_camel_case_types, non_upper_case_globals)]
use memofn::memoize;
use std::hash::Hash;

mod bound {
    pub trait Plain: super::Hash + Eq + Clone + Send + Sync + 'static {}
    impl<T: super::Hash + Eq + Clone + Send + Sync + 'static> Plain for T {}
}
use bound::Plain;

#[memoize]
fn of_the_runtime<K: Plain, V: Plain, S: Plain, A: Plain, O: Plain>(
    k: K,
    v: V,
    s: S,
    a: A,
    o: O,
) -> (O, A, S, V, K) {
    (o, a, s, v, k)
}

#[memoize]
fn types<Memo: Plain, Instance: Plain, Key: Plain, Cache: Plain, Config: Plain>(
    memo: &Memo,
    instance: Option<Instance>,
    key: [Key; 2],
    cache: (Cache, u8),
    config: &[Config],
) -> (Memo, usize) {
    drop((instance, key, cache));
    (memo.clone(), config.len())
}

#[memoize(capacity = 3)]
fn of_std<Option: Plain, Vec: Plain, Result: Plain>(
    option: Option,
    vec: Vec,
    result: Result,
) -> (Option, Vec) {
    drop(result);
    (option, vec)
}

#[memoize]
fn consts<const N: usize, const MEMO: u8, const size: char>(n: usize) -> (usize, u8, char) {
    (n * N, MEMO, size)
}

#[memoize]
fn raw<r#type: Plain, const r#const: usize>(r#fn: r#type) -> (r#type, usize) {
    (r#fn, r#const)
}

fn main() {
    for _ in 0..2 {
        assert_eq!(
            of_the_runtime(1_u8, 'a', "b", 2_u16, true),
            (true, 2, "b", 'a', 1)
        );
        assert_eq!(types(&1, Some('a'), ["b", "c"], (1_u8, 2), &[3]), (1, 1));
        assert_eq!(of_std(1, 'a', "b"), (1, 'a'));
        assert_eq!(consts::<2, 3, 'c'>(4), (8, 3, 'c'));
        assert_eq!(raw::<_, 3>('a'), ('a', 3));
    }
    assert_eq!(
        of_the_runtime_cache_info::<u8, char, &str, u16, bool>().hits,
        1
    );
    assert_eq!(types_cache_info::<i32, char, &str, u8, i32>().hits, 1);
    assert_eq!(of_std_cache_info::<i32, char, &str>().hits, 1);
    assert_eq!(consts_cache_info::<2, 3, 'c'>().hits, 1);
    assert_eq!(raw_cache_info::<char, 3>().hits, 1);
}
