//! The file and what isn't in it yet, between those who ask and the thread that writes.

use super::super::{StoreError, StoreErrorKind};
use super::deadline::Deadline;
use super::file::File;
use super::pending::{Pending, Seen};
use super::tables::{Found, NEVER, weight};
use crate::clock;
use parking_lot::{Condvar, Mutex, MutexGuard};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What may wait to be written, by weight: at least, at first and at most.
const ROOM: [u64; 3] = [32 << 10, 256 << 10, 8 << 20];
/// As a part of all that may be in the file: a commit takes room beside what it replaces.
const PART: u64 = 32;
/// A commit that takes longer was too large.
const LONG: Duration = Duration::from_millis(250);
/// What can't be opened is tried again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// A claim of this length is no computation's, but the number of a function's epoch: it is written as results are.
const LASTING: Duration = Duration::from_secs(365 * 24 * 3_600);

pub(super) struct Shared {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) state: Mutex<State>,
    /// The thread has something to do.
    pub(super) wake: Condvar,
    /// It has opened the file, written, or ended.
    pub(super) done: Condvar,
}

pub(super) struct State {
    pub(super) file: Opened,
    pub(super) pending: Pending,
    /// Commits so far: what was read from the file before one may not hold after it.
    pub(super) commits: u64,
    /// What is being written of what is pending, by weight.
    pub(super) flying: u64,
    /// As much as is written in time may wait beside it.
    pub(super) room: u64,
    /// The most that it may be.
    pub(super) most: u64,
    /// The file is made shorter, and nothing is written meanwhile.
    pub(super) shortens: bool,
    /// Somebody waits for what is pending to be written.
    pub(super) hurry: bool,
    /// The store is no more; what is pending is written.
    pub(super) ends: bool,
    pub(super) thread: Option<JoinHandle<()>>,
    /// Why it failed last, and what nobody was told of that.
    pub(super) failure: String,
    pub(super) news: Option<String>,
}

pub(super) enum Opened {
    NotYet,
    Opening,
    Open(Arc<File>),
    Failed(StoreErrorKind, String, Instant),
}

impl State {
    /// What nobody writes yet, by weight.
    pub(super) fn waits(&self) -> u64 {
        self.pending.weight.saturating_sub(self.flying)
    }

    /// Whether so much more is on the disk soon.
    fn takes(&self, weight: u64) -> bool {
        let waits = self.waits();
        !self.shortens && (waits == 0 || waits + weight <= self.room)
    }

    /// So much was written in this time. Who comes just after a commit has begun is in the next one, and all of
    /// that is to take less than a second: half as much after a long one, twice as much after a short one.
    pub(super) fn learn(&mut self, weight: u64, took: Duration) {
        if took > LONG {
            self.room = (weight.min(self.room) / 2).max(ROOM[0]);
        } else if took < LONG / 3 && weight > self.room / 2 {
            self.room = (2 * self.room).min(self.most);
        }
    }
}

impl Shared {
    pub(super) fn new(path: PathBuf, size: u64) -> Self {
        let most = (size / PART).clamp(ROOM[0], ROOM[2]);
        Self {
            path,
            size,
            state: Mutex::new(State {
                file: Opened::NotYet,
                pending: Pending::default(),
                commits: 0,
                flying: 0,
                room: ROOM[1].min(most),
                most,
                shortens: false,
                hurry: false,
                ends: false,
                thread: None,
                failure: String::new(),
                news: None,
            }),
            wake: Condvar::new(),
            done: Condvar::new(),
        }
    }

    pub(super) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// The state, with the file open. Opens it.
    fn opened(
        self: &Arc<Self>,
        deadline: &Deadline,
    ) -> Result<(MutexGuard<'_, State>, Arc<File>), StoreError> {
        let mut state = self.state.lock();
        let mut until = None;
        loop {
            match &state.file {
                Opened::Open(file) => {
                    let file = Arc::clone(file);
                    return Ok((state, file));
                }
                Opened::Failed(_, _, since) if since.elapsed() < AGAIN => {
                    return Err(self.told(state));
                }
                Opened::NotYet | Opened::Failed(..) => {
                    let shared = Arc::clone(self);
                    let named = std::thread::Builder::new().name("memofn-disk".into());
                    state.thread = Some(named.spawn(move || shared.run())?);
                    state.file = Opened::Opening;
                }
                Opened::Opening => {
                    let until = *until.get_or_insert_with(|| Instant::now() + deadline.opening);
                    if self.done.wait_until(&mut state, until).timed_out() {
                        let kind = StoreErrorKind::Timeout;
                        return Err(StoreError::new(kind, "the file is being opened"));
                    }
                }
            }
        }
    }

    /// Why the file can't be used. If that is news, standard error is told: functions only count it.
    fn told(&self, mut state: MutexGuard<'_, State>) -> StoreError {
        let news = state.news.take();
        let error = match &state.file {
            Opened::Failed(kind, what, _) => StoreError::new(*kind, what.clone()),
            _ => StoreError::new(StoreErrorKind::Unavailable, "the file isn't open"),
        };
        drop(state);
        if let Some(news) = news {
            eprintln!("memofn: {}: {news}", self.path.display());
        }
        error
    }

