//! The same for futures, which wait without holding a thread.

use crate::tools::{Counter, Runs, watched};
use futures::executor::block_on;
use futures::future::{join_all, poll_immediate};
use memofn::{CacheInfo, memoize};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

/// What futures wait for here, beside each other.
#[derive(Default)]
struct Door {
    open: AtomicBool,
    wakers: std::sync::Mutex<Vec<Waker>>,
}

impl Door {
    const fn new() -> Self {
        Self {
            open: AtomicBool::new(false),
            wakers: std::sync::Mutex::new(Vec::new()),
        }
    }

    fn open(&self) {
        self.open.store(true, SeqCst);
        std::mem::take(&mut *self.wakers.lock().unwrap())
            .into_iter()
            .for_each(Waker::wake);
    }

    async fn pass(&self) {
        poll_fn(|context| {
            let mut wakers = self.wakers.lock().unwrap();
            if self.open.load(SeqCst) {
                return Poll::Ready(());
            }
            wakers.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Counts wakes.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn poll<F: Future>(future: Pin<&mut F>, woken: &Arc<Woken>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::clone(woken));
    future.poll(&mut Context::from_waker(&waker))
}

fn counts(info: CacheInfo) -> (u64, u64, u64) {
    (info.misses, info.hits, info.coalesced)
}

#[test]
fn futures_in_one_task_run_the_body_once() {
    static RUNS: Runs = Runs::new();

    #[memoize]
    async fn slow(key: u32) -> String {
        RUNS.add();
        // All others have come by then.
        let mut polled = false;
        poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut polled, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        key.to_string()
    }

    watched(|| {
        let answers = block_on(join_all((0..16).map(|_| slow(7))));
        assert_eq!(answers, vec!["7"; 16]);
        assert_eq!((RUNS.get(), counts(slow_cache_info())), (1, (1, 15, 15)));
    });
}

#[test]
fn tasks_on_many_threads_run_the_body_once() {
    static RUNS: Runs = Runs::new();

    #[memoize(capacity = 100)]
    async fn slow(text: &str, key: u32) -> String {
        RUNS.add();
        tokio::time::sleep(Duration::from_millis(20)).await;
        format!("{text}{key}")
    }

    watched(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let tasks: Vec<_> = (0..400_u32)
                .map(|task| tokio::spawn(async move { slow("k", task % 10).await }))
                .collect();
            for (task, answer) in tasks.into_iter().enumerate() {
                assert_eq!(answer.await.unwrap(), format!("k{}", task % 10));
            }
        });
        let (misses, hits, _) = counts(slow_cache_info());
        assert_eq!((RUNS.get(), misses, hits), (10, 10, 390));
    });
}

#[test]
fn a_thousand_waiters_hold_no_thread() {
    static RUNS: Runs = Runs::new();

    #[memoize]
    async fn slow(key: u32) -> u32 {
        RUNS.add();
        tokio::time::sleep(Duration::from_millis(20)).await;
        key
    }

    watched(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async {
            let tasks = (0..1000).map(|_| tokio::task::spawn_local(slow(1)));
            for answer in join_all(tasks).await {
                assert_eq!(answer.unwrap(), 1);
            }
        });
        assert_eq!((RUNS.get(), counts(slow_cache_info())), (1, (1, 999, 999)));
    });
}

#[test]
fn a_leader_that_is_dropped_hands_over() {
    static RUNS: Runs = Runs::new();
    static DOOR: Door = Door::new();

    #[memoize]
    async fn slow(_key: u32) -> usize {
        let run = RUNS.add();
        DOOR.pass().await;
        run
    }

    watched(|| {
        let woken = [Arc::<Woken>::default(), Arc::default(), Arc::default()];
        let mut leads = Box::pin(slow(1));
        let (mut first, mut second) = (pin!(slow(1)), pin!(slow(1)));
        assert!(poll(leads.as_mut(), &woken[0]).is_pending());
        assert!(poll(first.as_mut(), &woken[1]).is_pending());
        assert!(poll(second.as_mut(), &woken[2]).is_pending());
        assert_eq!(
            woken.each_ref().map(|woken| woken.0.load(SeqCst)),
            [0, 0, 0]
        );
        drop(leads);
        // Both are told; the one that comes first begins anew, the other joins it.
        assert_eq!(
            woken.each_ref().map(|woken| woken.0.load(SeqCst)),
            [0, 1, 1]
        );
        assert_eq!(counts(slow_cache_info()), (1, 0, 0));
        assert!(poll(second.as_mut(), &woken[2]).is_pending());
        assert!(poll(first.as_mut(), &woken[1]).is_pending());
        assert_eq!(RUNS.get(), 2);
        DOOR.open();
        assert_eq!(poll(second.as_mut(), &woken[2]), Poll::Ready(2));
        assert_eq!(poll(first.as_mut(), &woken[1]), Poll::Ready(2));
        assert_eq!((RUNS.get(), counts(slow_cache_info())), (2, (2, 1, 1)));
    });
}

