//! An async function asks nothing of the executor.

use memofn::memoize;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// The smallest executor there is.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// Gives way to other tasks once.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A call that is suspended in its body, a hit, and another key: the same on each executor.
macro_rules! calls {
    ($square:ident) => {{
        static BODIES: AtomicU32 = AtomicU32::new(0);
        #[memoize]
        async fn $square(n: u32) -> u32 {
            BODIES.fetch_add(1, Relaxed);
            yield_now().await;
            n * n
        }
        async {
            assert_eq!(
                ($square(3).await, $square(3).await, $square(4).await),
                (9, 9, 16)
            );
            BODIES.load(Relaxed)
        }
    }};
}

#[test]
fn one_of_our_own() {
    assert_eq!(block_on(calls!(square)), 2);
}

#[test]
fn futures() {
    assert_eq!(futures::executor::block_on(calls!(square)), 2);
    let mut pool = futures::executor::LocalPool::new();
    assert_eq!(pool.run_until(calls!(again)), 2);
}

#[test]
fn smol() {
    assert_eq!(smol::block_on(calls!(square)), 2);
    assert_eq!(smol::block_on(smol::spawn(calls!(spawned))), 2);
    let executor = smol::LocalExecutor::new();
    assert_eq!(
        smol::block_on(executor.run(executor.spawn(calls!(local)))),
        2
    );
}

#[tokio::test]
async fn tokio_in_one_thread() {
    assert_eq!(calls!(square).await, 2);
    let set = tokio::task::LocalSet::new();
    assert_eq!(set.run_until(calls!(local)).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokio_in_several_threads() {
    assert_eq!(calls!(square).await, 2);
    assert_eq!(tokio::spawn(calls!(spawned)).await.unwrap(), 2);
}

/// A value computed on one executor is a hit on another.
#[test]
fn all_share_a_cache() {
    static BODIES: AtomicU32 = AtomicU32::new(0);
    #[memoize]
    async fn shared(text: &str) -> usize {
        BODIES.fetch_add(1, Relaxed);
        yield_now().await;
        text.len()
    }
    let tokio = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let lengths = [
        block_on(shared("abc")),
        smol::block_on(shared("abc")),
        futures::executor::block_on(shared("abc")),
        tokio.block_on(shared("abc")),
        thread::spawn(|| block_on(shared("abc"))).join().unwrap(),
    ];
    assert_eq!((lengths, BODIES.load(Relaxed)), ([3; 5], 1));
    assert_eq!(shared_cache_info().hits, 4);
}
