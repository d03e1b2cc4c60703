//! `refresh_after` makes the arguments again from the stored key: of every form that a key takes apart, and in
//! every place that a function has.
#![deny(warnings, unused)]
use memofn::memoize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::{CStr, OsStr};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct User(u32, String);

type Ratio = f64;

/// The results are the arguments as they arrived.
macro_rules! seen {
    ($($argument:expr),*) => { format!("{:?}", ($(&$argument,)*)) };
}

#[memoize(refresh_after = "1s")]
fn nothing() -> String {
    seen!()
}

#[memoize(refresh_after = "1s")]
fn one(n: u32) -> String {
    seen!(n)
}

#[memoize(refresh_after = "1s")]
fn one_text(text: &str) -> String {
    seen!(text)
}

#[memoize(refresh_after = "1s")]
fn one_tuple(pair: (u8, &str)) -> String {
    seen!(pair)
}

#[memoize(refresh_after = "1s")]
fn by_value(a: u64, b: String, c: User, d: Vec<u8>, e: Option<String>, f: [User; 2], g: PathBuf) -> String {
    seen!(a, b, c, d, e, f, g)
}

#[memoize(refresh_after = "1s")]
fn floats(a: f32, b: f64, c: &[f64], d: Option<f64>, e: (f32, Ratio), f: Ratio, g: &f64) -> String {
    seen!(a, b, c, d, e, f, g)
}

#[memoize(refresh_after = "1s")]
fn by_reference(a: &u64, b: &String, c: &User, d: &Vec<User>, e: &Option<User>, f: &[User; 2], g: &(u8, f64)) -> String {
    seen!(a, b, c, d, e, f, g)
}

#[memoize(refresh_after = "1s")]
fn without_size(a: &str, b: &Path, c: &OsStr, d: &CStr, e: &[u32], f: &[User], g: &[(u8, String)]) -> String {
    seen!(a, b, c, d, e, f, g)
}

