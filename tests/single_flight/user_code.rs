//! User code around a computation that others may join: it may call again, and panic.

use crate::tools::watched;
use futures::executor::block_on;
use futures::future::poll_immediate;
use memofn::memoize;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

/// What is asked of a result is part of its computation, of an async one, too: who is called there
/// and asks for the same key computes it, and doesn't wait for what waits for him.
#[test]
fn a_predicate_may_call_its_async_function() {
    static ASKED: AtomicBool = AtomicBool::new(false);

    #[memoize(max_wait = "1h", cache_if = again)]
    async fn slow(key: u32) -> u32 {
        key + 1
    }

    fn again(value: &u32) -> bool {
        if !ASKED.swap(true, SeqCst) {
            assert_eq!(slow_cache().get_or_insert_with(&1, || 7), 7);
        }
        *value < 10
    }

    watched(|| {
        assert_eq!(block_on(slow(1)), 2);
        assert_eq!(slow_cache_get(1), Some(7));
        let info = slow_cache_info();
        assert_eq!((info.misses, info.hits), (2, 0));
    });
}

/// A waker is an executor's code. One that panics is not the next one's, and not the leader's.
#[test]
fn a_waker_that_panics_is_nobody_elses_concern() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }
    #[derive(Default)]
    struct Counts(AtomicUsize);
    impl Wake for Counts {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    fn poll<F: Future>(
        future: Pin<&mut F>,
        waker: Arc<impl Wake + Send + Sync + 'static>,
    ) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&Waker::from(waker)))
    }

    #[memoize(max_wait = "1h")]
    async fn slow(key: u32) -> u32 {
        let mut polled = false;
        std::future::poll_fn(|_| {
            if std::mem::replace(&mut polled, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        key + 1
    }

    watched(|| {
        for given_up in [false, true] {
            slow_cache_clear();
            let woken = Arc::new(Counts::default());
            let mut leads = Box::pin(slow(1));
            let (mut first, mut second) = (pin!(slow(1)), pin!(slow(1)));
            assert_eq!(block_on(poll_immediate(&mut leads)), None);
            assert!(poll(first.as_mut(), Arc::new(Panics)).is_pending());
            assert!(poll(second.as_mut(), Arc::clone(&woken)).is_pending());
            if given_up {
                drop(leads);
            } else {
                assert_eq!(block_on(leads), 2);
            }
            assert_eq!(woken.0.load(SeqCst), 1);
            if !given_up {
                assert_eq!(block_on(second), 2);
            }
        }
    });
}
