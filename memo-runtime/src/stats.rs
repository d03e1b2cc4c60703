//! What a cache counts under its lock; hits are counted by threads (`scope.rs`).
//!
//! The time that bodies take is measured exactly as long as it matters. Where they take less than a
//! microsecond, looking at the clock twice would take longer than all else that a miss does: then one
//! body in [`SAMPLE`], drawn at random, stands for that many. One that turns out to have taken much
//! longer counts once, and puts an end to the drawing for a while.

use crate::clock;
use crate::rng::Rng;
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct Stats {
    pub(crate) misses: u64,
    pub(crate) coalesced: u64,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
    pub(crate) errors: u64,
    pub(crate) computing: Computing,
}

/// One in how many short bodies is measured.
const SAMPLE: u32 = 16;
/// How many short ones in a row make it so.
const SHORT_RUN: u32 = 64;
/// Nanoseconds that are short.
const SHORT: u64 = 1_000;

/// How long bodies took.
#[derive(Debug)]
pub(crate) struct Computing {
    nanos: u64,
    short_run: u32,
    rng: Rng,
}

/// What measures one body. Plain words: it is moved about with the computation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watch {
    /// When it began; how long it took, once it is over.
    nanos: u64,
    /// For how many; 0: this one isn't measured.
    stands_for: u32,
    over: bool,
}

impl Default for Computing {
    fn default() -> Self {
        Self {
            nanos: 0,
            short_run: 0,
            rng: Rng::seeded(0),
        }
    }
}

impl Computing {
    /// For a body that is about to run.
    #[inline]
    pub(crate) fn watch(&mut self) -> Watch {
        let stands_for = if self.short_run < SHORT_RUN {
            1
        } else if self.rng.next() % u64::from(SAMPLE) == 0 {
            SAMPLE
        } else {
            0
        };
        Watch {
            nanos: 0,
            stands_for,
            over: false,
        }
    }

    /// A body has returned, or panicked: then its time doesn't count.
    #[inline]
    pub(crate) fn add(&mut self, watch: Watch) {
        if watch.over {
            self.took(watch.nanos, watch.stands_for);
        }
    }

    fn took(&mut self, took: u64, stands_for: u32) {
        let short = took < SHORT;
        self.short_run = if short {
            self.short_run.saturating_add(1)
        } else {
            0
        };
        let all = if took < u64::from(SAMPLE) * SHORT {
            took * u64::from(stands_for)
        } else {
            took
        };
        self.nanos = self.nanos.saturating_add(all);
    }

    pub(crate) fn time(&self) -> Duration {
        Duration::from_nanos(self.nanos)
    }
}

impl Watch {
    /// The body begins.
    #[inline]
    pub(crate) fn start(&mut self) {
        if self.stands_for > 0 {
            self.nanos = clock::real();
        }
    }

    /// It has returned.
    #[inline]
    pub(crate) fn stop(&mut self) {
        if self.stands_for > 0 {
            self.nanos = clock::real().saturating_sub(self.nanos);
            self.over = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(computing: &mut Computing, took: u64) {
        let watch = computing.watch();
        computing.add(Watch {
            nanos: took,
            over: watch.stands_for > 0,
            ..watch
        });
    }

    #[test]
    fn long_bodies_are_measured_one_by_one() {
        let mut computing = Computing::default();
        (0..10_000).for_each(|round| run(&mut computing, 1_000 + round));
        assert_eq!(
            computing.nanos,
            (0..10_000).map(|round| 1_000 + round).sum()
        );
    }

    #[test]
    fn short_bodies_are_estimated() {
        let mut computing = Computing::default();
        (0..1_000_000).for_each(|_| run(&mut computing, 100));
        // Sixteen standard deviations wide.
        assert!((96_000_000..104_000_000).contains(&computing.nanos));
    }

    #[test]
    fn a_long_one_among_short_ones_counts_once() {
        let mut computing = Computing::default();
        (0..1000).for_each(|_| run(&mut computing, 100));
        let before = computing.nanos;
        computing.add(Watch {
            nanos: 1_000_000_000,
            stands_for: SAMPLE,
            over: true,
        });
        assert_eq!(computing.nanos - before, 1_000_000_000);
        assert_eq!(computing.watch().stands_for, 1);
    }
}
