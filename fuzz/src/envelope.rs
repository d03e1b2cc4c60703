//! Somebody writes whatever he likes into a store, where a memoized function reads it: nothing panics, nothing
//! recurses or allocates without a bound, and with a key (`MEMOFN_STORE_KEY`) the function's value is right.
//!
//! `cargo +nightly fuzz run envelope -- -malloc_limit_mb=64`, or without `cargo-fuzz` as `.ci/run` does it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use memofn::memoize;
use memofn::store::{Capabilities, Store, StoreError, settings};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::Duration;

/// Of all shapes that the format has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Tree {
    Leaf(i64),
    Small(u8, char, bool, Option<()>),
    Real(f64),
    Text(String),
    Branch(Vec<Tree>),
    Map(BTreeMap<String, Option<Tree>>),
    Pair { left: Box<Tree>, right: Box<Tree> },
}

fn planted(n: u32) -> Tree {
    let leaves = (0..3).map(|leaf| Tree::Leaf(i64::from(leaf + n) - 2));
    let named = ["a", "b"].map(|name| (name.to_owned(), None));
    Tree::Pair {
        left: Box::new(Tree::Branch(leaves.collect())),
        right: Box::new(Tree::Branch(vec![
            Tree::Map(BTreeMap::from(named)),
            Tree::Small(7, 'ß', true, Some(())),
            Tree::Real(0.5),
            Tree::Text("memofn".to_owned()),
        ])),
    }
}

#[memoize(store = STORE, ttl = "1h", max_wait = "1ms")]
fn tree(n: u32) -> Tree {
    planted(n)
}

static STORE: Open = Open;
static HELD: Mutex<Option<HashMap<String, Vec<u8>>>> = Mutex::new(None);

/// A store that everybody can write to.
struct Open;

fn held<T>(work: impl FnOnce(&mut HashMap<String, Vec<u8>>) -> T) -> T {
    let mut held = HELD.lock().expect("nothing panics");
    work(held.get_or_insert_default())
}

impl Store for Open {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new().fenced()
    }
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(held(|held| held.get(key).cloned()))
    }
    fn claim(&self, key: &str, token: &[u8], _: Duration) -> Result<bool, StoreError> {
        Ok(held(|held| {
            let free = !held.contains_key(key);
            if free {
                held.insert(key.to_owned(), token.to_vec());
            }
            free
        }))
    }
    fn fill(
        &self,
        key: &str,
        token: &[u8],
        value: &[u8],
        _: Option<Duration>,
    ) -> Result<bool, StoreError> {
        Ok(held(|held| {
            let found = held.get_mut(key).filter(|held| *held == token);
            found.map(|found| *found = value.to_vec()).is_some()
        }))
    }
    fn put(&self, key: &str, value: &[u8], _: Option<Duration>) -> Result<(), StoreError> {
        held(|held| held.insert(key.to_owned(), value.to_vec()));
        Ok(())
    }
    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        Ok(held(|held| held.remove(key).is_some()))
    }
    fn remove_if(&self, key: &str, value: &[u8]) -> Result<bool, StoreError> {
        Ok(held(|held| {
            let same = held.get(key).is_some_and(|held| held == value);
            same && held.remove(key).is_some()
        }))
    }
}

/// Bytes before the payload, and the last of them, which say how long that is.
const HEADER: usize = 60;
const LENGTH: usize = 4;

/// What the fuzzer makes of the bytes that the function has written.
fn forged(good: &[u8], data: &[u8]) -> Vec<u8> {
    let Some((how, data)) = data.split_first() else {
        return Vec::new();
    };
    match how % 4 {
        0 => data.to_vec(),
        // Some bytes are others.
        1 => {
            let mut bytes = good.to_vec();
            for edit in data.chunks_exact(3) {
                let at = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % bytes.len();
                bytes[at] = edit[2];
            }
            bytes
        }
        // The right head, and this payload.
        2 => {
            let length = (data.len() as u32).to_le_bytes();
            [&good[..HEADER - LENGTH], &length, data].concat()
        }
        // Cut off, and something else behind.
        _ => {
            let (at, rest) = data.split_first().unwrap_or((&0, &[]));
            [&good[..usize::from(*at).min(good.len())], rest].concat()
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Some(key) = held(|held| held.keys().max_by_key(|key| key.len()).cloned()) else {
        assert_eq!(tree(1), planted(1));
        return;
    };
    let good = held(|held| held.get(&key).cloned()).expect("it was filled");
    let forged = forged(&good, data);
    held(|held| held.insert(key.clone(), forged.clone()));
    let found = tree(1);
    // Without a key a result is what the store says, if it is one at all.
    if settings().key.is_some() || forged.len() < HEADER {
        assert_eq!(found, planted(1));
    }
    held(|held| held.insert(key, good));
});
