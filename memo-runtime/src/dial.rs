//! Whether a hit has more to do than to write its entry's word. It is settled when a cache is made, but for
//! this: while its calls are recorded (feature `record`) all of them go the way of those that have more to
//! do.

pub(crate) use set::{Dial, Tap};

#[cfg(feature = "record")]
mod set {
    pub(crate) use crate::record::Tap;

    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    pub(crate) struct Dial {
        now: AtomicBool,
        usual: bool,
    }

    impl Dial {
        pub(crate) fn new(usual: bool) -> Self {
            let now = usual.into();
            Self { now, usual }
        }

        #[inline(always)]
        pub(crate) fn is_set(&self) -> bool {
            self.now.load(Relaxed)
        }

        pub(crate) fn tell_all(&self) {
            self.now.store(true, Relaxed);
        }

        pub(crate) fn as_usual(&self) {
            self.now.store(self.usual, Relaxed);
        }
    }
}

#[cfg(not(feature = "record"))]
mod set {
    pub(crate) struct Dial(bool);

    impl Dial {
        pub(crate) fn new(usual: bool) -> Self {
            Self(usual)
        }

        #[inline(always)]
        pub(crate) fn is_set(&self) -> bool {
            self.0
        }
    }

    pub(crate) struct Tap;

    impl Tap {
        pub(crate) fn new() -> Self {
            Self
        }

        #[inline(always)]
        pub(crate) fn note(&self, _: u64) {}
    }
}
