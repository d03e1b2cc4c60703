//! Each form of argument that the contract lists, with the type that shows in `f_cache()`.

use memofn::{Cache, LocalCache, memoize};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct User(String);

fn user(name: &str) -> User {
    User(name.into())
}

#[memoize]
fn optional(user: Option<&User>) -> usize {
    user.map_or(0, |user| user.0.len())
}

#[memoize]
fn texts(texts: &[&str]) -> String {
    texts.concat()
}

#[memoize]
fn weighted(pair: (f64, User)) -> String {
    format!("{}{}", pair.0, pair.1.0)
}

#[memoize]
fn file(path: &Path) -> String {
    path.display().to_string()
}

#[memoize]
fn cow(text: Cow<'_, str>) -> usize {
    text.len()
}

#[memoize]
fn deep(all: &[Option<(&str, [f32; 2])>], more: Vec<(f64, Option<f64>)>) -> usize {
    all.len() + more.len()
}

#[memoize]
fn nothing() -> u8 {
    7
}

#[memoize]
fn bytes(bytes: &[u8], list: &[u32], text: &String, number: &&u64) -> usize {
    bytes.len() + list.len() + text.len() + usize::try_from(**number).unwrap()
}

#[memoize]
fn shared(text: Arc<str>, boxed: Box<[u8]>, unit: ()) -> usize {
    let () = unit;
    text.len() + boxed.len()
}

#[test]
fn keys_show_as_owned_types() {
    let _: &Cache<Option<User>, usize> = optional_cache();
    let _: &Cache<Vec<String>, String> = texts_cache();
    let _: &Cache<PathBuf, String> = file_cache();
    let _: &Cache<(), u8> = nothing_cache();
    let _: &Cache<(f64, User), String> = weighted_cache();
    let _: &Cache<(Vec<u8>, Vec<u32>, String, u64), usize> = bytes_cache();
    let _: &Cache<(Arc<str>, Box<[u8]>, ()), usize> = shared_cache();

    let ann = user("ann");
    assert_eq!((optional(Some(&ann)), optional(None)), (3, 0));
    assert_eq!(optional_cache().get(&Some(user("ann"))), Some(3));
    assert_eq!(optional_cache().get(&None), Some(0));
    assert_eq!(optional_cache_get(Some(&user("ann"))), Some(3));
    assert_eq!(optional_cache_info().hits, 2);

    assert_eq!(texts(&["a", "b"]), "ab");
    assert_eq!(texts(&["ab"]), "ab");
    assert_eq!(texts(&["", "ab"]), "ab");
    assert_eq!(texts_cache_info().misses, 3);
    let key = vec![String::from("a"), String::from("b")];
    assert_eq!(texts_cache().remove(&key), Some("ab".into()));
    assert_eq!(texts_cache_get(&["a", "b"]), None);

    assert_eq!(file(Path::new("/a/b")), "/a/b");
    assert_eq!(
        file_cache().get(&PathBuf::from("/a/b")),
        Some("/a/b".into())
    );
    let mut keys: Vec<_> = file_cache().iter().collect();
    keys.sort();
    assert_eq!(keys, [(PathBuf::from("/a/b"), String::from("/a/b"))]);

    assert_eq!(nothing(), 7);
    assert_eq!(nothing_cache().get(&()), Some(7));
    assert_eq!(nothing_cache_insert(9), Some(7));
    assert_eq!(nothing(), 9);

    assert_eq!(bytes(b"ab", &[1], &"x".to_string(), &&2), 6);
    assert_eq!(
        bytes_cache_remove(b"ab", &[1], &"x".to_string(), &&2),
        Some(6)
    );
    assert_eq!(shared("a".into(), Box::new([1]), ()), 2);
    assert_eq!(shared("a".into(), Box::new([1]), ()), 2);
    assert_eq!(
        (shared_cache_info().hits, shared_cache_info().misses),
        (1, 1)
    );
}

