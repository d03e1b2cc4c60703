//! The largest and the smallest of everything that may be given.

use crate::alone;
use futures::FutureExt as _;
use futures::executor::block_on;
use memofn::{Cache, memoize, testing};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

#[memoize(capacity = usize::MAX, max_weight = u64::MAX, weight = |_: &u64, _: &u64| u64::MAX)]
fn heavy(n: u64) -> u64 {
    n
}

#[memoize(
    capacity = usize::MAX, ttl = Duration::MAX, tti = Duration::MAX, jitter = "99.9%", err_ttl = Duration::MAX,
    stale_if_error = Duration::MAX, refresh_after = Duration::MAX, max_wait = Duration::MAX,
    expires = |_: &Result<u64, ()>| Some(Duration::MAX),
)]
async fn for_ever(n: u64) -> Result<u64, ()> {
    n.checked_sub(1).ok_or(())
}

#[memoize(ttl = Duration::from_nanos(1), stale_if_error = Duration::MAX, tti = Duration::from_nanos(1))]
fn moment(n: u64) -> Result<u64, ()> {
    n.checked_sub(1).ok_or(())
}

#[test]
fn bounds_and_lifetimes() {
    let _alone = alone();
    testing::isolated(|| {
        for n in [1, 2, 1, 2] {
            assert_eq!(heavy(n), n);
        }
        let info = heavy_cache_info();
        assert_eq!((info.len, info.weight, info.evictions), (1, u64::MAX, 3));
        heavy_cache().set_capacity(1);
        heavy_cache().set_capacity(usize::MAX);
        assert_eq!(heavy(3), 3);

        for _ in 0..2 {
            assert_eq!(
                (block_on(for_ever(0)), block_on(for_ever(1))),
                (Err(()), Ok(0))
            );
        }
        testing::advance(Duration::from_secs(100 * 365 * 24 * 3600));
        assert_eq!(
            (block_on(for_ever(0)), block_on(for_ever(1))),
            (Err(()), Ok(0))
        );
        let info = for_ever_cache_info();
        assert_eq!((info.hits, info.misses, info.len), (4, 2, 2));
        for _ in 0..3 {
            assert_eq!((moment(1), moment(0)), (Ok(0), Err(())));
        }
        assert!(
            moment_cache_parameters()
                .stale_if_error
                .is_none_or(|window| window > Duration::from_secs(1))
        );
    });
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(align(256))]
struct Aligned(u8);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Nothing;

#[memoize(capacity = 3)]
fn aligned(key: &Aligned, of: u8) -> Aligned {
    assert!(std::ptr::from_ref(key).addr() % 256 == 0);
    Aligned(key.0 + of)
}

#[memoize]
fn nothing(key: Nothing, list: [Nothing; 0], unit: &()) -> Nothing {
    let ((), _) = (*unit, list);
    key
}

#[memoize(capacity = 2)]
fn large(n: u8) -> [u8; 10_000] {
    [n; 10_000]
}

#[memoize]
fn shared(n: u32) -> Arc<dyn Fn(u32) -> u32 + Send + Sync> {
    Arc::new(move |m| n + m)
}

#[memoize]
fn fixed(n: u32) -> (&'static str, Cow<'static, [u8]>, &'static [&'static str]) {
    (
        if n == 0 { "none" } else { "some" },
        Cow::Borrowed(b"x"),
        &["a"],
    )
}

#[memoize]
fn map(n: u8) -> HashMap<u8, Vec<f64>> {
    HashMap::from([(n, vec![f64::NAN])])
}

#[test]
fn types_of_all_sizes() {
    for n in [1, 2, 3, 4, 1, 4, 4] {
        let key = Aligned(n);
        let value = aligned(&key, 1);
        assert_eq!(value, Aligned(n + 1));
    }
    let cache: &Cache<(Aligned, u8), Aligned> = aligned_cache();
    cache.retain(|key, value| {
        let addresses = [
            std::ptr::from_ref(&key.0).addr(),
            std::ptr::from_ref(value).addr(),
        ];
        addresses.iter().all(|address| address % 256 == 0)
    });
    assert_eq!(cache.len(), 3);
    for _ in 0..2 {
        assert_eq!(nothing(Nothing, [], &()), Nothing);
        assert_eq!((large(1)[9_999], large(2)[0], large(3)[5]), (1, 2, 3));
        assert_eq!(shared(1)(2), 3);
        assert_eq!(fixed(0).0, "none");
        assert!(map(1)[&1][0].is_nan());
    }
    assert_eq!(
        (nothing_cache_info().hits, nothing_cache_info().len),
        (1, 1)
    );
    assert_eq!((large_cache_info().hits, large_cache_info().len), (0, 2));
    assert_eq!(
        (
            shared_cache_info().hits,
            fixed_cache_info().hits,
            map_cache_info().hits
        ),
        (1, 1, 1)
    );
}

#[memoize]
fn deep(n: u32) -> u64 {
    if n == 0 { 0 } else { deep(n - 1) + 1 }
}

#[memoize]
async fn deep_async(n: u32) -> u64 {
    if n == 0 {
        0
    } else {
        Box::pin(deep_async(n - 1)).await + 1
    }
}

#[test]
fn recursions_as_deep_as_the_stack() {
    let deeply = || {
        assert_eq!((deep(5_000), deep(5_000)), (5_000, 5_000));
        assert_eq!(deep_async(2_000).now_or_never(), Some(2_000));
        assert_eq!(
            (deep_cache_info().misses, deep_async_cache_info().misses),
            (5_001, 2_001)
        );
    };
    let thread = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(deeply);
    thread.unwrap().join().unwrap();
}
