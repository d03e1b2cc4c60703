//! More threads than cores on one cache, doing everything at once. What is checked holds at every
//! moment: each value belongs to its key, no bound is exceeded, no call goes uncounted, and nothing
//! that left is kept or freed twice. Run with AddressSanitizer and valgrind, too.
//!
//! `MEMOFN_STRESS=20` makes each test twenty times as long.

mod clears;
mod counts;
mod flights;
mod heap;
mod memory;
mod mixed;
mod nested;
mod queues;
mod subject;

use std::sync::Barrier;
use std::thread;

pub(crate) const THREADS: u32 = 8;

/// So many times as long as in an ordinary run. Less than 1 is a short run, in hundredths.
pub(crate) fn scaled(count: u32) -> u32 {
    let times: f64 = match std::env::var("MEMOFN_STRESS") {
        Ok(times) => times.parse().expect("MEMOFN_STRESS is a number"),
        Err(_) => 1.0,
    };
    ((f64::from(count) * times) as u32).max(1)
}

/// Xorshift: enough disorder for this.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u32) -> Self {
        Self(u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x2545_F491)
    }

    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as u32 % bound
    }
}

/// Eight threads start together; each has its own dice.
pub(crate) fn all_at_once(work: impl Fn(u32, &mut Dice) + Sync) {
    let start = Barrier::new(THREADS as usize);
    thread::scope(|threads| {
        for thread in 0..THREADS {
            let (start, work) = (&start, &work);
            threads.spawn(move || {
                start.wait();
                work(thread, &mut Dice::new(thread + 1));
            });
        }
    });
}
