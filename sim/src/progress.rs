//! How far a long run is, on the standard error: at once on a terminal, else after some seconds.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Counts accesses.
pub(crate) struct Progress {
    done: AtomicU64,
    all: u64,
}

impl Progress {
    pub(crate) fn new(all: u64) -> Self {
        let done = AtomicU64::new(0);
        Self { done, all }
    }

    pub(crate) fn add(&self, accesses: usize) {
        self.done.fetch_add(accesses as u64, Relaxed);
    }

    /// Shows it until nobody is left who could send.
    pub(crate) fn show(&self, workers: &Receiver<()>) {
        let mut error = io::stderr();
        let terminal = error.is_terminal();
        let every = if terminal {
            Duration::from_millis(200)
        } else {
            Duration::from_secs(10)
        };
        let begun = Instant::now();
        let mut shown = false;
        while let Err(RecvTimeoutError::Timeout) = workers.recv_timeout(every) {
            let (done, seconds) = (self.done.load(Relaxed), begun.elapsed().as_secs_f64());
            let (begin, end) = if terminal {
                ("\r", "\x1b[K")
            } else {
                ("", "\n")
            };
            // Whoever doesn't want to read it doesn't.
            let _ = write!(
                error,
                "{begin}{:3.0} % of {:.1} M accesses, {:.1} M a second{end}",
                100.0 * done as f64 / self.all.max(1) as f64,
                self.all as f64 / 1e6,
                done as f64 / 1e6 / seconds.max(1e-9),
            );
            shown = terminal;
        }
        if shown {
            let _ = write!(error, "\r\x1b[K");
        }
    }
}
