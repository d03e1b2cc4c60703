//! Attributes of an async function go where they do of a plain one.
#![deny(warnings, unused)]
use memofn::memoize;

/// Documented.
#[memoize]
#[inline]
#[must_use = "of the value"]
async fn documented(n: u32) -> u32 {
    n
}

#[memoize]
#[deprecated = "old"]
async fn deprecated(n: u32) -> u32 {
    n
}

#[memoize]
#[allow(unused_variables)]
async fn allowed(n: u32, unused: u32) -> u32 {
    n
}

#[memoize]
#[expect(unused_variables)]
async fn expected(n: u32, unused: u32) -> u32 {
    n
}

// A lint of the compiler's says that it does nothing there; nothing is said a second time.
#[memoize]
#[allow(ungated_async_fn_track_caller)]
#[track_caller]
async fn tracked(n: u32) -> u32 {
    n
}

#[memoize]
#[cfg(any())]
async fn left_out(n: Missing) -> u32 {}

#[memoize]
#[cold]
async fn cold(n: u32) -> u32 {
    #![allow(unused_variables)]
    let unused = 1;
    n
}

pub(crate) fn main() {
    for _ in 0..2 {
        #[allow(deprecated)]
        futures::executor::block_on(async {
            let sum = documented(1).await
                + deprecated(1).await
                + allowed(1, 2).await
                + expected(1, 2).await;
            assert_eq!(sum + tracked(1).await + cold(1).await, 6);
        });
    }
    assert_eq!(
        (documented_cache_info().hits, tracked_cache_info().hits),
        (1, 1)
    );
}
