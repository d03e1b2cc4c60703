//! `refresh_after` makes the arguments again from the stored key: of every form that a key takes apart, and in
//! every place that a function has, the body sees the same ones again.
#![deny(warnings, unused)]
#![allow(
    clippy::needless_arbitrary_self_type,
    clippy::needless_borrow,
    clippy::ptr_arg,
    clippy::redundant_closure,
    clippy::too_many_arguments
)]
use memofn::memoize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::{CStr, OsStr};
use std::fmt::Debug;
use std::future::{Future, ready};
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct User(u32, String);

type Ratio = f64;

/// What the bodies have been called with.
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
static MORE: Condvar = Condvar::new();

/// The results are the arguments as they arrived.
macro_rules! seen {
    ($($argument:expr),*) => {{
        let text = format!("{:?}", ($(&$argument,)*));
        SEEN.lock().unwrap().push(text.clone());
        MORE.notify_all();
        text
    }};
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
fn by_value(
    a: u64,
    b: String,
    c: User,
    d: Vec<u8>,
    e: Option<String>,
    f: [User; 2],
    g: PathBuf,
) -> String {
    seen!(a, b, c, d, e, f, g)
}

#[memoize(refresh_after = "1s")]
fn floats(a: f32, b: f64, c: &[f64], d: Option<f64>, e: (f32, Ratio), f: Ratio, g: &f64) -> String {
    seen!(a, b, c, d, e, f, g)
}

#[memoize(refresh_after = "1s")]
fn by_reference(
    a: &u64,
    b: &String,
    c: &User,
    d: &Vec<User>,
    e: &Option<User>,
    f: &[User; 2],
    g: &(u8, f64),
) -> String {
    seen!(a, b, c, d, e, f, g)
}

#[memoize(refresh_after = "1s")]
fn without_size(
    a: &str,
    b: &Path,
    c: &OsStr,
    d: &CStr,
    e: &[u32],
    f: &[User],
    g: &[(u8, String)],
) -> String {
    seen!(a, b, c, d, e, f, g)
}

#[memoize(refresh_after = "1s")]
fn cows(
    a: Cow<'_, str>,
    b: Cow<'_, [u32]>,
    c: Cow<'static, str>,
    d: &Cow<'_, str>,
    e: &[Cow<'_, Path>],
) -> String {
    seen!(a, b, c, d, e)
}

#[memoize(refresh_after = "1s")]
fn references_inside(
    a: Option<&User>,
    b: (u8, &str),
    c: [&str; 2],
    d: Vec<&Path>,
    e: &[&str],
    f: &[(u8, &str)],
) -> String {
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
fn patterns(
    (a, b): (u8, &str),
    mut c: u32,
    _: u8,
    [d, ..]: [&str; 2],
    User(e, f): &User,
) -> String {
    c += 1;
    seen!(a, b, c, d, e, f)
}

#[memoize(refresh_after = "1s", max_weight = "1MiB")]
fn leaves(
    a: Arc<str>,
    b: Box<[u8]>,
    c: &BTreeMap<u8, String>,
    d: fn(u8) -> u8,
    e: &'_ Arc<User>,
) -> String {
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
fn names(
    key: &str,
    cache: &[&str],
    value: u32,
    __memofn_shelf: u8,
    __memofn_item: &&str,
) -> Result<String, std::fmt::Error> {
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

#[memoize(refresh_after = "1s")]
fn generic<T, const N: usize>(a: &T, b: &[&T], c: [T; N], d: Option<(&T, T)>) -> String
where
    T: Debug + Hash + Eq + Clone + Send + Sync + 'static,
{
    seen!(a, b, c, d, std::any::type_name::<T>())
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Pair<T>(T, T);

impl<T: Debug + Hash + Eq + Clone + Send + Sync + 'static> Pair<T> {
    #[memoize(refresh_after = "1s")]
    fn of(&self, a: &[&T], b: &str) -> String {
        seen!(self, a, b)
    }

    #[memoize(refresh_after = "1s")]
    fn with<U: Default + Debug>(self, a: Option<&Self>) -> String
    where
        Self: Sized,
    {
        seen!(self, a, U::default())
    }
}

#[memoize(refresh_after = "1s")]
async fn later_nothing() -> String {
    seen!()
}

#[memoize(refresh_after = "1s")]
async fn later(a: &str, b: &[&str], c: Option<&User>, d: Cow<'_, [u8]>, e: &&str) -> String {
    ready(()).await;
    seen!(a, b, c, d, e)
}

#[memoize(refresh_after = "1s")]
async fn later_generic<T>(a: &T, b: &[(u8, &T)]) -> String
where
    T: Debug + Hash + Eq + Clone + Send + Sync + 'static,
{
    ready(()).await;
    seen!(a, b)
}

impl User {
    #[memoize(refresh_after = "1s")]
    async fn later(&self, a: &[&Self]) -> String {
        ready(()).await;
        seen!(self, a)
    }
}

/// Runs what never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!(),
    }
}

/// Calls, and again when it is time to refresh, and until the body has run again.
#[track_caller]
fn refreshed<V: Debug + PartialEq>(call: impl Fn() -> V) {
    SEEN.lock().unwrap().clear();
    let first = call();
    memofn::testing::advance(Duration::from_secs(2));
    let again = || assert_eq!(call(), first);
    again();
    let mut seen = SEEN.lock().unwrap();
    let mut calls = 0;
    while seen.len() < 2 {
        // A future is polled by later calls, a function run by another thread.
        drop(seen);
        again();
        seen = SEEN.lock().unwrap();
        calls += 1;
        assert!(calls < 1000, "the body runs again");
        if seen.len() < 2 {
            seen = MORE
                .wait_timeout(seen, Duration::from_millis(20))
                .unwrap()
                .0;
        }
    }
    assert_eq!(seen[1], seen[0]);
}

#[test]
fn the_body_sees_the_same_arguments_again() {
    let user = |n: u32| User(n, format!("user {n}"));
    let (ada, bob) = (user(1), user(2));
    refreshed(|| nothing());
    refreshed(|| one(7));
    refreshed(|| one_text("seven"));
    refreshed(|| one_tuple((7, "seven")));
    refreshed(|| {
        by_value(
            1,
            "b".to_owned(),
            user(3),
            vec![4, 5],
            Some("e".to_owned()),
            [user(6), user(7)],
            "/g".into(),
        )
    });
    refreshed(|| {
        floats(
            -0.0,
            f64::NAN,
            &[0.5, f64::INFINITY],
            Some(1.5),
            (2.5, 3.5),
            4.5,
            &5.5,
        )
    });
    refreshed(|| {
        by_reference(
            &1,
            &"b".to_owned(),
            &ada,
            &vec![user(4), user(5)],
            &Some(user(6)),
            &[user(7), user(8)],
            &(9, 0.5),
        )
    });
    refreshed(|| {
        without_size(
            "a",
            Path::new("/b"),
            OsStr::new("c"),
            c"d",
            &[1, 2, 3],
            &[user(4)],
            &[(5, "e".to_owned())],
        )
    });
    refreshed(|| {
        cows(
            "a".into(),
            vec![1, 2].into(),
            "c".into(),
            &"d".into(),
            &[Path::new("/e").into(), PathBuf::from("/f").into()],
        )
    });
    refreshed(|| {
        references_inside(
            Some(&ada),
            (2, "b"),
            ["c", "d"],
            vec![Path::new("/e"), Path::new("/f")],
            &["g", "h"],
            &[(1, "i"), (2, "j")],
        )
    });
    refreshed(|| references_inside(None, (0, ""), ["", ""], vec![], &[], &[]));
    let (bytes, pair) = ([1_u8, 2], (3_u8, "pair"));
    refreshed(|| {
        deep(
            &"a",
            &&&["b", "c"][..],
            &[&["d", "e"], &[], &["f"]],
            Some(&[Some(&ada), None, Some(&bob)]),
            &vec![("g", vec![&[&bytes[0], &bytes[1]], &[]]), ("h", vec![])],
            &(Some(&pair), [&"i", &"j"]),
            &[&&&"k", &&&"l"],
            &[(&"m".into(), 0.5), (&"n".into(), 1.5)],
        )
    });
    refreshed(|| named_lifetimes("a", &["b", "c"], Some(&&ada)));
    refreshed(|| patterns((1, "b"), 3, 4, ["d", "e"], &bob));
    let map = BTreeMap::from([(1, "one".to_owned()), (2, "two".to_owned())]);
    refreshed(|| {
        leaves(
            "a".into(),
            [1, 2].into(),
            &map,
            u8::reverse_bits,
            &Arc::new(user(5)),
        )
    });
    refreshed(|| fragments("a", &[Some(&ada), None]));
    refreshed(|| without_helpers(&["a", "b"], 7));
    refreshed(|| ada.alone());
    refreshed(|| ada.with_more("a", &[&bob, &ada]));
    refreshed(|| user(3).consumed(Some("a")));
    refreshed(|| ada.typed(7));
    refreshed(|| ada.lived("a"));
    refreshed(|| User::associated(&bob, &["a", "b"]));
    refreshed(|| User::like_a_free_function(&["a"]));
    refreshed(|| names("a", &["b", "c"], 3, 4, &"d"));
    refreshed(|| {
        generic(
            &ada,
            &[&bob, &ada],
            [user(3), user(4)],
            Some((&bob, user(5))),
        )
    });
    refreshed(|| generic::<u8, 0>(&1, &[], [], None));
    refreshed(|| Pair(1_u8, 2).of(&[&3, &4], "a"));
    refreshed(|| Pair(1_u8, 2).with::<String>(Some(&Pair(3, 4))));
    refreshed(|| Pair(1_u8, 2).with::<u64>(None));
    refreshed(|| now(later_nothing()));
    refreshed(|| now(later("a", &["b", "c"], Some(&ada), vec![1, 2].into(), &"e")));
    refreshed(|| now(later_generic(&ada, &[(1, &bob), (2, &ada)])));
    refreshed(|| now(ada.later(&[&bob, &ada])));
}
