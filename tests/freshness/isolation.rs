//! Refreshes of the caches that `testing::isolated` gives.

use crate::tools::{after_hours, alone, counts, in_background, wait_until};
use memofn::memoize;
use memofn::testing::isolated;
use std::future::{Future, pending};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[memoize(refresh_after = "10h")]
fn plain(n: u32) -> (u32, bool) {
    (n, in_background())
}

#[test]
fn each_cache_has_its_own() {
    let _alone = alone();
    plain(1);
    isolated(|| {
        plain(1);
        after_hours(11);
        assert_eq!(plain(1), (1, false));
        wait_until(|| plain_cache_get(1) == Some((1, true)));
        assert_eq!(counts(plain_cache_info()), (1, 1, 0, 1));
    });
    assert_eq!(plain_cache_get(1), Some((1, false)));
    assert_eq!(plain(1), (1, false));
    wait_until(|| plain_cache_get(1) == Some((1, true)));
    // Both at once.
    after_hours(11);
    isolated(|| {
        plain(1);
        plain(2);
        after_hours(11);
        plain(2);
        std::thread::scope(|scope| drop(scope.spawn(|| plain(1))));
        plain(1);
        wait_until(|| plain_cache_get(1) == Some((1, true)));
        wait_until(|| plain_cache_get(2) == Some((2, true)));
    });
    assert_eq!(counts(plain_cache_info()), (2, 1, 0, 1));
}

#[memoize(refresh_after = "10h")]
async fn hanging(n: u32) -> u32 {
    // A refresh, which is begun where the value is there.
    if hanging_cache_info().len > 0 {
        pending::<()>().await;
    }
    n
}

fn now<F: Future>(call: F) -> Option<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(call).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The cache goes on to the next isolation, where nothing of the last one is left.
#[test]
fn one_that_is_not_done_ends_with_its_isolation() {
    let _alone = alone();
    let caches: Vec<usize> = (0..3)
        .map(|_| {
            isolated(|| {
                assert_eq!(now(hanging(1)), Some(1));
                after_hours(11);
                for _ in 0..3 {
                    assert_eq!(now(hanging(1)), Some(1));
                }
                std::ptr::from_ref(hanging_cache()).addr()
            })
        })
        .collect();
    assert_eq!(caches, [caches[0]; 3]);
}
