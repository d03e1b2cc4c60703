//! Never a wrong value.

use memofn::memoize;
use memofn::store::{Memory, key_prefix};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static MEMORY: LazyLock<Memory> = LazyLock::new(crate::tools::ample);

/// The same function in several versions of a program.
macro_rules! version {
    ($version:ident, $(#[$attribute:meta])* fn $($function:tt)*) => {
        mod $version {
            use super::*;
            $(#[$attribute])*
            pub fn $($function)*
        }
    };
}

version!(
    one,
    #[memoize(store = MEMORY)]
    fn price(item: u32) -> u64 {
        u64::from(item) + 1
    }
);
version!(
    two,
    #[memoize(store = MEMORY)]
    fn price(item: u32) -> u64 {
        u64::from(item) + 2
    }
);

#[test]
fn functions_of_one_name_in_two_modules_have_their_own_results() {
    for _ in 0..2 {
        assert_eq!(one::price(1), 2);
        assert_eq!(two::price(1), 3);
    }
    assert_eq!(
        (one::price_cache_info().hits, two::price_cache_info().hits),
        (1, 1)
    );
}

/// The functions of several programs under one name: each isn't used beside the others in any of them.
mod programs {
    use memofn::__private::{CodecBy, Config, DefaultHasher, Memo, Plain, Site, written};
    use memofn::store::Memory;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use std::sync::LazyLock;

    pub static MEMORY: LazyLock<Memory> = LazyLock::new(crate::tools::ample);

    pub fn config<V: Serialize + DeserializeOwned + Clone + Send + Sync + 'static>(
        signature: &'static str,
        version: u64,
    ) -> Config<u64, V, DefaultHasher> {
        let mut made = Config::<u64, V, DefaultHasher>::plain::<&'static u64>();
        let site = Site {
            name: "one_of_many",
            signature,
            instance: String::new(),
            version,
            number: 7,
        };
        let codec = CodecBy(Plain).codec::<V>();
        made.builder = made.builder.store(&MEMORY, site, written::<u64>(), codec);
        made
    }

    pub fn call<V: Clone + 'static>(
        config: fn() -> Config<u64, V, DefaultHasher>,
        n: u64,
        body: impl FnOnce() -> V,
    ) -> (V, u64) {
        let memo: &'static Memo<u64, V, DefaultHasher> =
            Box::leak(Box::new(Memo::new("one_of_many", config)));
        let value = match memo.look_up(&&n, Plain) {
            Ok(value) => value,
            Err(computation) => computation.finish(body()),
        };
        (value, memo.info().errors)
    }
}

#[test]
fn another_signature_or_version_is_another_function() {
    let old = || programs::config::<u32>("( n : u64 ) -> u32", 0);
    let signed = || programs::config::<i32>("( n : u64 ) -> i32", 0);
    let bumped = || programs::config::<u32>("( n : u64 ) -> u32", 1);
    assert_eq!(programs::call(old, 1, || 7), (7, 0));
    assert_eq!(programs::call(signed, 1, || -7), (-7, 0));
    assert_eq!(programs::call(bumped, 1, || 8), (8, 0));
    assert_eq!(programs::call(old, 1, || unreachable!()), (7, 0));
    assert_eq!(programs::call(bumped, 1, || unreachable!()), (8, 0));
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Old {
    name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct New {
    name: String,
    age: u32,
}

#[test]
fn a_value_of_another_shape_is_computed_again() {
    // The tokens of the signature are the same, and the type isn't.
    let old = || programs::config::<Old>("( n : u64 ) -> User", 0);
    let new = || programs::config::<New>("( n : u64 ) -> User", 0);
    let name = || String::from("a");
    assert_eq!(programs::call(old, 1, || Old { name: name() }).1, 0);
    let user = || New {
        name: name(),
        age: 3,
    };
    assert_eq!(programs::call(new, 1, user), (user(), 1));
    assert_eq!(programs::call(new, 1, || unreachable!()), (user(), 0));
}

function!(planted, ample());

#[test]
fn whatever_is_planted_is_a_miss_that_is_counted_and_leaves() {
    let process = planted::process();
    process.call(1, || "right".into());
    let (good, address) = (planted::held(1).unwrap(), planted::address(1));
    let mut errors = 0;
    let mut try_out = |bytes: &[u8]| {
        planted::MEMORY.plant(&address, bytes);
        let process = planted::process();
        assert_eq!(process.get(1), None, "{bytes:?}");
        assert_eq!(
            process.call(1, || "computed".into()),
            "computed",
            "{bytes:?}"
        );
        // Once by `get`, once by the call.
        assert_eq!(process.info().errors, 2, "{bytes:?}");
        assert_eq!(planted::process().call(1, || unreachable!()), "computed");
        errors += 1;
    };
    for end in 0..good.len() {
        try_out(&good[..end]);
    }
    try_out(&[good.as_slice(), b"x"].concat());
    try_out(b"");
    try_out(&[0xff; 1 << 10]);
    // All but the times, the cost and the kind of value, which can be anything.
    for at in (0..4).chain(32..good.len()) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x40;
        // Another text of the same length is one.
        if at < 61 {
            try_out(&bytes);
        }
    }
    // The bytes of another key.
    process.call(2, || "two".into());
    try_out(&planted::held(2).unwrap());
    assert!(errors > 100);
    planted::MEMORY.plant(&address, &good);
    assert_eq!(process.call(1, || unreachable!()), "right");
}

#[test]
fn a_recursive_bomb_is_a_miss() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Tree {
        Leaf,
        Node(Box<Tree>),
    }
    fn config() -> memofn::__private::Config<u64, Tree, memofn::DefaultHasher> {
        programs::config("( n : u64 ) -> Tree", 0)
    }
    assert_eq!(programs::call(config, 9, || Tree::Leaf).0, Tree::Leaf);
    let good = |payload: &[u8]| {
        let contents = programs::MEMORY.contents();
        let (key, bytes) = { contents.iter() }
            .find(|(_, bytes)| bytes.ends_with(b"\xa4Leaf"))
            .unwrap();
        let mut bytes = bytes[..56].to_vec();
        bytes.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
        bytes.extend(payload);
        (key.clone(), bytes)
    };
    let mut bomb = b"\x81\xa4Node".repeat(100_000);
    bomb.extend(b"\xa4Leaf");
    let (key, bytes) = good(&bomb);
    programs::MEMORY.plant(&key, &bytes);
    assert_eq!(programs::call(config, 9, || Tree::Leaf), (Tree::Leaf, 1));
    let (key, bytes) = good(b"\xdd\xff\xff\xff\xff");
    programs::MEMORY.plant(&key, &bytes);
    assert_eq!(programs::call(config, 9, || Tree::Leaf), (Tree::Leaf, 1));
}

