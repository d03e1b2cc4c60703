//! What the engine takes from std and parking_lot, or from `loom` where its models run (`--cfg loom`):
//! atomics, fences, the lock, thread-locals, statics. Nothing else in the engine knows of the
//! difference.

#[cfg(not(loom))]
mod real {
    pub(crate) use parking_lot::{Mutex, MutexGuard};
    pub(crate) use std::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
    pub(crate) use std::thread_local;

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

#[cfg(loom)]
mod real {
    pub(crate) use loom::sync::MutexGuard;
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };
    use std::any::Any;
    use std::cell::RefCell;

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

    std::thread_local! {
        /// What executions of the model that runs on this thread have leaked.
        static LEAKED: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
    }

    /// Memory for as long as an execution runs: there are millions of them.
    pub(crate) fn leak<T: 'static>(value: T) -> &'static T {
        let leaked: &'static T = Box::leak(Box::new(value));
        let pointer: *const T = leaked;
        LEAKED.with_borrow_mut(|all| all.push(Box::new(Freed(pointer.cast_mut()))));
        leaked
    }

    struct Freed<T>(*mut T);

    impl<T> Drop for Freed<T> {
        #[allow(unsafe_code)]
        fn drop(&mut self) {
            // Its atomics are gone with their execution: only the memory is freed.
            let memory: *mut std::mem::ManuallyDrop<T> = self.0.cast();
            // SAFETY: a leaked box, of an execution that is over.
            drop(unsafe { Box::from_raw(memory) });
        }
    }

    /// Frees what the executions before this one have leaked.
    #[cfg(test)]
    pub(crate) fn begin_execution() {
        LEAKED.take();
    }
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

            #[cfg(not(loom))]
            #[inline]
            fn load_owned(&self) -> $value {
                self.load(Ordering::Relaxed)
            }

            #[cfg(loom)]
            #[allow(unsafe_code)]
            #[track_caller]
            fn load_owned(&self) -> $value {
                // SAFETY: loom stops at a store that doesn't come before or after it.
                unsafe { self.unsync_load() }
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
