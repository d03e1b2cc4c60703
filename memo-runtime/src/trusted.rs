//! What is true and can't be shown to the compiler, apart from the engine's memory: two things that are
//! asked of the operating system, what type a value has, and that a proof was given.
#![allow(unsafe_code)]

use std::any::TypeId;
use std::marker::PhantomData;

/// What only exists after a proof that all its content may be sent to other threads and shared by
/// them was given. Until then it is empty.
pub(crate) struct Proved<T>(T);

impl<T> Proved<T> {
    /// Whoever makes one sees to it that its content is made with proofs only: see `config.rs`.
    pub(crate) const fn empty(empty: T) -> Self {
        Self(empty)
    }

    /// The same for what comes from a cache that was made with proofs, and is of its types.
    #[inline]
    pub(crate) fn of_a_memo(content: T) -> Self {
        Self(content)
    }

    #[inline]
    pub(crate) fn into_inner(self) -> T {
        self.0
    }

    #[inline]
    pub(crate) fn get_mut(&mut self) -> &mut T {
        &mut self.0
    }

    #[inline]
    pub(crate) fn get(&self) -> &T {
        &self.0
    }
}

// SAFETY: empty, or its content is `Send` and `Sync` (see `empty` and `of_a_memo`): as much of it as there
// ever is, which of a `Result` whose `Err` is neither stored nor shared is the `Ok`.
unsafe impl<T> Send for Proved<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Proved<T> {}

/// The type of a value, lifetimes erased: `TypeId` asks for `'static`, of which only the name is
/// needed here.
pub(crate) fn type_id_of_val<T>(_: &T) -> TypeId {
    trait Identified {
        fn id(&self) -> TypeId
        where
            Self: 'static;
    }
    impl<T> Identified for PhantomData<T> {
        fn id(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<T>()
        }
    }
    let of_type: &dyn Identified = &PhantomData::<T>;
    // SAFETY: only the lifetime bound of the trait object changes. `id` touches no data (a
    // `PhantomData` has none, and no drop glue), returns a number, and the reference isn't kept.
    let erased =
        unsafe { std::mem::transmute::<&dyn Identified, &(dyn Identified + 'static)>(of_type) };
    erased.id()
}

#[cfg(all(target_os = "linux", not(any(all(loom, test), memofn_no_membarrier))))]
mod linux {
    fn membarrier(command: libc::c_int) -> bool {
        // SAFETY: the call takes three numbers and touches no memory of ours.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }

    /// `MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED`: asks to use [`barrier_in_all_threads`]. `false`: it can't be used.
    pub(crate) fn register_barrier() -> bool {
        membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
    }

    /// `MEMBARRIER_CMD_PRIVATE_EXPEDITED`: when this returns `true`, every thread of this process has
    /// passed a full memory barrier since the call began.
    pub(crate) fn barrier_in_all_threads() -> bool {
        membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
    }
}

#[cfg(target_os = "linux")]
mod clock {
    use std::mem::MaybeUninit;

    type Call = unsafe extern "C" fn(libc::clockid_t, *mut libc::timespec) -> libc::c_int;

    fn ask(call: Call, clock: libc::clockid_t) -> Option<u64> {
        let mut time = MaybeUninit::<libc::timespec>::uninit();
        // SAFETY: `time` is a local `timespec`; a call that gives 0 has written it.
        let time = unsafe { (call(clock, time.as_mut_ptr()) == 0).then(|| time.assume_init())? };
        // The monotonic clock begins at 0.
        Some(
            (time.tv_sec as u64)
                .wrapping_mul(1_000_000_000)
                .wrapping_add(time.tv_nsec as u64),
        )
    }

    /// Nanoseconds on the monotonic clock; stands still while the machine sleeps.
    pub(crate) fn monotonic() -> Option<u64> {
        ask(libc::clock_gettime, libc::CLOCK_MONOTONIC)
    }

    /// The same clock as of its last step.
    pub(crate) fn monotonic_coarse() -> Option<u64> {
        ask(libc::clock_gettime, libc::CLOCK_MONOTONIC_COARSE)
    }

    /// Nanoseconds between two steps.
    pub(crate) fn coarse_step() -> Option<u64> {
        ask(libc::clock_getres, libc::CLOCK_MONOTONIC_COARSE)
    }
}

#[cfg(all(target_os = "linux", not(any(all(loom, test), memofn_no_membarrier))))]
pub(crate) use linux::{barrier_in_all_threads, register_barrier};

#[cfg(all(
    not(all(loom, test)),
    any(not(target_os = "linux"), memofn_no_membarrier)
))]
pub(crate) fn register_barrier() -> bool {
    false
}

#[cfg(any(all(loom, test), not(target_os = "linux"), memofn_no_membarrier))]
pub(crate) fn barrier_in_all_threads() -> bool {
    false
}

#[cfg(all(loom, test))]
std::thread_local! {
    /// In the model that runs on this thread, a barrier is promised, and fails.
    pub(crate) static FALSE_PROMISE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

#[cfg(all(loom, test))]
pub(crate) fn register_barrier() -> bool {
    FALSE_PROMISE.get()
}

#[cfg(not(target_os = "linux"))]
mod clock {
    pub(crate) fn monotonic() -> Option<u64> {
        None
    }
    pub(crate) fn monotonic_coarse() -> Option<u64> {
        None
    }
    pub(crate) fn coarse_step() -> Option<u64> {
        None
    }
}

pub(crate) use clock::{coarse_step, monotonic, monotonic_coarse};

/// For the models, which run under loom.
#[cfg(all(loom, test))]
mod models {
    use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize};
    use std::any::Any;
    use std::cell::RefCell;

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

    /// A load that loom checks to come before or after every store.
    pub(crate) trait Unsync {
        type Value;
        fn get(&self) -> Self::Value;
    }

    macro_rules! unsync {
        ($(($($param:ident)?) $atomic:ty => $value:ty),*) => {$(
            impl$(<$param>)? Unsync for $atomic {
                type Value = $value;

                #[track_caller]
                fn get(&self) -> $value {
                    // SAFETY: loom stops at a store that doesn't come before or after it.
                    unsafe { self.unsync_load() }
                }
            }
        )*};
    }
    unsync!(
        () AtomicU32 => u32,
        () AtomicU64 => u64,
        () AtomicUsize => usize,
        (T) AtomicPtr<T> => *mut T
    );
}

#[cfg(all(loom, test))]
pub(crate) use models::begin_execution;
#[cfg(all(loom, test))]
pub(crate) use models::{Unsync, leak};