#[test]
fn a_waiter_that_is_dropped_leaves_no_trace() {
    static DOOR: Door = Door::new();

    #[memoize]
    async fn slow(key: u32) -> u32 {
        DOOR.pass().await;
        key
    }

    watched(|| {
        let woken = [Arc::<Woken>::default(), Arc::default(), Arc::default()];
        let mut leads = pin!(slow(1));
        assert!(poll(leads.as_mut(), &woken[0]).is_pending());
        let mut waits = Box::pin(slow(1));
        assert!(poll(waits.as_mut(), &woken[1]).is_pending());
        assert!(poll(waits.as_mut(), &woken[2]).is_pending());
        // The first waker is no longer held, the second one is until the future goes.
        assert_eq!(Arc::strong_count(&woken[1]), 1);
        assert!(Arc::strong_count(&woken[2]) > 1);
        drop(waits);
        assert_eq!(Arc::strong_count(&woken[2]), 1);
        DOOR.open();
        assert_eq!(poll(leads.as_mut(), &woken[0]), Poll::Ready(1));
        assert_eq!(woken[2].0.load(SeqCst), 0);
        assert_eq!(counts(slow_cache_info()), (1, 0, 0));
    });
}

#[test]
fn a_leader_that_is_kept_and_not_polled_keeps_its_waiters_until_they_have_waited_enough() {
    static RUNS: Runs = Runs::new();

    #[memoize(max_wait = "50ms")]
    async fn slow(_key: u32) -> usize {
        match RUNS.add() {
            1 => std::future::pending().await,
            run => run,
        }
    }

    watched(|| {
        let woken = Arc::<Woken>::default();
        let mut leads = pin!(slow(1));
        assert!(poll(leads.as_mut(), &woken).is_pending());
        let began = Instant::now();
        let mut waits = pin!(slow(1));
        assert_eq!(block_on(poll_immediate(waits.as_mut())), None);
        assert_eq!(RUNS.get(), 1);
        assert_eq!(block_on(waits), 2);
        assert!(began.elapsed() >= Duration::from_millis(50));
        assert_eq!(counts(slow_cache_info()), (1, 0, 0));
    });
    assert_eq!(counts(slow_cache_info()), (2, 0, 0));
}

#[test]
fn a_panic_goes_to_the_leaders_task_and_one_who_waits_takes_over() {
    static RUNS: Runs = Runs::new();

    #[memoize]
    async fn slow(_key: u32) -> usize {
        let run = RUNS.add();
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(run > 1, "the first one fails");
        run
    }

    watched(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .unwrap();
        let answers = runtime.block_on(async {
            let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(slow(1))).collect();
            join_all(tasks).await
        });
        assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 1);
        assert!(answers.into_iter().flatten().all(|answer| answer == 2));
        let (misses, hits, _) = counts(slow_cache_info());
        assert_eq!((RUNS.get(), misses, hits), (2, 2, 6));
    });
}

#[test]
fn errors_are_shared_where_they_can_be() {
    #[derive(Debug)]
    struct NotClone;

    static RUNS: [Runs; 2] = [Runs::new(), Runs::new()];
    static DOORS: [Door; 2] = [Door::new(), Door::new()];

    #[memoize]
    async fn shared(_key: u32) -> Result<u32, String> {
        RUNS[0].add();
        DOORS[0].pass().await;
        Err("no".to_owned())
    }

    #[memoize]
    async fn own(_key: u32) -> Result<u32, NotClone> {
        RUNS[1].add();
        DOORS[1].pass().await;
        Err(NotClone)
    }

    watched(|| {
        let (answers, ()) = block_on(async {
            let all = join_all((0..5).map(|_| shared(1)));
            futures::future::join(all, async { DOORS[0].open() }).await
        });
        assert!(answers.iter().all(|answer| answer == &Err("no".to_owned())));
        assert_eq!((RUNS[0].get(), counts(shared_cache_info())), (1, (1, 4, 4)));
        let (answers, ()) = block_on(async {
            let all = join_all((0..5).map(|_| own(1)));
            futures::future::join(all, async { DOORS[1].open() }).await
        });
        assert!(answers.iter().all(Result::is_err));
        assert_eq!((RUNS[1].get(), counts(own_cache_info())), (5, (5, 0, 0)));
        assert_eq!(own_cache_info().errors, 5);
    });
}

#[test]
fn re_entry_with_the_same_key_computes() {
    static DEPTH: Runs = Runs::new();

    #[memoize]
    async fn again(key: u32) -> usize {
        let depth = DEPTH.add();
        tokio::task::yield_now().await;
        if depth < 5 {
            Box::pin(again(key)).await + 1
        } else {
            0
        }
    }

    watched(|| {
        assert_eq!(block_on(again(1)), 4);
        assert_eq!(block_on(again(1)), 0);
        assert_eq!(counts(again_cache_info()), (5, 1, 0));
    });
}