#[memoize(refresh_after = "1s")]
fn cows(a: Cow<'_, str>, b: Cow<'_, [u32]>, c: Cow<'static, str>, d: &Cow<'_, str>, e: &[Cow<'_, Path>]) -> String {
    seen!(a, b, c, d, e)
}

#[memoize(refresh_after = "1s")]
fn references_inside(a: Option<&User>, b: (u8, &str), c: [&str; 2], d: Vec<&Path>, e: &[&str], f: &[(u8, &str)]) -> String {
    seen!(a, b, c, d, e, f)
}

#[memoize(refresh_after = "1s")]
fn deep(
    a: &&str,
    b: &&&[&str],
    c: &[&[&str]],
    d: Option<&[Option<&User>]>,
    e: &Vec<(&str, Vec<&[&u8]>)>,
    f: &(Option<&(u8, &str)>, [&&str; 2]),
    g: &[&&&str],
    h: &[(&Cow<'_, str>, f64)],
) -> String {
    seen!(a, b, c, d, e, f, g, h)
}

#[memoize(refresh_after = "1s")]
fn named_lifetimes<'a, 'b>(a: &'a str, b: &'b [&'a str], c: Option<&'b &'a User>) -> String {
    seen!(a, b, c)
}

#[memoize(refresh_after = "1s")]
fn patterns((a, b): (u8, &str), mut c: u32, _: u8, [d, ..]: [&str; 2], User(e, f): &User) -> String {
    c += 1;
    seen!(a, b, c, d, e, f)
}

#[memoize(refresh_after = "1s", max_weight = "1MiB")]
fn leaves(a: Arc<str>, b: Box<[u8]>, c: &BTreeMap<u8, String>, d: fn(u8) -> u8, e: &'_ Arc<User>) -> String {
    let _: fn(u8) -> u8 = d;
    seen!(a, b, c, e)
}

macro_rules! with_types {
    ($name:ident, $a:ty, $b:ty) => {
        #[memoize(refresh_after = "1s")]
        fn $name(a: $a, b: &[$b]) -> String {
            seen!(a, b)
        }
    };
}
with_types!(fragments, &str, Option<&User>);

#[memoize(refresh_after = "1s", helpers = false)]
fn without_helpers(a: &[&str], b: u8) -> String {
    seen!(a, b)
}

// What the body borrows of its arguments ends with the call.
#[memoize(refresh_after = "1s")]
fn names(key: &str, cache: &[&str], value: u32, __memofn_shelf: u8, __memofn_item: &&str) -> Result<String, std::fmt::Error> {
    let local = Rc::new(key);
    if value > 100 {
        return Err(std::fmt::Error);
    }
    Ok(seen!(local, cache, value, __memofn_shelf, __memofn_item))
}

impl User {
    #[memoize(refresh_after = "1s")]
    fn alone(&self) -> String {
        seen!(self)
    }

    #[memoize(refresh_after = "1s")]
    fn with_more(&self, a: &str, b: &[&Self]) -> String {
        seen!(self, a, b)
    }

    #[memoize(refresh_after = "1s")]
    fn consumed(self, a: Option<&str>) -> String {
        seen!(self, a)
    }

    #[memoize(refresh_after = "1s")]
    fn typed(self: &Self, a: u8) -> String {
        seen!(self, a)
    }

    #[memoize(refresh_after = "1s")]
    fn lived<'a>(&'a self, a: &'a str) -> String {
        seen!(self, a)
    }

    #[memoize(refresh_after = "1s")]
    fn associated(user: &Self, a: &[&str]) -> String {
        seen!(user, a)
    }

    #[memoize(refresh_after = "1s")]
    fn like_a_free_function(a: &[&str]) -> String {
        seen!(a)
    }
}


/// Called twice, and without a cache.
macro_rules! same {
    ($($path:ident)::+ / $uncached:ident ($($argument:expr),*)) => {
        for _ in 0..2 {
            assert_eq!($($path)::+($($argument),*), $uncached($($argument),*));
        }
    };
}

fn main() {
    let user = |n: u32| User(n, format!("user {n}"));
    let (ada, bob) = (user(1), user(2));
    same!(nothing / nothing_uncached());
    same!(one / one_uncached(7));
    same!(one_text / one_text_uncached("seven"));
    same!(one_tuple / one_tuple_uncached((7, "seven")));
    same!(by_value / by_value_uncached(
        1, "b".to_owned(), user(3), vec![4, 5], Some("e".to_owned()), [user(6), user(7)], "/g".into()
    ));
    same!(floats / floats_uncached(-0.0, f64::NAN, &[0.5, f64::INFINITY], Some(1.5), (2.5, 3.5), 4.5, &5.5));
    same!(by_reference / by_reference_uncached(
        &1, &"b".to_owned(), &ada, &vec![user(4), user(5)], &Some(user(6)), &[user(7), user(8)], &(9, 0.5)
    ));
    same!(without_size / without_size_uncached(
        "a", Path::new("/b"), OsStr::new("c"), c"d", &[1, 2, 3], &[user(4)], &[(5, "e".to_owned())]
    ));
    same!(cows / cows_uncached(
        "a".into(), vec![1, 2].into(), "c".into(), &"d".into(), &[Path::new("/e").into(), PathBuf::from("/f").into()]
    ));
    same!(references_inside / references_inside_uncached(
        Some(&ada), (2, "b"), ["c", "d"], vec![Path::new("/e"), Path::new("/f")], &["g", "h"], &[(1, "i"), (2, "j")]
    ));
    same!(references_inside / references_inside_uncached(None, (0, ""), ["", ""], vec![], &[], &[]));
    let (bytes, pair) = ([1_u8, 2], (3_u8, "pair"));
    same!(deep / deep_uncached(
        &"a",
        &&&["b", "c"][..],
        &[&["d", "e"], &[], &["f"]],
        Some(&[Some(&ada), None, Some(&bob)]),
        &vec![("g", vec![&[&bytes[0], &bytes[1]], &[]]), ("h", vec![])],
        &(Some(&pair), [&"i", &"j"]),
        &[&&&"k", &&&"l"],
        &[(&"m".into(), 0.5), (&"n".into(), 1.5)]
    ));
    same!(named_lifetimes / named_lifetimes_uncached("a", &["b", "c"], Some(&&ada)));
    same!(patterns / patterns_uncached((1, "b"), 3, 4, ["d", "e"], &bob));
    let map = BTreeMap::from([(1, "one".to_owned()), (2, "two".to_owned())]);
    same!(leaves / leaves_uncached("a".into(), [1, 2].into(), &map, u8::reverse_bits, &Arc::new(user(5))));
    same!(fragments / fragments_uncached("a", &[Some(&ada), None]));
    for _ in 0..2 {
        assert_eq!(without_helpers(&["a", "b"], 7), seen!(["a", "b"], 7));
        assert_eq!(ada.alone(), ada.alone_uncached());
        assert_eq!(ada.with_more("a", &[&bob, &ada]), ada.with_more_uncached("a", &[&bob, &ada]));
        assert_eq!(user(3).consumed(Some("a")), user(3).consumed_uncached(Some("a")));
        assert_eq!(ada.typed(7), ada.typed_uncached(7));
        assert_eq!(ada.lived("a"), ada.lived_uncached("a"));
        assert_eq!(User::associated(&bob, &["a", "b"]), User::associated_uncached(&bob, &["a", "b"]));
        assert_eq!(User::like_a_free_function(&["a"]), User::like_a_free_function_uncached(&["a"]));
    }
    same!(names / names_uncached("a", &["b", "c"], 3, 4, &"d"));
    same!(names / names_uncached("a", &["b", "c"], 300, 4, &"d"));
}
