//! How long a blocking socket waits in one call of the system. To set that anew for each operation would take two
//! more calls of the system for each, so it stays as long as it will do: it has to be no longer than the time
//! that is left, and who finds it over before his time is waits again.

use std::time::Duration;

/// Shorter ones the system rounds up, by its clock's tick.
const SHORT: Duration = Duration::from_millis(10);

/// What a socket is set to, in one direction.
#[derive(Debug, Default)]
pub(super) struct Limit(Duration);

impl Limit {
    /// What it is to be set to, for one who has this left; none: it will do as it is.
    pub(super) fn renewed(&mut self, left: Duration) -> Option<Duration> {
        if self.0 <= left && left <= self.0 * 2 {
            return None;
        }
        // So that the next one, who has about the same, needs none.
        self.0 = if left > SHORT { left / 8 * 7 } else { left };
        Some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_longer_than_what_is_left_and_seldom_set() {
        let millis = Duration::from_millis;
        let mut limit = Limit::default();
        let mut now = Duration::ZERO;
        let mut set = |left| {
            let renewed = limit.renewed(left);
            now = renewed.unwrap_or(now);
            assert!(
                !now.is_zero() && now <= left && left <= now * 2,
                "{now:?}, {left:?}"
            );
            renewed.is_some()
        };
        assert!(set(millis(100)));
        // One operation after another, each with the same time.
        assert!(!set(millis(100)) && !set(millis(99)) && !set(millis(100)));
        // One that waits to its end waits a few times.
        assert!(set(millis(13)) && set(millis(2)) && set(Duration::from_nanos(1)));
        assert!(set(millis(100)) && !set(millis(100)));
        assert!(set(Duration::from_secs(20)));
    }
}
