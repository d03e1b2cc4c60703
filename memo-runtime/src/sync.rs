//! What the engine takes from std and parking_lot, or from `loom` where its models run (`--cfg loom`):
//! atomics, fences, the lock, thread-locals, statics. Nothing else in the engine knows of the
//! difference.

#[cfg(not(all(loom, test)))]
mod real {
    pub(crate) use parking_lot::{Mutex, MutexGuard};
    pub(crate) use std::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
    pub(crate) use std::thread_local;

    /// parking_lot's, with a deadline that may be none.
    #[derive(Debug)]
    pub(crate) struct Condvar(parking_lot::Condvar);

    impl Condvar {
        pub(crate) fn new() -> Self {
            Self(parking_lot::Condvar::new())
        }

        pub(crate) fn notify_all(&self) {
            self.0.notify_all();
        }

        /// With whether it is that late.
        pub(crate) fn wait_until<'m, T>(
            &self,
            mut guard: MutexGuard<'m, T>,
            until: Option<std::time::Instant>,
        ) -> (MutexGuard<'m, T>, bool) {
            let late = match until {
                Some(until) => self.0.wait_until(&mut guard, until).timed_out(),
                None => {
                    self.0.wait(&mut guard);
                    false
                }
            };
            (guard, late)
        }
    }

    /// A static, behind a function.
    macro_rules! global {
        ($(#[$attr:meta])* $vis:vis fn $name:ident() -> $type:ty = $init:expr) => {
            $(#[$attr])*
            $vis fn $name() -> &'static $type {
                static GLOBAL: $type = $init;
                &GLOBAL
            }
        };
    }
    pub(crate) use global;

    /// Memory for as long as the process runs.
    pub(crate) fn leak<T>(value: T) -> &'static T {
        Box::leak(Box::new(value))
    }
}

#[cfg(all(loom, test))]
mod real {
    pub(crate) use crate::trusted::leak;
    pub(crate) use loom::sync::MutexGuard;
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };

    /// loom's mutex with parking_lot's interface.
    #[derive(Debug)]
    pub struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            self.0
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        }
    }

    /// loom's condition variable, which knows no time: nobody is ever late.
    #[derive(Debug)]
    pub(crate) struct Condvar(loom::sync::Condvar);

    impl Condvar {
        pub(crate) fn new() -> Self {
            Self(loom::sync::Condvar::new())
        }

        pub(crate) fn notify_all(&self) {
            self.0.notify_all();
        }

        pub(crate) fn wait_until<'m, T>(
            &self,
            guard: MutexGuard<'m, T>,
            _: Option<std::time::Instant>,
        ) -> (MutexGuard<'m, T>, bool) {
            let guard = self.0.wait(guard);
            (
                guard.unwrap_or_else(std::sync::PoisonError::into_inner),
                false,
            )
        }
    }

    /// loom's thread-locals with std's `const` blocks.
    macro_rules! locals {
        ($($(#[$attr:meta])* static $name:ident: $type:ty = const { $init:expr };)*) => {
            loom::thread_local! { $($(#[$attr])* static $name: $type = $init;)* }
        };
    }
    pub(crate) use locals as thread_local;

    /// A static of one execution of a model, behind a function.
    macro_rules! global {
        ($(#[$attr:meta])* $vis:vis fn $name:ident() -> $type:ty = $init:expr) => {
            $(#[$attr])*
            $vis fn $name() -> &'static $type {
                loom::lazy_static! {
                    static ref GLOBAL: $type = $init;
                }
                &GLOBAL
            }
        };
    }
    pub(crate) use global;
}

pub(crate) use real::*;

/// A load of what only this thread may write at the moment: it has the lock, or nobody else ever
/// writes it. loom checks that, and doesn't take it for a step in which others could come between:
/// it compares a store with the last access before it only, so that a load by the same thread would hide
/// those of the others.
pub(crate) trait LoadOwned {
    type Value;
    fn load_owned(&self) -> Self::Value;
}

macro_rules! load_owned {
    ($(($($param:ident)?) $atomic:ty => $value:ty),*) => {$(
        impl$(<$param>)? LoadOwned for $atomic {
            type Value = $value;

            #[cfg(not(all(loom, test)))]
            #[inline]
            fn load_owned(&self) -> $value {
                self.load(Ordering::Relaxed)
            }

            #[cfg(all(loom, test))]
            #[track_caller]
            fn load_owned(&self) -> $value {
                crate::trusted::Unsync::get(self)
            }
        }
    )*};
}
load_owned!(
    () AtomicU32 => u32,
    () AtomicU64 => u64,
    () AtomicUsize => usize,
    (T) AtomicPtr<T> => *mut T
);
