//! What a hit has to write. It is settled when a cache is made, but for this: while its calls are recorded
//! (feature `record`) all of them go the way of those that have more to do.

pub(crate) use set::{Dial, Tap};

#[cfg(feature = "record")]
mod set {
    pub(crate) use crate::record::Tap;

    use crate::policy::Touch;
    use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

    pub(crate) struct Dial {
        now: AtomicU8,
        usual: Touch,
    }

    impl Dial {
        pub(crate) fn new(usual: Touch) -> Self {
            let now = (usual as u8).into();
            Self { now, usual }
        }

        #[inline(always)]
        pub(crate) fn is(&self, touch: Touch) -> bool {
            self.now.load(Relaxed) == touch as u8
        }

        pub(crate) fn tell_all(&self) {
            self.now.store(Touch::More as u8, Relaxed);
        }

        pub(crate) fn as_usual(&self) {
            self.now.store(self.usual as u8, Relaxed);
        }
    }
}

#[cfg(not(feature = "record"))]
mod set {
    use crate::policy::Touch;

    pub(crate) struct Dial(Touch);

    impl Dial {
        pub(crate) fn new(usual: Touch) -> Self {
            Self(usual)
        }

        #[inline(always)]
        pub(crate) fn is(&self, touch: Touch) -> bool {
            self.0 == touch
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
