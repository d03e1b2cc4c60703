//! Constants, statics and unit structs in scope have the names that an expansion gives its local variables.
#![deny(warnings)]
#![allow(non_upper_case_globals, non_camel_case_types, dead_code)]
use memofn::memoize;

const key: u32 = 1;
const value: u32 = 2;
const result: u32 = 3;
const hash: u32 = 4;
const cache: u32 = 5;
const body: u32 = 6;
const k: u32 = 7;
const v: u32 = 8;
const old: u32 = 9;
const info: u32 = 10;
const this: u32 = 11;
const builder: u32 = 12;
const f: u32 = 13;
const e: u32 = 14;
const arg0: u32 = 15;
const __arg0: u32 = 16;
static site: u32 = 17;
static memo: u32 = 18;
static CACHE: u32 = 19;
static SITE: u32 = 20;
static MEMO: u32 = 21;
struct args;
struct state;
struct entry;
struct Local;
struct Site;
struct Body;
struct Memo;

#[memoize(capacity = cache as usize, ttl = "1m", max_weight = 1000, weight = |_, _| 1)]
fn sum((a, b): (u32, u32), text: &str) -> u32 {
    a + b + text.len() as u32 + key + value
}

#[memoize(key = n % 10 + key)]
fn keyed(n: u32, _other: u32) -> Option<u32> {
    n.checked_sub(hash)
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct User(u32);

impl User {
    #[memoize(cache_err)]
    fn score(&self, n: u32) -> Result<u32, String> {
        Ok(self.0 + n + CACHE)
    }
}

fn main() {
    for _ in 0..2 {
        assert_eq!(sum((10, 20), "abc"), 36);
        assert_eq!(keyed(5, 0), Some(1));
        assert_eq!(User(1).score(2), Ok(22));
    }
    assert_eq!(sum_cache_info().hits, 1);
    assert_eq!(sum_cache_parameters().capacity, Some(5));
    assert_eq!(sum_cache_insert((10, 20), "abc", 1), Some(36));
    assert_eq!(keyed_cache_get(15, 7), Some(Some(1)));
    assert_eq!(User::score_cache_info().hits, 1);
}
