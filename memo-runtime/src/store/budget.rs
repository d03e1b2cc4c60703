//! The time that a call has for its store: one for all that it does there, so that a store that is slow holds up
//! nobody for longer than the time-out, however many operations a call needs.
//!
//! What isn't waiting for the store doesn't count: the body, and the wait for another process that computes the same,
//! which has bounds of its own, as long as the store answers.

use super::line::Way;
use super::settings;
use std::cell::Cell;
use std::time::Duration;

/// How a call asks its store, and the time it has left for that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) way: Way,
    whole: Duration,
    left: Duration,
    /// What the slowest operation took so far.
    slowest: Duration,
}

impl Budget {
    pub(crate) fn new(way: Way, whole: Duration) -> Self {
        Self {
            way,
            whole,
            left: whole,
            slowest: Duration::ZERO,
        }
    }

    /// How long the next operation may take. None: it is not to begin.
    pub(crate) fn left(&self) -> Option<Duration> {
        (!self.left.is_zero()).then_some(self.left)
    }

    pub(crate) fn spend(&mut self, took: Duration) {
        self.left = self.left.saturating_sub(took);
        self.slowest = self.slowest.max(took);
    }

    /// Not an operation, but counted like one.
    pub(crate) fn wait(&mut self, took: Duration) {
        self.left = self.left.saturating_sub(took);
    }

    /// What was spent since `before` was something else.
    pub(crate) fn refund(&mut self, before: Self) {
        self.left = before.left;
    }

    /// Is there time left for so many more like the slowest so far?
    pub(crate) fn suffices(&self, for_more: u32) -> bool {
        !self.left.is_zero() && self.left >= self.slowest.saturating_mul(for_more)
    }

    /// Does it say anything of the engine that it gave no answer in this time? Not if there was little left of it.
    pub(crate) fn tells(&self, time: Duration) -> bool {
        time >= self.whole / 2
    }

    /// Did an operation take longer than any may?
    pub(crate) fn is_exceeded_by(&self, took: Duration) -> bool {
        took > self.whole
    }
}

thread_local! {
    /// What an operation that this thread is in may take.
    static LEFT: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Runs a blocking operation that may take so long.
pub(super) fn within<T>(time: Duration, operation: impl FnOnce() -> T) -> T {
    struct Back(Option<Duration>);
    impl Drop for Back {
        fn drop(&mut self) {
            LEFT.set(self.0);
        }
    }
    let _back = Back(LEFT.replace(Some(time)));
    operation()
}

/// How long an operation may take: no longer than the call has left that has begun it on this thread, nor than the
/// engine says by itself; else what the settings say.
pub(super) fn time_for(own: Option<Duration>) -> Duration {
    let times = LEFT.get().into_iter().chain(own);
    times.min().unwrap_or_else(|| settings().timeout)
}

/// How long the blocking operation that a [`Store`](super::Store) is asked for may take, for the engine to ask when
/// it begins: what the call that asks has left of its time. Outside of such calls [`Settings::timeout`](super::Settings).
///
/// ```
/// use std::time::{Duration, Instant};
///
/// let deadline = Instant::now() + memofn::store::time_left();
/// # assert_eq!(memofn::store::time_left(), Duration::from_millis(100));
/// ```
#[must_use]
pub fn time_left() -> Duration {
    time_for(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn what_is_left_must_do_for_more_like_the_slowest() {
        let mut budget = Budget::new(Way::Blocking, 100 * MS);
        assert!(budget.suffices(2) && budget.left() == Some(100 * MS));
        budget.spend(40 * MS);
        budget.spend(10 * MS);
        assert!(budget.suffices(1) && !budget.suffices(2));
        assert_eq!(budget.left(), Some(50 * MS));
        let before = budget;
        budget.spend(15 * MS);
        assert!(!budget.suffices(1));
        budget.refund(before);
        assert!(budget.suffices(1) && budget.left() == Some(50 * MS));
        budget.wait(200 * MS);
        assert!(!budget.suffices(0) && budget.left().is_none());
    }

    #[test]
    fn an_operation_knows_its_time_and_the_next_one_another() {
        let seen = within(7 * MS, || {
            (time_left(), within(3 * MS, time_left), time_left())
        });
        assert_eq!(seen, (7 * MS, 3 * MS, 7 * MS));
        assert_eq!(time_for(Some(9 * MS)), 9 * MS);
        assert_eq!(within(7 * MS, || time_for(Some(9 * MS))), 7 * MS);
    }
}
