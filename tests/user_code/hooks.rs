//! User code that can be told to misbehave: keys, values and functions that run a hook of this thread
//! whenever the cache calls them.

use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, Hash, Hasher};
use std::rc::Rc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Where a cache runs code that isn't its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Hasher,
    KeyHash,
    KeyEq,
    KeyClone,
    KeyDrop,
    ValueClone,
    ValueDrop,
    Weight,
    CacheIf,
    Body,
    Retain,
}

impl Event {
    pub(crate) const ALL: [Self; 11] = [
        Self::Hasher,
        Self::KeyHash,
        Self::KeyEq,
        Self::KeyClone,
        Self::KeyDrop,
        Self::ValueClone,
        Self::ValueDrop,
        Self::Weight,
        Self::CacheIf,
        Self::Body,
        Self::Retain,
    ];

    /// Whose panic, since entries are dropped some time after they left, may not reach a caller.
    pub(crate) fn is_drop(self) -> bool {
        matches!(self, Self::KeyDrop | Self::ValueDrop)
    }
}

struct Hook {
    on: Event,
    action: Rc<dyn Fn()>,
    /// How deep actions may nest, and how deep they do just now.
    deepest: u32,
    depth: u32,
    /// How often the action may run, all in all.
    left: u64,
    fired: u64,
}

thread_local! {
    static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
    /// How many calls of the cache under test this thread is in: elsewhere nothing fires, so that the
    /// test's own clones and drops don't count.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
}

/// A hook of this thread, until it is dropped.
pub(crate) struct Armed(());

impl Armed {
    /// On `event`, run `action`, which may meet the event again `deepest - 1` times in itself; at most
    /// `times` in all.
    pub(crate) fn on(event: Event, deepest: u32, times: u64, action: impl Fn() + 'static) -> Self {
        let hook = Hook {
            on: event,
            action: Rc::new(action),
            deepest,
            depth: 0,
            left: times,
            fired: 0,
        };
        assert!(HOOK.replace(Some(hook)).is_none(), "one hook at a time");
        Self(())
    }

    /// Panics once, at the `nth` event.
    pub(crate) fn panic_at(event: Event, nth: u64) -> Self {
        let seen = Cell::new(0);
        Self::on(event, 1, u64::MAX, move || {
            seen.set(seen.get() + 1);
            assert_ne!(seen.get(), nth, "{event:?} panics as told");
        })
    }

    pub(crate) fn fired(&self) -> u64 {
        HOOK.with_borrow(|hook| hook.as_ref().map_or(0, |hook| hook.fired))
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        // The old hook is dropped when the cell is free again: with it may go the last handle of a cache.
        drop(HOOK.take());
    }
}

/// Runs a call of the cache under test.
pub(crate) fn inside<R>(call: impl FnOnce() -> R) -> R {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            INSIDE.set(INSIDE.get() - 1);
        }
    }
    INSIDE.set(INSIDE.get() + 1);
    let _leave = Leave;
    call()
}

/// Called by all user code below.
pub(crate) fn fire(event: Event) {
    struct Up;
    impl Drop for Up {
        fn drop(&mut self) {
            HOOK.with_borrow_mut(|hook| {
                if let Some(hook) = hook {
                    hook.depth -= 1;
                }
            });
        }
    }
    // What a thread's end drops finds no hook.
    if INSIDE.try_with(Cell::get).unwrap_or(0) == 0 {
        return;
    }
    let action = HOOK.try_with(|hook| {
        let mut hook = hook.borrow_mut();
        let hook = hook.as_mut().filter(|hook| hook.on == event)?;
        if hook.depth == hook.deepest || hook.left == 0 {
            return None;
        }
        hook.depth += 1;
        hook.left -= 1;
        hook.fired += 1;
        Some(Rc::clone(&hook.action))
    });
    if let Ok(Some(action)) = action {
        let _up = Up;
        action();
    }
}

#[derive(Debug)]
pub(crate) struct Key(pub(crate) u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        fire(Event::KeyHash);
        self.0.hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, stored: &Self) -> bool {
        fire(Event::KeyEq);
        self.0 == stored.0
    }
}

impl Eq for Key {}

impl Clone for Key {
    fn clone(&self) -> Self {
        fire(Event::KeyClone);
        Self(self.0)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        fire(Event::KeyDrop);
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Value(pub(crate) u64);

impl Value {
    /// The one right value for a key.
    pub(crate) fn of(key: u32) -> Self {
        Self(u64::from(key) * 1_000 + 1)
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        fire(Event::ValueClone);
        Self(self.0)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        fire(Event::ValueDrop);
    }
}

/// A hasher that fires, and makes some keys collide.
#[derive(Clone, Default)]
pub(crate) struct Colliding(u64);

impl BuildHasher for Colliding {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        fire(Event::Hasher);
        Self(0)
    }
}

impl Hasher for Colliding {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 * 31 + u64::from(*byte)) % 8;
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What fails is a deadlock, not a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs `test` in a thread of its own and fails if it doesn't come to an end.
pub(crate) fn watched(what: &str, test: impl FnOnce() + Send + 'static) {
    let (done, finished) = mpsc::channel();
    let thread = thread::spawn(move || {
        test();
        let _ = done.send(());
    });
    match finished.recv_timeout(PATIENCE) {
        Err(RecvTimeoutError::Timeout) => panic!("deadlock: {what}"),
        // A dropped sender is a panic, which `join` brings.
        Ok(()) | Err(RecvTimeoutError::Disconnected) => {
            if let Err(panic) = thread.join() {
                eprintln!("failed: {what}");
                std::panic::resume_unwind(panic);
            }
        }
    }
}
