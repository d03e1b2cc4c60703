//! A filter of system calls that comes in late takes `membarrier` away while readers rely on it: they
//! are given a fence, nothing is freed too early, and freeing goes on after that.
//!
//! A program of its own: the filter is for good.
#![cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    not(any(loom, memofn_no_membarrier))
))]
#![allow(unsafe_code)] // system calls

use memofn::Cache;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Barrier};
use std::thread;

/// All threads of this process get `EPERM` for `membarrier` from here on. `false`: there are no
/// filters here.
fn forbid_membarrier() -> bool {
    let statement = |code: u32, k: u32, jf: u8| libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf,
        k,
    };
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let give = libc::BPF_RET | libc::BPF_K;
    let mut program = [
        // The number of the call stands first.
        statement(load, 0, 0),
        statement(equal, libc::SYS_membarrier as u32, 1),
        statement(give, libc::SECCOMP_RET_ERRNO | libc::EPERM as u32, 0),
        statement(give, libc::SECCOMP_RET_ALLOW, 0),
    ];
    let filter = libc::sock_fprog {
        len: 4,
        filter: program.as_mut_ptr(),
    };
    // SAFETY: numbers, and a program that outlives the call.
    unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::syscall(
                libc::SYS_seccomp,
                libc::SECCOMP_SET_MODE_FILTER,
                libc::SECCOMP_FILTER_FLAG_TSYNC,
                &raw const filter,
            ) == 0
    }
}

fn has_membarrier() -> bool {
    // SAFETY: a query, of numbers.
    unsafe { libc::syscall(libc::SYS_membarrier, libc::MEMBARRIER_CMD_QUERY, 0, 0) >= 0 }
}

#[derive(Debug)]
struct Value(Box<u32>, Arc<AtomicI64>);

impl Value {
    fn of(key: u32, living: &Arc<AtomicI64>) -> Self {
        living.fetch_add(1, Relaxed);
        Self(Box::new(key), Arc::clone(living))
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        Self::of(*self.0, &self.1)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Relaxed);
    }
}

const READERS: usize = 4;
const CAPACITY: usize = 16;

#[test]
fn readers_get_a_fence_when_the_barrier_fails() {
    if !has_membarrier() {
        eprintln!("skipped: this system has no membarrier that could fail");
        return;
    }
    let (cache, living) = (Cache::new(CAPACITY), Arc::new(AtomicI64::new(0)));
    let (start, stop) = (Barrier::new(READERS + 1), AtomicBool::new(false));
    // A batch that can't be freed when the barrier fails goes back to wait, one of each thread.
    let most = (CAPACITY + 2 * (64 + READERS + 4) * (READERS + 2)) as i64;
    let call = |key: u32| {
        let value = cache.get_or_insert_with(&key, || Value::of(key, &living));
        assert_eq!(*value.0, key);
    };
    thread::scope(|threads| {
        for reader in 0..READERS as u32 {
            let (start, stop, call) = (&start, &stop, &call);
            threads.spawn(move || {
                call(reader);
                start.wait();
                let mut round = reader;
                while !stop.load(Relaxed) {
                    round = round.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    call((round >> 24) % 20);
                }
            });
        }
        start.wait();
        let evict = |from: u32| (from..from + 2_000).for_each(call);
        evict(100);
        let forbidden = forbid_membarrier();
        if forbidden {
            assert!(!has_membarrier());
        } else {
            eprintln!("no filters here: the barrier doesn't fail");
        }
        evict(10_000);
        let alive = living.load(Relaxed);
        stop.store(true, Relaxed);
        assert!(alive <= most, "{alive} are alive: freeing didn't go on");
    });
    let newcomer = thread::scope(|threads| threads.spawn(|| (0..500).for_each(call)).join());
    newcomer.unwrap();
    cache.clear();
    assert_eq!(living.load(Relaxed), 0);
}
