//! What calls took under load, and what the machine did to whoever runs on it meanwhile: so that a test can say
//! that no call was held up, without guessing how loaded the machine is.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

/// What a machine of few cores, of which others have most, may take in any case. What calls took is printed; that
/// they ask for no more time than they have is shown by `stores_budget.rs`, without a clock.
const ALLOWED: Duration = Duration::from_secs(2);
/// A call wakes up so often: from the operation that ends last, from the body, from joining another call.
const WAKES: u32 = 3;
const NAP: Duration = Duration::from_millis(2);
const LITTLE: u32 = 2_000;
/// Half as many as call.
const WATCHES: usize = 4;

/// The longest of each, in microseconds.
#[derive(Default)]
pub struct Pace {
    call: AtomicU64,
    body: AtomicU64,
    /// By how much a thread that slept came back too late.
    late: AtomicU64,
}

fn longer(longest: &AtomicU64, took: Duration) {
    longest.fetch_max(took.as_micros() as u64, SeqCst);
}

fn read(longest: &AtomicU64) -> Duration {
    Duration::from_micros(longest.load(SeqCst))
}

impl Pace {
    pub const fn new() -> Self {
        Self {
            call: AtomicU64::new(0),
            body: AtomicU64::new(0),
            late: AtomicU64::new(0),
        }
    }

    /// A call took this.
    pub fn called(&self, took: Duration) {
        longer(&self.call, took);
    }

    /// A body, from its begin to now.
    pub fn computed(&self, begun: Instant) {
        longer(&self.body, begun.elapsed());
    }

    /// Sees how late threads are that sleep and compute a little, as those do that call, until then.
    pub fn watch<'s>(&'s self, scope: &'s Scope<'s, '_>, stop: &'s AtomicBool) {
        for _ in 0..WATCHES {
            scope.spawn(|| {
                while !stop.load(SeqCst) {
                    let begun = Instant::now();
                    thread::sleep(NAP);
                    black_box((0..LITTLE).map(black_box).sum::<u32>());
                    longer(&self.late, begun.elapsed().saturating_sub(NAP));
                }
            });
        }
    }

    /// For another process.
    pub fn told(&self) -> String {
        let micros = [&self.call, &self.body, &self.late].map(|longest| longest.load(SeqCst));
        micros.map(|micros| micros.to_string()).join(" ")
    }

    /// What another process has told.
    pub fn heard(micros: [u64; 3]) -> Self {
        let [call, body, late] = micros.map(AtomicU64::new);
        Self { call, body, late }
    }

    /// How much longer the slowest call took than the slowest body.
    pub fn beyond(&self) -> Duration {
        read(&self.call).saturating_sub(read(&self.body))
    }

    /// By how much threads were late at most.
    pub fn late(&self) -> Duration {
        read(&self.late)
    }

    /// No call took longer than the body and the time-out, but for what the machine did.
    #[track_caller]
    pub fn check(&self, timeout: Duration) {
        let late = self.late();
        assert!(
            self.beyond() <= timeout + ALLOWED + WAKES * late,
            "a call took {:?}, a body {:?}, and threads were late by {late:?}",
            read(&self.call),
            read(&self.body),
        );
    }
}