function!(
    claimed,
    ample(),
    max_wait(std::time::Duration::from_millis(30))
);

#[test]
fn a_planted_claim_is_waited_for_and_not_for_ever() {
    let begun = claimed::process().begin(1);
    let claim = claimed::held(1).unwrap();
    // Somebody else has it, and never ends: each computes, and stores nothing.
    claimed::MEMORY.plant(&claimed::address(1), &claim);
    let process = claimed::process();
    assert_eq!(process.call(1, || "mine".into()), "mine");
    assert_eq!(claimed::held(1).as_deref(), Some(claim.as_slice()));
    assert_eq!((process.info().misses, process.info().errors), (1, 0));
    // One whose lease is long over, and which was made to stay.
    let mut old = claim;
    old[4..12].copy_from_slice(&1_000_u64.to_le_bytes());
    claimed::MEMORY.plant(&claimed::address(1), &old);
    assert_eq!(process.call(1, || "kept".into()), "kept");
    assert_eq!(process.call(1, || unreachable!()), "kept");
    begun.end("late");
    assert_eq!(process.call(1, || unreachable!()), "kept");
}

mod twice {
    use super::*;
    #[memoize(store = MEMORY, name = "taken")]
    pub fn first(n: u8) -> u8 {
        n
    }
    #[memoize(store = MEMORY, name = "taken")]
    pub fn second(n: u8) -> u8 {
        n + 1
    }
}

#[test]
fn two_functions_of_one_name_are_refused_at_first_use() {
    assert_eq!(twice::first(1), 1);
    let refused = std::panic::catch_unwind(|| twice::second(1)).unwrap_err();
    let text = refused.downcast_ref::<String>().unwrap();
    assert!(text.contains("under the name `taken`"), "{text}");
    assert!(key_prefix("taken").unwrap().starts_with("memo:taken:"));
}

struct Pair<A, B>(std::marker::PhantomData<(A, B)>);

impl<A, B> Pair<A, B> {
    #[memoize(store = MEMORY, name = "sizes")]
    fn sizes(n: u64) -> (u64, usize, usize)
    where
        Self: Sized,
    {
        (n, size_of::<A>(), size_of::<B>())
    }
}

#[memoize(store = MEMORY, name = "generic")]
fn size_and<T, const N: usize>(n: u64) -> (u64, usize, usize) {
    (n, size_of::<T>(), N)
}

#[test]
fn instances_have_their_own_results() {
    let before = MEMORY.contents().len();
    for _ in 0..2 {
        assert_eq!(Pair::<u8, u16>::sizes(1), (1, 1, 2));
        assert_eq!(Pair::<u16, u8>::sizes(1), (1, 2, 1));
        assert_eq!(size_and::<u8, 1>(1), (1, 1, 1));
        assert_eq!(size_and::<u8, 2>(1), (1, 1, 2));
        assert_eq!(size_and::<u64, 2>(1), (1, 8, 2));
    }
    assert!(MEMORY.contents().len() >= before + 10);
    assert_eq!(size_and_cache_info::<u64, 2>().hits, 1);
}

#[test]
fn arguments_that_differ_have_keys_that_differ() {
    #[memoize(store = MEMORY, name = "arguments")]
    fn shown(a: Option<Option<u8>>, b: (f64, String), c: &[&str]) -> String {
        format!("{a:?} {b:?} {c:?}")
    }
    let before: BTreeSet<_> = MEMORY.contents().into_iter().map(|(key, _)| key).collect();
    let mut calls = 0;
    for _ in 0..2 {
        calls = 0;
        for a in [None, Some(None), Some(Some(0))] {
            for b in [0.0, -0.0, f64::NAN, 1.0] {
                for c in [&["ab", "c"][..], &["a", "bc"], &["abc"], &[]] {
                    let b = (b, "x".to_owned());
                    assert_eq!(shown(a, b.clone(), c), format!("{a:?} {b:?} {c:?}"));
                    calls += 1;
                }
            }
        }
    }
    assert_eq!(shown_cache_info().hits, calls);
    assert_eq!(shown_cache_info().misses, calls);
    let prefix = key_prefix("arguments").unwrap();
    let keys = { MEMORY.contents().into_iter() }
        .filter(|(key, _)| key.starts_with(&prefix) && !before.contains(key));
    // And the epoch.
    assert_eq!(keys.count() as u64, calls + 1);
}
