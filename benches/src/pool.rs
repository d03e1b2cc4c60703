//! Threads that live as long as the program, so that what they keep per thread stays warm.

use crate::body;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What each thread runs; it gets the thread's number.
pub(crate) type Job = Arc<dyn Fn(usize) + Send + Sync>;

/// How a job went.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// From the first thread's start to the last one's end.
    pub(crate) wall: Duration,
    /// How many bodies ran.
    pub(crate) runs: u64,
}

struct Order {
    job: Job,
    barrier: Arc<Barrier>,
    done: Sender<(Instant, Instant, u64)>,
}

pub(crate) struct Pool {
    workers: Vec<Sender<Order>>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    pub(crate) fn new(threads: usize) -> Self {
        let worker = |number| {
            let (sender, orders) = channel();
            (sender, thread::spawn(move || work(number, &orders)))
        };
        let (workers, threads) = (0..threads).map(worker).unzip();
        Self { workers, threads }
    }

    /// Runs the job in so many threads, which start together.
    pub(crate) fn run(&self, threads: usize, job: &Job) -> Sample {
        let barrier = Arc::new(Barrier::new(threads));
        let (done, reports) = channel();
        for worker in &self.workers[..threads] {
            let order = Order {
                job: Arc::clone(job),
                barrier: Arc::clone(&barrier),
                done: done.clone(),
            };
            worker.send(order).expect("workers wait for orders");
        }
        drop(done);
        let reports: Vec<_> = reports.iter().collect();
        assert_eq!(reports.len(), threads, "a contender panicked");
        let start = reports.iter().map(|report| report.0).min();
        let end = reports.iter().map(|report| report.1).max();
        Sample {
            wall: end.expect("a thread") - start.expect("a thread"),
            runs: reports.iter().map(|report| report.2).sum(),
        }
    }
}

/// Waits for the threads: what they kept is freed when they end, and whoever counts allocations
/// afterwards would count that as memory given back.
impl Drop for Pool {
    fn drop(&mut self) {
        self.workers.clear();
        for thread in self.threads.drain(..) {
            // A thread that panicked has been reported by `run`.
            let _ = thread.join();
        }
    }
}

fn work(number: usize, orders: &Receiver<Order>) {
    stay_on_core(number);
    for order in orders {
        let before = body::runs();
        order.barrier.wait();
        let start = Instant::now();
        (order.job)(number);
        let end = Instant::now();
        let report = (start, end, body::runs() - before);
        drop(order.job);
        order.done.send(report).expect("the pool waits for reports");
    }
}

/// Two threads that share a core, as short-lived ones may, would show no contention at all.
#[cfg(target_os = "linux")]
fn stay_on_core(number: usize) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let Ok(allowed) = sched_getaffinity(None) else {
        return;
    };
    let cores: Vec<usize> = (0..CpuSet::MAX_CPU)
        .filter(|&core| allowed.is_set(core))
        .collect();
    let mut own = CpuSet::new();
    own.set(cores[number % cores.len()]);
    // Where it is refused, the scheduler places the threads.
    let _ = sched_setaffinity(None, &own);
}

#[cfg(not(target_os = "linux"))]
fn stay_on_core(_: usize) {}

/// A barrier that spins: threads that sleep wake up at different times.
struct Barrier {
    missing: AtomicUsize,
}

impl Barrier {
    fn new(threads: usize) -> Self {
        Self {
            missing: AtomicUsize::new(threads),
        }
    }

    fn wait(&self) {
        self.missing.fetch_sub(1, Ordering::AcqRel);
        while self.missing.load(Ordering::Acquire) > 0 {
            thread::yield_now();
        }
    }
}
