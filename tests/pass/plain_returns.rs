//! `Option`, `()`, `&'static` references, floats, and whatever else a function may return.
#![deny(warnings, unused)]
use memofn::memoize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

#[memoize]
fn option(n: u32) -> Option<u32> {
    n.checked_sub(1)
}

#[memoize]
fn nothing(n: u32) {
    assert!(n < 10);
}

#[memoize]
#[rustfmt::skip]
fn unit(n: u32) -> () {
    assert!(n < 10);
}

#[memoize]
fn no_arguments() -> u32 {
    42
}

#[memoize()]
fn neither() {}

#[memoize]
fn static_text(n: u32) -> &'static str {
    if n == 0 { "zero" } else { "more" }
}

#[memoize]
fn static_deep(n: u32) -> Option<(Cow<'static, str>, Vec<&'static [u8]>)> {
    Some((Cow::Borrowed("a"), vec![b"a"; n as usize]))
}

#[memoize]
fn leaked(n: u32) -> &'static Vec<u32> {
    Box::leak(Box::new(vec![n]))
}

#[memoize]
fn float(n: u32) -> f64 {
    f64::from(n) / 0.0
}

#[memoize]
fn shared(text: &str) -> Arc<str> {
    text.into()
}

#[memoize]
fn map(n: u32) -> HashMap<String, Vec<u32>> {
    HashMap::from([(n.to_string(), vec![n])])
}

#[memoize]
fn trait_object(n: u32) -> Arc<dyn Fn(u32) -> u32 + Send + Sync> {
    Arc::new(move |m| n + m)
}

#[memoize]
fn trait_object_static(n: u32) -> Arc<dyn std::fmt::Display + Send + Sync + 'static> {
    Arc::new(n)
}

#[memoize]
fn array(n: u8) -> [u8; 3] {
    [n; 3]
}

#[memoize]
fn function(n: u32) -> fn(u32) -> u32 {
    if n == 0 { |n| n } else { |n| n + 1 }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!((option(0), option(1)), (None, Some(0)));
        nothing(1);
        unit(1);
        assert_eq!(no_arguments(), 42);
        neither();
        assert_eq!(static_text(0), "zero");
        assert_eq!(static_deep(1), Some(("a".into(), vec![b"a".as_slice()])));
        assert_eq!(leaked(1), &[1]);
        assert!(float(0).is_nan());
        assert_eq!(&*shared("a"), "a");
        assert_eq!(map(1)["1"], [1]);
        assert_eq!(trait_object(1)(2), 3);
        assert_eq!(trait_object_static(1).to_string(), "1");
        assert_eq!(array(1), [1, 1, 1]);
        assert_eq!(function(1)(1), 2);
    }
    // `None` is stored as any value.
    assert_eq!(
        (option_cache_info().hits, option_cache_info().misses),
        (2, 2)
    );
    assert_eq!(option_cache_get(0), Some(None));
    assert_eq!(
        (nothing_cache_info().hits, nothing_cache_info().misses),
        (1, 1)
    );
    assert_eq!(nothing_cache_get(1), Some(()));
    assert_eq!(nothing_cache_insert(2, ()), None);
    assert_eq!((unit_cache_info().hits, unit_cache_info().misses), (1, 1));
    assert_eq!(
        (
            no_arguments_cache_info().hits,
            no_arguments_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(no_arguments_cache_insert(43), Some(42));
    assert_eq!(no_arguments_cache_get(), Some(43));
    assert_eq!(no_arguments_cache_refresh(), 42);
    assert_eq!(no_arguments_cache_remove(), Some(42));
    assert_eq!(
        (neither_cache_info().hits, neither_cache_info().misses),
        (1, 1)
    );
    assert!(std::ptr::eq(leaked(1), leaked(1)));
    assert!(Arc::ptr_eq(&shared("a"), &shared("a")));
    assert_eq!(
        (
            float_cache_info().hits,
            map_cache_info().hits,
            array_cache_info().hits
        ),
        (1, 1, 1)
    );
    assert_eq!(
        (
            trait_object_cache_info().hits,
            trait_object_static_cache_info().hits
        ),
        (1, 1)
    );
    assert_eq!(
        (static_deep_cache_info().hits, function_cache_info().hits),
        (1, 1)
    );
}
