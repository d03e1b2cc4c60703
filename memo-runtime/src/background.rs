//! Threads of the library's own, for work that nobody waits for. They are started when there is work
//! and end when there has been none for a while.

use parking_lot::{Condvar, Mutex, MutexGuard};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

/// Most threads.
const THREADS: usize = 4;
/// Most pieces of work that wait.
const QUEUED: usize = 1024;
/// How long a thread waits for work before it ends.
const IDLE: Duration = Duration::from_secs(10);

/// Whoever has work: it says so once for each piece, and keeps what is needed for it. A thread that
/// only knows this much can be given work whose types aren't known to be `Send`.
pub(crate) trait Work: Sync {
    /// Does one piece.
    fn work(&'static self);
}

struct Pool {
    queue: VecDeque<&'static dyn Work>,
    threads: usize,
    /// Those that wait for work.
    idle: usize,
}

static POOL: Mutex<Pool> = Mutex::new(Pool {
    queue: VecDeque::new(),
    threads: 0,
    idle: 0,
});
static QUEUED_ONE: Condvar = Condvar::new();

/// One piece of work is to be done. `false`: it won't be, there is too much or there are no threads.
pub(crate) fn submit(work: &'static dyn Work) -> bool {
    let mut pool = POOL.lock();
    if pool.queue.len() >= QUEUED {
        return false;
    }
    // An idle thread may have been told of what is queued already.
    if pool.idle <= pool.queue.len() && pool.threads < THREADS {
        let named = thread::Builder::new().name("memofn-refresh".into());
        match named.spawn(serve) {
            Ok(_) => pool.threads += 1,
            Err(_) if pool.threads == 0 => return false,
            Err(_) => {}
        }
    }
    pool.queue.push_back(work);
    QUEUED_ONE.notify_one();
    true
}

fn serve() {
    let mut pool = POOL.lock();
    loop {
        if let Some(work) = pool.queue.pop_front() {
            MutexGuard::unlocked(&mut pool, || quietly(|| work.work()));
            continue;
        }
        pool.idle += 1;
        let late = QUEUED_ONE.wait_for(&mut pool, IDLE).timed_out();
        pool.idle -= 1;
        if late && pool.queue.is_empty() {
            pool.threads -= 1;
            return;
        }
    }
}

/// Runs what may panic without anybody to tell.
pub(crate) fn quietly(work: impl FnOnce()) {
    let caught = catch_unwind(AssertUnwindSafe(work));
    // Not even by dropping what the panic carries.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(caught))) {
        std::mem::forget(again);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::panic::panic_any;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// Each piece takes a number, or panics at the end of them.
    struct Numbers {
        given: Mutex<Receiver<usize>>,
        done: Sender<(usize, Option<String>)>,
    }

    struct PanicsWhenDropped;

    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }

    impl Work for Numbers {
        fn work(&'static self) {
            let given = self.given.lock().try_recv();
            match given {
                Ok(number) => {
                    let name = thread::current().name().map(String::from);
                    self.done.send((number, name)).unwrap();
                }
                Err(_) => panic_any(PanicsWhenDropped),
            }
        }
    }

    /// Each test wants the threads for itself.
    static ALONE: Mutex<()> = Mutex::new(());

    #[test]
    fn all_work_is_done_by_few_threads_whatever_panics() {
        let _alone = ALONE.lock();
        let ((give, given), (done, seen)) = (channel(), channel());
        let given = Mutex::new(given);
        let work: &Numbers = Box::leak(Box::new(Numbers { given, done }));
        // One that panics for each that doesn't.
        for number in 0..100 {
            assert!(submit(work));
            give.send(number).unwrap();
            assert!(submit(work));
            let (number_seen, name) = seen.recv().unwrap();
            assert_eq!(
                (number_seen, name.as_deref()),
                (number, Some("memofn-refresh"))
            );
            assert!(POOL.lock().threads <= THREADS);
        }
    }

    #[test]
    fn too_much_work_is_refused() {
        struct Blocked(Mutex<()>, AtomicUsize);
        impl Work for Blocked {
            fn work(&'static self) {
                drop(self.0.lock());
                self.1.fetch_add(1, SeqCst);
            }
        }
        let _alone = ALONE.lock();
        let work: &Blocked = Box::leak(Box::new(Blocked(Mutex::new(()), AtomicUsize::new(0))));
        let held = work.0.lock();
        let taken = (0..2 * QUEUED).filter(|_| submit(work)).count();
        assert!((QUEUED / 2..=QUEUED + THREADS).contains(&taken), "{taken}");
        drop(held);
        while work.1.load(SeqCst) < taken {
            thread::yield_now();
        }
    }
}
