//! What the key is, and which keys are equal.

use crate::hits_misses_len;
use memofn::{Cache, memoize};
use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

#[memoize]
fn real(x: f64) -> u64 {
    x.to_bits()
}

#[memoize]
fn reals(list: &[f32], last: Option<f64>) -> usize {
    list.len() + usize::from(last.is_some())
}

#[test]
fn floats_count_as_their_bits() {
    assert_eq!(real(0.0), 0);
    assert_eq!(real(-0.0), 1 << 63);
    for _ in 0..3 {
        assert_eq!(real(f64::NAN), f64::NAN.to_bits());
    }
    assert_eq!(hits_misses_len(real_cache_info()), (2, 3, 3));
    let cache: &'static Cache<f64, u64> = real_cache();
    assert_eq!(cache.get(&f64::NAN), Some(f64::NAN.to_bits()));
    assert_eq!(cache.get(&-0.0), Some(1 << 63));

    for _ in 0..2 {
        reals(&[1.5, f32::NAN], Some(-0.0));
        reals(&[1.5, f32::NAN], Some(0.0));
        reals(&[1.5, f32::NAN], None);
    }
    assert_eq!(hits_misses_len(reals_cache_info()), (3, 3, 3));
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct User(u32);

#[memoize]
fn one(user: &User) -> u32 {
    user.0
}

#[memoize]
fn several(text: &str, numbers: &[u16], user: Option<&User>, pair: (f64, User)) -> usize {
    text.len()
        + numbers.len()
        + user.map_or(0, |user| user.0 as usize)
        + pair.0 as usize
        + pair.1.0 as usize
}

#[memoize]
fn deep(words: &[&str], rows: Vec<Option<&str>>, fixed: [(u8, &User); 2]) -> usize {
    words.len() + rows.len() + fixed.len()
}

#[memoize]
fn system(path: &Path, cow: Cow<'_, str>, name: &OsString) -> usize {
    path.as_os_str().len() + cow.len() + name.len()
}

/// The types of these keys are the assertion.
#[test]
fn keys_are_the_owned_forms_of_the_arguments() {
    type SeveralKey = (String, Vec<u16>, Option<User>, (f64, User));
    type DeepKey = (Vec<String>, Vec<Option<String>>, [(u8, User); 2]);
    let _: &'static Cache<User, u32> = one_cache();
    let _: &'static Cache<SeveralKey, usize> = several_cache();
    let _: &'static Cache<DeepKey, usize> = deep_cache();

    one(&User(1));
    assert_eq!(one_cache().get(&User(1)), Some(1));
    several("a", &[1], Some(&User(2)), (0.5, User(3)));
    let key = (String::from("a"), vec![1], Some(User(2)), (0.5, User(3)));
    assert_eq!(several_cache().get(&key), Some(7));
    deep(
        &["a", "b"],
        vec![None, Some("c")],
        [(1, &User(1)), (2, &User(2))],
    );
    let (words, rows) = (
        vec![String::from("a"), String::from("b")],
        vec![None, Some(String::from("c"))],
    );
    let key = (words, rows, [(1, User(1)), (2, User(2))]);
    assert_eq!(deep_cache().get(&key), Some(6));
}

#[memoize]
fn told_apart(a: &str, b: &str, rest: &[&str], more: Option<&[Option<&str>]>) -> String {
    format!("{a:?} {b:?} {rest:?} {more:?}")
}

#[test]
fn keys_are_compared_in_full() {
    for _ in 0..2 {
        assert_eq!(told_apart("ab", "c", &[], None), r#""ab" "c" [] None"#);
        assert_eq!(told_apart("a", "bc", &[], None), r#""a" "bc" [] None"#);
        assert_eq!(told_apart("abc", "", &[], None), r#""abc" "" [] None"#);
        assert_eq!(told_apart("abc", "", &[""], None), r#""abc" "" [""] None"#);
        assert_eq!(
            told_apart("", "", &["ab", "c"], None),
            r#""" "" ["ab", "c"] None"#
        );
        assert_eq!(
            told_apart("", "", &["a", "bc"], None),
            r#""" "" ["a", "bc"] None"#
        );
        assert_eq!(told_apart("", "", &[], Some(&[])), r#""" "" [] Some([])"#);
        assert_eq!(
            told_apart("", "", &[], Some(&[None])),
            r#""" "" [] Some([None])"#
        );
        assert_eq!(
            told_apart("", "", &[], Some(&[Some("")])),
            r#""" "" [] Some([Some("")])"#
        );
    }
    assert_eq!(hits_misses_len(told_apart_cache_info()), (9, 9, 9));
}

#[test]
fn paths_and_cows_are_keys() {
    let (path, name) = (PathBuf::from("/var/x"), OsString::from("n"));
    for text in [Cow::Borrowed("text"), Cow::Owned(String::from("text"))] {
        assert_eq!(system(&path, text, &name), 11);
    }
    assert_eq!(hits_misses_len(system_cache_info()), (1, 1, 1));
}

#[memoize]
fn patterns((a, b): (u8, u8), mut c: u8, _: u8, [d, ..]: [u8; 2]) -> u32 {
    c += 1;
    u32::from(a) + u32::from(b) + u32::from(c) + u32::from(d)
}

#[memoize]
fn our_names(key: u8, cache: u8, result: u8, value: u8, hash: u8, entry: u8) -> [u8; 6] {
    [key, cache, result, value, hash, entry]
}

#[test]
fn patterns_and_all_names_work() {
    assert_eq!(patterns((1, 2), 3, 4, [5, 6]), 12);
    assert_eq!(patterns((1, 2), 3, 4, [5, 6]), 12);
    // What has no name, or part of no name, is part of the key all the same.
    assert_eq!(patterns((1, 2), 3, 9, [5, 6]), 12);
    assert_eq!(patterns((1, 2), 3, 4, [5, 7]), 12);
    assert_eq!(hits_misses_len(patterns_cache_info()), (1, 3, 3));
    assert_eq!(patterns_cache_get((1, 2), 3, 4, [5, 6]), Some(12));
    assert_eq!(our_names(1, 2, 3, 4, 5, 6), [1, 2, 3, 4, 5, 6]);
    assert_eq!(
        our_names_cache_insert(1, 2, 3, 4, 5, 6, [0; 6]),
        Some([1, 2, 3, 4, 5, 6])
    );
}

#[memoize]
fn early(text: &str) -> Option<u32> {
    if text.is_empty() {
        return Some(0);
    }
    let first = text.split(' ').next()?;
    let number: u32 = first.parse().ok()?;
    Some(number + 1)
}

#[test]
fn what_return_and_question_mark_give_is_stored_too() {
    for _ in 0..2 {
        assert_eq!(early(""), Some(0));
        assert_eq!(early("4 x"), Some(5));
        assert_eq!(early("x"), None);
    }
    // `None` is stored as any value.
    assert_eq!(hits_misses_len(early_cache_info()), (3, 3, 3));
    assert_eq!(early_cache_get("x"), Some(None));
}
