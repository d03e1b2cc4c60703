//! What is told of a cache to `tracing`, without its lock, since subscribers are user code. Without the
//! feature `tracing` nothing is left of all this. The events are described in `tracing.rs`.

pub(crate) use told::{Departure, Left, Name, Timer};

#[cfg(feature = "tracing")]
mod told {
    use crate::cause::Cause;
    use crate::clock::{self, Nanos};
    use ::tracing::{Level, enabled, event};
    use std::time::Duration;

    /// A cache's name.
    #[derive(Clone, Copy)]
    pub(crate) struct Name(Option<&'static str>);

    impl Name {
        pub(crate) const NONE: Self = Self(None);

        pub(crate) fn new(name: &'static str) -> Self {
            Self(Some(name))
        }

        fn text(self) -> &'static str {
            self.0.unwrap_or("unnamed")
        }

        /// A refresh in the background has begun.
        pub(crate) fn tell_of_refresh(self) {
            let cache = self.text();
            event!(target: "memofn", Level::DEBUG, cache, "refresh in the background");
        }

        /// An operation of its store has failed.
        #[cfg(feature = "store")]
        pub(crate) fn tell_of_failure(self, error: &crate::store::StoreError) {
            let cache = self.text();
            event!(target: "memofn", Level::WARN, cache, %error, "the store failed");
        }
    }

    /// How many entries have left.
    #[derive(Default)]
    pub(crate) struct Left {
        evicted: u64,
        expired: u64,
    }

    /// The same, told when this is dropped.
    pub(crate) struct Departure {
        name: Name,
        left: Left,
    }

    impl Left {
        pub(crate) fn new() -> Self {
            Self::default()
        }

        pub(crate) fn count(&mut self, cause: Cause) {
            self.evicted += u64::from(cause == Cause::Evicted);
            self.expired += u64::from(cause == Cause::Expired);
        }

        /// Those so far, to be told when the lock is free.
        pub(crate) fn take(&mut self, name: Name) -> Departure {
            let left = std::mem::take(self);
            Departure { name, left }
        }
    }

    impl Drop for Departure {
        #[inline]
        fn drop(&mut self) {
            let Left { evicted, expired } = self.left;
            if evicted + expired > 0 && !std::thread::panicking() {
                let cache = self.name.text();
                event!(target: "memofn", Level::TRACE, cache, evicted, expired, "entries left");
            }
        }
    }

    /// Measures a computation, if somebody wants to know of slow ones.
    pub(crate) struct Timer(Option<Nanos>);

    impl Timer {
        pub(crate) fn start() -> Self {
            let wanted = enabled!(target: "memofn", Level::WARN);
            Self(wanted.then(clock::real))
        }

        pub(crate) fn stop(&self) -> Took {
            Took(self.0.map(|began| clock::real().saturating_sub(began)))
        }
    }

    /// How long it took.
    pub(crate) struct Took(Option<Nanos>);

    impl Took {
        pub(crate) fn tell(&self, name: Name) {
            if let Some(took) = self.0.filter(|took| crate::tracing::is_slow(*took)) {
                let seconds = Duration::from_nanos(took).as_secs_f64();
                let cache = name.text();
                event!(target: "memofn", Level::WARN, cache, seconds, "slow computation");
            }
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod told {
    use crate::cause::Cause;

    #[derive(Clone, Copy)]
    pub(crate) struct Name;

    impl Name {
        pub(crate) const NONE: Self = Self;

        pub(crate) fn new(_: &'static str) -> Self {
            Self
        }

        pub(crate) fn tell_of_refresh(self) {}

        #[cfg(feature = "store")]
        pub(crate) fn tell_of_failure(self, _: &crate::store::StoreError) {}
    }

    pub(crate) struct Left;

    impl Left {
        pub(crate) fn new() -> Self {
            Self
        }

        pub(crate) fn count(&mut self, _: Cause) {}

        pub(crate) fn take(&mut self, _: Name) -> Departure {
            Departure
        }
    }

    pub(crate) struct Departure;

    pub(crate) struct Timer;

    impl Timer {
        pub(crate) fn start() -> Self {
            Self
        }

        pub(crate) fn stop(&self) -> Took {
            Took
        }
    }

    pub(crate) struct Took;

    impl Took {
        pub(crate) fn tell(&self, _: Name) {}
    }
}
