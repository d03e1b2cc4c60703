//! CPython's `functools.lru_cache`, in a process of its own that is asked once per round.

use crate::pool::Sample;
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

pub(crate) struct Python {
    child: RefCell<Child>,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Python {
    /// Starts it on a work; nothing where there is no `python3`.
    pub(crate) fn start(work: &str) -> Option<Self> {
        let mut child = Command::new("python3")
            .args(["-c", include_str!("lru_cache.py"), work])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let stdin = child.stdin.take()?;
        let mut stdout = BufReader::new(child.stdout.take()?);
        let mut ready = String::new();
        stdout.read_line(&mut ready).ok()?;
        (ready.trim() == "ready").then(|| Self {
            child: child.into(),
            pipes: (stdin, stdout).into(),
        })
    }

    /// So many calls, in one thread.
    pub(crate) fn run(&self, calls: u64) -> Sample {
        let (stdin, stdout) = &mut *self.pipes.borrow_mut();
        let mut answer = String::new();
        writeln!(stdin, "{calls}")
            .and_then(|()| stdin.flush())
            .and_then(|()| stdout.read_line(&mut answer))
            .expect("python3 answers");
        let (nanos, runs) = answer.trim().split_once(' ').expect("two numbers");
        Sample {
            wall: Duration::from_nanos(nanos.parse().expect("nanoseconds")),
            runs: runs.parse().expect("a count"),
        }
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let child = self.child.get_mut();
        let _ = child.kill();
        let _ = child.wait();
    }
}