#[test]
fn floats_by_their_bits_at_any_depth() {
    let nan = f64::NAN;
    let other_nan = f64::from_bits(nan.to_bits() ^ 1);
    for number in [0.0, -0.0, nan, other_nan, f64::INFINITY] {
        weighted((number, user("u")));
        weighted((number, user("u")));
    }
    let info = weighted_cache_info();
    assert_eq!((info.hits, info.misses), (5, 5));
    assert_eq!(weighted_cache().get(&(-0.0, user("u"))), Some("-0u".into()));
    assert_eq!(weighted_cache_get((nan, user("u"))), Some("NaNu".into()));
    assert_eq!(weighted_cache_remove((0.0, user("u"))), Some("0u".into()));
    assert_eq!(weighted_cache_get((-0.0, user("u"))), Some("-0u".into()));

    let first = [Some(("a", [0.0_f32, f32::NAN])), None];
    let second = [Some(("a", [-0.0_f32, f32::NAN])), None];
    for all in [first, first, second, second] {
        deep(&all, vec![(f64::NAN, Some(-0.0))]);
    }
    deep(&first, vec![(f64::NAN, Some(0.0))]);
    deep(&first, vec![(f64::NAN, None)]);
    assert_eq!((deep_cache_info().hits, deep_cache_info().misses), (2, 4));
}

#[test]
fn a_cow_is_its_text() {
    assert_eq!(cow("ab".into()), 2);
    assert_eq!(cow(Cow::Owned("ab".into())), 2);
    assert_eq!((cow_cache_info().hits, cow_cache_info().misses), (1, 1));
    assert_eq!(cow_cache_get(Cow::Borrowed("ab")), Some(2));
}

#[memoize(key = (a.len(), b as f32))]
fn chosen(a: &str, b: f64, c: &dyn Fn() -> u8) -> u8 {
    c() + u8::try_from(a.len()).unwrap() + b as u8
}

#[test]
fn a_key_of_ones_own_shows_with_its_type() {
    assert_eq!(chosen("ab", 1.0, &|| 1), 4);
    assert_eq!(chosen("cd", 1.0, &|| 9), 4);
    assert_eq!(chosen_cache().iter().count(), 1);
    assert_eq!(chosen_cache_remove("xy", 1.0, &|| 0), Some(4));
}

#[memoize(scope = "thread")]
fn of_thread(a: &str, (b, mut c): (u8, f32), _: bool) -> String {
    c += 1.0;
    format!("{a}{b}{c}")
}

#[test]
fn keys_of_a_cache_of_one_thread() {
    let cache: LocalCache<(String, (u8, f32), bool), String> = of_thread_cache();
    assert_eq!(of_thread("a", (1, 0.0), true), "a11");
    assert_eq!(of_thread("a", (1, -0.0), true), "a11");
    assert_eq!(of_thread("a", (1, 0.0), false), "a11");
    assert_eq!(of_thread("a", (1, 0.0), false), "a11");
    assert_eq!((cache.info().hits, cache.info().misses), (1, 3));
    assert_eq!(
        cache.remove(&("a".to_string(), (1, 0.0), true)),
        Some("a11".into())
    );
    assert_eq!(of_thread_cache_get("a", (1, 0.0), true), None);
}

/// Names that the expansion might use itself.
#[memoize]
fn named(
    key: u8,
    cache: u8,
    result: u8,
    value: u8,
    hash: u8,
    miss: u8,
    memo: u8,
    outcome: u8,
) -> u8 {
    key + cache + result + value + hash + miss + memo + outcome
}

#[test]
fn an_argument_may_have_any_name() {
    assert_eq!(named(1, 2, 3, 4, 5, 6, 7, 8), 36);
    assert_eq!(named_cache_insert(1, 2, 3, 4, 5, 6, 7, 8, 9), Some(36));
    assert_eq!(named(1, 2, 3, 4, 5, 6, 7, 8), 9);
    assert_eq!(named_cache_refresh(1, 2, 3, 4, 5, 6, 7, 8), 36);
}