    /// What a key holds, now that nobody can change it.
    fn held(
        self: &Arc<Self>,
        key: &str,
        deadline: &Deadline,
    ) -> Result<(MutexGuard<'_, State>, Option<Vec<u8>>), StoreError> {
        let (mut state, mut file) = self.opened(deadline)?;
        loop {
            match state.pending.see(key) {
                Seen::Held(bytes) => return Ok((state, Some(bytes))),
                Seen::Nothing => return Ok((state, None)),
                Seen::Elsewhere => {}
            }
            let commits = state.commits;
            drop(state);
            let read = self.read(&file, key, deadline)?;
            (state, file) = self.opened(deadline)?;
            let is_here = !matches!(state.pending.see(key), Seen::Elsewhere);
            if !is_here && state.commits == commits {
                return Ok((state, read));
            }
        }
    }

    /// What the file has for a key. What is damaged is told of, and then goes.
    fn read(
        &self,
        file: &File,
        key: &str,
        deadline: &Deadline,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match file.get(key, deadline)? {
            Found::Held(bytes, end) => Ok((clock::wall_millis() < end).then_some(bytes)),
            Found::Nothing => Ok(None),
            Found::Damaged => {
                let mut state = self.state.lock();
                if let Seen::Elsewhere = state.pending.see(key) {
                    state.pending.remove(key);
                    self.wake.notify_one();
                }
                let what = "what the file has for this key is damaged, and is taken away";
                Err(StoreError::new(StoreErrorKind::Refused, what))
            }
        }
    }

    pub(super) fn get(
        self: &Arc<Self>,
        key: &str,
        deadline: &Deadline,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let (state, file) = self.opened(deadline)?;
        match state.pending.see(key) {
            Seen::Held(bytes) => Ok(Some(bytes)),
            Seen::Nothing => Ok(None),
            Seen::Elsewhere => {
                drop(state);
                self.read(&file, key, deadline)
            }
        }
    }

    pub(super) fn claim(
        self: &Arc<Self>,
        key: &str,
        token: &[u8],
        lease: Duration,
        deadline: &Deadline,
    ) -> Result<bool, StoreError> {
        let (mut state, held) = self.held(key, deadline)?;
        let free = held.is_none();
        if free && lease >= LASTING {
            state.pending.put(key, token, end(Some(lease)));
            self.wake.notify_one();
        } else if free {
            state.pending.claim(key, token, end(Some(lease)));
        }
        Ok(free)
    }

    /// `token`: what it has to hold, if that matters.
    pub(super) fn put(
        self: &Arc<Self>,
        key: &str,
        token: Option<&[u8]>,
        value: &[u8],
        ttl: Option<Duration>,
        deadline: &Deadline,
    ) -> Result<bool, StoreError> {
        let full = |what: &str| Err(StoreError::new(StoreErrorKind::Full, what));
        let weight = weight(key.len(), value.len());
        if weight > self.size {
            return full("it is larger than all of the store may be");
        }
        // Rather refused than late.
        let mut patience = None;
        let mut state = loop {
            let mut state = match token {
                None => self.opened(deadline)?.0,
                Some(token) => match self.held(key, deadline)? {
                    (state, Some(held)) if held == token => state,
                    _ => return Ok(false),
                },
            };
            if state.takes(weight) {
                break state;
            }
            state.hurry = true;
            self.wake.notify_one();
            let patience = *patience.get_or_insert_with(|| deadline.half());
            if self.done.wait_until(&mut state, patience).timed_out() {
                return full(if state.shortens {
                    "the file is being made shorter"
                } else {
                    "the disk doesn't keep up"
                });
            }
        };
        state.pending.put(key, value, end(ttl));
        self.wake.notify_one();
        Ok(true)
    }

    /// `held`: what it has to hold, if that matters.
    pub(super) fn remove(
        self: &Arc<Self>,
        key: &str,
        held: Option<&[u8]>,
        deadline: &Deadline,
    ) -> Result<bool, StoreError> {
        let (mut state, holds) = self.held(key, deadline)?;
        let fits = match (&holds, held) {
            (Some(_), None) => true,
            (Some(holds), Some(held)) => holds == held,
            (None, _) => false,
        };
        if fits {
            state.pending.remove(key);
            self.wake.notify_one();
        }
        Ok(fits)
    }

    /// Waits until all that is pending is written.
    pub(super) fn flush(self: &Arc<Self>, deadline: &Deadline) -> Result<(), StoreError> {
        let (mut state, _) = self.opened(deadline)?;
        let latest = state.pending.latest();
        while !state.pending.is_written(latest) {
            state.hurry = true;
            self.wake.notify_one();
            self.done.wait(&mut state);
            if let Opened::Failed(..) = state.file {
                return Err(self.told(state));
            }
        }
        Ok(())
    }

    /// What all that is in the file weighs, and how many entries that are.
    pub(super) fn totals(self: &Arc<Self>, deadline: &Deadline) -> Result<(u64, u64), StoreError> {
        let (state, file) = self.opened(deadline)?;
        drop(state);
        file.totals(deadline)
    }

    /// Nobody can ask any more: writes what is pending, and closes the file.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        state.ends = true;
        let thread = state.thread.take();
        drop(state);
        self.wake.notify_one();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// When a lifetime that begins now ends.
fn end(life: Option<Duration>) -> u64 {
    let Some(life) = life else {
        return NEVER;
    };
    let millis = u64::try_from(life.as_millis()).unwrap_or(NEVER);
    clock::wall_millis().saturating_add(millis.max(1))
}
