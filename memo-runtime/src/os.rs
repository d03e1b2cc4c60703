//! What is asked of the operating system beyond std: a barrier in all threads of the process, and a
//! clock that is cheap to read. Linux has both; elsewhere the callers do without.
//!
//! # Safety
//! Three system calls of libc. `membarrier` takes numbers only. The clock calls write a `timespec`
//! behind the pointer they are given, which is to a local variable.
#![allow(unsafe_code)]

#[cfg(all(target_os = "linux", not(any(loom, memofn_no_membarrier))))]
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

#[cfg(all(target_os = "linux", not(any(loom, memofn_no_membarrier))))]
pub(crate) use linux::{barrier_in_all_threads, register_barrier};

#[cfg(all(not(loom), any(not(target_os = "linux"), memofn_no_membarrier)))]
pub(crate) fn register_barrier() -> bool {
    false
}

#[cfg(any(loom, not(target_os = "linux"), memofn_no_membarrier))]
pub(crate) fn barrier_in_all_threads() -> bool {
    false
}

#[cfg(loom)]
std::thread_local! {
    /// In the model that runs on this thread, a barrier is promised, and fails.
    pub(crate) static FALSE_PROMISE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

#[cfg(loom)]
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
