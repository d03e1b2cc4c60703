//! Types of std as arguments, unsized ones behind references included.
#![deny(warnings, unused)]
use memofn::memoize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::{CStr, OsStr, OsString};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

#[memoize]
fn paths(path: &Path, owned: PathBuf, reference: &PathBuf) -> usize {
    path.components().count() + owned.components().count() + reference.components().count()
}

#[memoize]
fn os(text: &OsStr, owned: OsString, c: &CStr) -> usize {
    text.len() + owned.len() + c.count_bytes()
}

#[memoize]
fn boxes(text: Box<str>, shared: Arc<str>, slice: Box<[u8]>, reference: &Arc<str>) -> usize {
    text.len() + shared.len() + slice.len() + reference.len()
}

#[memoize]
fn functions(f: fn(u32) -> u32, g: fn()) -> u32 {
    g();
    f(1)
}

fn add(n: u32) -> u32 {
    n + 1
}

fn double(n: u32) -> u32 {
    n * 10
}

fn nothing() {}

struct NotClone;

#[memoize]
fn small(
    marker: PhantomData<NotClone>,
    letter: char,
    flag: bool,
    unit: (),
    n: NonZeroU32,
    wide: i128,
) -> u32 {
    let _: (PhantomData<NotClone>, ()) = (marker, unit);
    letter as u32 + u32::from(flag) + n.get() + wide as u32
}

#[memoize]
fn collections(map: &BTreeMap<String, u32>, set: BTreeSet<u8>, deque: &VecDeque<u8>) -> usize {
    map.len() + set.len() + deque.len()
}

#[memoize]
fn others(
    duration: Duration,
    address: IpAddr,
    order: std::cmp::Ordering,
    range: std::ops::Range<u32>,
) -> u32 {
    duration.as_secs() as u32 + u32::from(address.is_ipv4()) + u32::from(order.is_eq()) + range.end
}

#[memoize]
fn results(
    outcome: Result<u32, String>,
    bytes: &[u8; 3],
    text: &String,
    list: &Vec<String>,
) -> usize {
    outcome.map_or(0, |n| n as usize) + bytes.len() + text.len() + list.len()
}

#[memoize(skip(_local))]
fn skipped(n: u32, _local: Rc<str>) -> u32 {
    n
}

pub(crate) fn main() {
    let localhost = IpAddr::from([127, 0, 0, 1]);
    for _ in 0..2 {
        let path = PathBuf::from("a/b");
        assert_eq!(paths(Path::new("a"), path.clone(), &path), 5);
        assert_eq!(os(OsStr::new("a"), "bc".into(), c"def"), 6);
        assert_eq!(
            boxes("a".into(), "bc".into(), Box::new([1, 2, 3]), &"d".into()),
            7
        );
        assert_eq!(
            (functions(add, nothing), functions(double, nothing)),
            (2, 10)
        );
        assert_eq!(small(PhantomData, 'a', true, (), NonZeroU32::MIN, 1), 100);
        assert_eq!(
            collections(
                &BTreeMap::from([("a".to_string(), 1)]),
                [1, 2].into(),
                &VecDeque::new()
            ),
            3
        );
        assert_eq!(
            others(
                Duration::from_secs(1),
                localhost,
                std::cmp::Ordering::Equal,
                0..3
            ),
            6
        );
        assert_eq!(
            results(Ok(1), b"abc", &"de".to_string(), &vec!["f".to_string()]),
            7
        );
        assert_eq!(skipped(1, "a".into()), 1);
    }
    assert_eq!((paths_cache_info().hits, paths_cache_info().misses), (1, 1));
    assert_eq!((os_cache_info().hits, os_cache_info().misses), (1, 1));
    assert_eq!((boxes_cache_info().hits, boxes_cache_info().misses), (1, 1));
    assert_eq!(
        functions_cache_info().hits + functions_cache_info().misses,
        4
    );
    assert_eq!((small_cache_info().hits, small_cache_info().misses), (1, 1));
    assert_eq!(
        (
            collections_cache_info().hits,
            collections_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (others_cache_info().hits, others_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (results_cache_info().hits, results_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (skipped_cache_info().hits, skipped_cache_info().misses),
        (1, 1)
    );
    assert_eq!(small(PhantomData, 'b', true, (), NonZeroU32::MIN, 1), 101);
    assert_eq!(
        paths_cache_get(Path::new("b"), "a/b".into(), &"a/b".into()),
        None
    );
}