#[test]
fn cycles_of_waits_are_seen() {
    #[memoize]
    async fn ring(key: u32, _round: u32) -> u32 {
        tokio::task::yield_now().await;
        let next = Box::pin(ring((key + 1) % 3, _round));
        // A body that never ends by itself: it is only ended by the depth.
        if DEPTH
            .try_with(|depth| depth.fetch_add(1, SeqCst))
            .unwrap_or(0)
            > 6
        {
            return 0;
        }
        next.await + 1
    }

    tokio::task_local! {
        static DEPTH: AtomicUsize;
    }

    watched(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(3)
            .build()
            .unwrap();
        runtime.block_on(async {
            for round in 0..200 {
                let tasks = (0..3)
                    .map(|key| tokio::spawn(DEPTH.scope(AtomicUsize::new(0), ring(key, round))));
                for answer in join_all(tasks).await {
                    answer.unwrap();
                }
            }
        });
        assert_eq!(ring_cache_info().len, 600);
    });
}

#[test]
fn a_cycle_that_nobody_can_see_is_bounded() {
    static DEPTH: Runs = Runs::new();

    /// Asks for itself in another task, which is inside a computation, too.
    #[memoize]
    async fn through(key: u32) -> usize {
        if DEPTH.add() < 4 {
            tokio::spawn(boxed(key)).await.unwrap() + 1
        } else {
            0
        }
    }

    #[memoize(capacity = 0)]
    async fn entered(key: u32) -> usize {
        through(key).await
    }

    fn boxed(key: u32) -> Pin<Box<dyn Future<Output = usize> + Send>> {
        Box::pin(entered(key))
    }

    watched(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        assert_eq!(runtime.block_on(through(1)), 3);
        assert_eq!(counts(through_cache_info()), (4, 0, 0));
    });
}

#[test]
fn threads_and_futures_wait_for_each_other() {
    static RUNS: Runs = Runs::new();
    static DOOR: Door = Door::new();
    static ARRIVED: Counter = Counter::new();

    #[derive(Clone, Debug, Eq)]
    struct Key;
    impl PartialEq for Key {
        fn eq(&self, _: &Self) -> bool {
            ARRIVED.add();
            true
        }
    }
    impl std::hash::Hash for Key {
        fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
    }

    #[memoize]
    async fn slow(_key: Key) -> usize {
        let run = RUNS.add();
        DOOR.pass().await;
        run
    }

    watched(|| {
        let woken = Arc::<Woken>::default();
        let mut leads = pin!(slow(Key));
        assert!(poll(leads.as_mut(), &woken).is_pending());
        let threads: Vec<_> = (0..3)
            .map(|_| thread::spawn(|| slow_cache().get_or_insert_with(&Key, || unreachable!())))
            .collect();
        let mut waits = pin!(slow(Key));
        assert!(poll(waits.as_mut(), &woken).is_pending());
        ARRIVED.reaches(4);
        DOOR.open();
        assert_eq!(poll(leads.as_mut(), &woken), Poll::Ready(1));
        assert_eq!(poll(waits.as_mut(), &woken), Poll::Ready(1));
        for thread in threads {
            assert_eq!(thread.join().unwrap(), 1);
        }
        assert_eq!(counts(slow_cache_info()), (1, 4, 4));
    });
}

#[test]
fn what_began_before_a_clear_is_neither_stored_nor_joined_after_it() {
    static RUNS: Runs = Runs::new();
    static DOOR: Door = Door::new();

    #[memoize]
    async fn slow(_key: u32) -> usize {
        let run = RUNS.add();
        if run == 1 {
            DOOR.pass().await;
        }
        run
    }

    watched(|| {
        let woken = Arc::<Woken>::default();
        let mut leads = pin!(slow(1));
        assert!(poll(leads.as_mut(), &woken).is_pending());
        slow_cache_clear();
        assert_eq!(block_on(slow(1)), 2);
        DOOR.open();
        assert_eq!(poll(leads.as_mut(), &woken), Poll::Ready(1));
        assert_eq!(slow_cache_get(1), Some(2));
    });
}

#[test]
fn a_refresh_replaces_and_is_async() {
    static RUNS: Runs = Runs::new();

    #[memoize]
    async fn count(_key: u32) -> usize {
        tokio::task::yield_now().await;
        RUNS.add()
    }

    watched(|| {
        assert_eq!(block_on(count(1)), 1);
        assert_eq!(block_on(count_cache_refresh(1)), 2);
        assert_eq!(block_on(count(1)), 2);
        assert_eq!(block_on(count_uncached(1)), 3);
        assert_eq!(counts(count_cache_info()), (1, 1, 0));
        // A refresh that is dropped changes nothing.
        assert_eq!(block_on(poll_immediate(count_cache_refresh(1))), None);
        assert_eq!(count_cache_get(1), Some(2));
    });
}
