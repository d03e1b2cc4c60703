//! The thread that opens the file, which takes as long as the file is large, and commits what has come together: at
//! once if it has rested, and five times a second at most. A commit waits until the disk has it, so that
//! neither the end of the process nor that of the machine takes more than what came after the last one.

use super::super::StoreError;
use super::file::File;
use super::shared::{Opened, Shared, State};
use crate::clock;
use parking_lot::MutexGuard;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// From one commit to the next.
const PAUSE: Duration = Duration::from_millis(200);
/// In milliseconds: the clock by which entries end may be set meanwhile.
const LOOK: u64 = if cfg!(test) { 50 } else { 60_000 };

impl Shared {
    /// The thread.
    pub(super) fn run(&self) {
        match File::open(&self.path, self.size) {
            // Closed here, where nobody waits for it: that may write, too.
            Ok(file) => self.serve(&Arc::new(file)),
            Err(error) => self.fail(&mut self.state.lock(), error),
        }
    }

    fn serve(&self, file: &Arc<File>) {
        let mut state = self.state.lock();
        state.file = Opened::Open(Arc::clone(file));
        self.done.notify_all();
        // When the next entry ends; at first nobody knows.
        let mut next = Some(0);
        while self.wait(&mut state, next) {
            let (changes, numbers) = state.pending.changes();
            state.hurry = false;
            let weight = state.pending.weight;
            state.flying = weight;
            drop(state);
            let begun = Instant::now();
            let written = file.is_there().and_then(|()| file.write(&changes));
            let took = begun.elapsed();
            let is_too_long = file.is_too_long();
            state = self.state.lock();
            state.flying = 0;
            state.learn(weight, took);
            match written {
                Ok(first) => next = first,
                Err(error) => return self.fail(&mut state, error),
            }
            state.commits += 1;
            state.pending.written(&changes, &numbers);
            self.done.notify_all();
            // At the end nobody is to wait for that; the next one who opens the file does it.
            if is_too_long && !state.ends {
                let was_told = std::mem::replace(&mut state.shortens, true);
                if state.pending.dirty > 0 && !was_told {
                    // What was taken before is written before.
                    continue;
                }
                drop(state);
                let shortened = file.shorten();
                state = self.state.lock();
                if let Err(error) = shortened {
                    return self.fail(&mut state, error);
                }
            }
            state.shortens = false;
            self.done.notify_all();
            // More comes together meanwhile.
            let until = begun + PAUSE;
            while !state.ends && !state.hurry && state.waits() < state.room / 2 {
                if self.wake.wait_until(&mut state, until).timed_out() {
                    break;
                }
            }
        }
        state.file = Opened::NotYet;
    }

    /// Waits for something to write, or for an entry to end, and gives `true`; at the end `false`.
    fn wait(&self, state: &mut MutexGuard<'_, State>, next: Option<u64>) -> bool {
        // Not for each of those that end.
        let soonest = Instant::now() + Duration::from_secs(1);
        loop {
            if state.pending.dirty > 0 {
                return true;
            }
            if state.ends {
                return false;
            }
            let Some(end) = next else {
                self.wake.wait(state);
                continue;
            };
            let left = end.saturating_sub(clock::wall_millis());
            let until = Instant::now() + Duration::from_millis(left.min(LOOK));
            let woken = self.wake.wait_until(state, until.max(soonest));
            if woken.timed_out() && end <= clock::wall_millis() {
                return true;
            }
        }
    }

    fn fail(&self, state: &mut State, error: StoreError) {
        state.shortens = false;
        let cause = std::error::Error::source(&error);
        let what = cause.map_or_else(|| error.to_string(), ToString::to_string);
        if state.failure != what {
            state.failure.clone_from(&what);
            state.news = Some(what.clone());
        }
        state.file = Opened::Failed(error.kind(), what, Instant::now());
        self.done.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::super::deadline::Deadline;
    use super::*;

    /// Who waits for an entry to end that is far from it keeps the file.
    #[test]
    fn it_stays_open_while_nothing_happens() {
        let name = format!("memofn-idle-{}.redb", std::process::id());
        let path = std::env::temp_dir().join(name);
        let shared = Arc::new(Shared::new(path.clone(), 1 << 20));
        let deadline = Deadline::within(Duration::from_secs(60));
        let long = Some(Duration::from_secs(3_600));
        assert!(shared.put("key", None, b"value", long, &deadline).unwrap());
        shared.flush(&deadline).unwrap();
        // It has looked for what has ended, and then looked again and again.
        std::thread::sleep(Duration::from_millis(1_000 + 5 * LOOK));
        assert!(matches!(shared.state.lock().file, Opened::Open(_)));
        shared.end();
        assert!(matches!(shared.state.lock().file, Opened::NotYet));
        std::fs::remove_file(path).unwrap();
    }
}
