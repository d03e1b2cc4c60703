//! What engines can do.

use std::time::Duration;

/// What an engine can do, told by [`Store::capabilities`](super::Store::capabilities).
///
/// ```
/// use memofn::store::Capabilities;
/// use std::time::Duration;
///
/// let memcached = Capabilities::new().fenced().max_value(1 << 20).step(Duration::from_secs(1));
/// assert!(memcached.is_fenced() && !memcached.has_invalidations());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it says what a store can do"]
pub struct Capabilities {
    fenced: bool,
    invalidations: bool,
    exclusive: bool,
    max_value: usize,
    step: Duration,
    wait: Option<Duration>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self::new()
    }
}

impl Capabilities {
    /// No fence, no invalidations, values of any size, lifetimes to the millisecond.
    ///
    /// ```
    /// assert!(!memofn::store::Capabilities::new().is_fenced());
    /// ```
    pub const fn new() -> Self {
        Self {
            fenced: false,
            invalidations: false,
            exclusive: false,
            max_value: usize::MAX,
            step: Duration::from_millis(1),
            wait: None,
        }
    }

    /// [`Store::fill`](super::Store::fill) and [`Store::remove_if`](super::Store::remove_if) compare and write in one step. Without it a removal
    /// during a computation may be undone by its late result.
    ///
    /// ```
    /// assert!(memofn::store::Capabilities::new().fenced().is_fenced());
    /// ```
    pub const fn fenced(mut self) -> Self {
        self.fenced = true;
        self
    }

    /// [`Store::listen`](super::Store::listen) tells of what is changed by whomever. Without it, local tiers notice a removal
    /// elsewhere when their own `ttl` is over.
    ///
    /// ```
    /// assert!(memofn::store::Capabilities::new().invalidations().has_invalidations());
    /// ```
    pub const fn invalidations(mut self) -> Self {
        self.invalidations = true;
        self
    }

    /// While this process uses it, no other one does, and no claim outlives its process. So claims needn't end by
    /// themselves soon, and a body may take as long as it does.
    ///
    /// ```
    /// assert!(memofn::store::Capabilities::new().exclusive().is_exclusive());
    /// ```
    pub const fn exclusive(mut self) -> Self {
        self.exclusive = true;
        self
    }

    /// The largest value in bytes that the engine takes. Larger ones aren't offered to it. Default: no bound
    /// but that of [`Settings::max_value`](super::Settings::max_value).
    ///
    /// ```
    /// assert_eq!(memofn::store::Capabilities::new().max_value(5).largest_value(), 5);
    /// ```
    pub const fn max_value(mut self, bytes: usize) -> Self {
        self.max_value = bytes;
        self
    }

    /// The step in which the engine counts lifetimes. It rounds up: what is shorter than a step lives one
    /// step long, and never for ever. A value knows its own end as well, so that this is never seen.
    ///
    /// ```
    /// use std::time::Duration;
    /// let seconds = memofn::store::Capabilities::new().step(Duration::from_secs(1));
    /// assert_eq!(seconds.lifetime_step(), Duration::from_secs(1));
    /// ```
    pub const fn step(mut self, step: Duration) -> Self {
        self.step = step;
        self
    }

    /// All that one call of a function waits for the engine takes no longer than this, in place of
    /// [`Settings::timeout`](super::Settings::timeout). A time of zero: no operation would ever succeed.
    ///
    /// ```
    /// use memofn::store::Capabilities;
    /// use std::time::Duration;
    /// let far_away = Capabilities::new().timeout(Duration::from_secs(1));
    /// assert_eq!(far_away.longest_wait(), Some(Duration::from_secs(1)));
    /// ```
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.wait = Some(timeout);
        self
    }

    /// See [`fenced`](Self::fenced).
    ///
    /// ```
    /// assert!(!memofn::store::Capabilities::new().is_fenced());
    /// ```
    #[must_use]
    pub const fn is_fenced(&self) -> bool {
        self.fenced
    }

    /// See [`invalidations`](Self::invalidations).
    ///
    /// ```
    /// assert!(!memofn::store::Capabilities::new().has_invalidations());
    /// ```
    #[must_use]
    pub const fn has_invalidations(&self) -> bool {
        self.invalidations
    }

    /// See [`exclusive`](Self::exclusive).
    ///
    /// ```
    /// assert!(!memofn::store::Capabilities::new().is_exclusive());
    /// ```
    #[must_use]
    pub const fn is_exclusive(&self) -> bool {
        self.exclusive
    }

    /// See [`max_value`](Self::max_value).
    ///
    /// ```
    /// assert_eq!(memofn::store::Capabilities::new().largest_value(), usize::MAX);
    /// ```
    #[must_use]
    pub const fn largest_value(&self) -> usize {
        self.max_value
    }

    /// See [`step`](Self::step).
    ///
    /// ```
    /// assert_eq!(memofn::store::Capabilities::new().lifetime_step().as_millis(), 1);
    /// ```
    #[must_use]
    pub const fn lifetime_step(&self) -> Duration {
        self.step
    }

    /// See [`timeout`](Self::timeout).
    ///
    /// ```
    /// assert_eq!(memofn::store::Capabilities::new().longest_wait(), None);
    /// ```
    #[must_use]
    pub const fn longest_wait(&self) -> Option<Duration> {
        self.wait
    }
}
