//! Events for `tracing`.

use crate::alone;
use memofn::{Cache, memoize, testing};
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, with_default};
use tracing::{Event, Level, Metadata, Subscriber};

/// Writes down the events of `memofn` up to a level, and does something at each.
struct Listening {
    level: Level,
    seen: Arc<Mutex<Vec<String>>>,
    at_each: fn(),
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.0.insert_str(0, &format!("{value:?}:")),
            // How long it took is the machine's business.
            "seconds" => self.0.push_str(" seconds"),
            name => write!(self.0, " {name}={value:?}").unwrap(),
        }
    }
}

impl Subscriber for Listening {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "memofn" && *metadata.level() <= self.level
    }
    fn event(&self, event: &Event<'_>) {
        (self.at_each)();
        let mut line = Line(String::new());
        event.record(&mut line);
        let line = format!("{} {}", event.metadata().level(), line.0);
        self.seen.lock().unwrap().push(line);
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The events up to a level while `f` runs.
fn events(level: Level, f: impl FnOnce()) -> Vec<String> {
    events_with(level, || (), f)
}

fn events_with(level: Level, at_each: fn(), f: impl FnOnce()) -> Vec<String> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let listening = Listening {
        level,
        seen: Arc::clone(&seen),
        at_each,
    };
    with_default(listening, f);
    std::mem::take(&mut seen.lock().unwrap())
}

fn left(level: Level, f: impl FnOnce()) -> Vec<String> {
    let mut events = events(level, f);
    events.retain(|event| event.contains("entries left"));
    events
}

#[memoize(capacity = 2, name = "pair")]
fn pair(n: u32) -> u32 {
    n
}

#[test]
fn evictions() {
    let calls = || [1, 2, 2, 3, 1].map(pair);
    let evicted = "TRACE entries left: cache=\"pair\" evicted=1 expired=0";
    assert_eq!(
        left(Level::TRACE, || drop(calls().to_vec())),
        [evicted, evicted]
    );
    let quiet = || {
        pair_cache_remove(1);
        pair_cache_insert(3, 30);
        pair_cache_clear();
    };
    assert_eq!(left(Level::TRACE, quiet), [""; 0], "nothing was evicted");
    assert_eq!(left(Level::DEBUG, || drop(calls().to_vec())), [""; 0]);
}

#[test]
fn many_at_once() {
    let cache = Cache::builder().capacity(1_000).name("many").build();
    (0..1_000).for_each(|key| assert_eq!(cache.insert(key, key), None));
    let events = left(Level::TRACE, || cache.set_capacity(10));
    let evicted = events.iter().map(|event| {
        let counted = event.strip_prefix("TRACE entries left: cache=\"many\" evicted=");
        let counted = counted.and_then(|event| event.strip_suffix(" expired=0"));
        counted.unwrap().parse::<u64>().unwrap()
    });
    assert_eq!(evicted.sum::<u64>(), 990);
}

#[memoize(scope = "thread", ttl = "1h", name = "hourly")]
fn hourly(n: u32) -> u32 {
    n
}

#[test]
fn expirations() {
    let _alone = alone();
    let expired = left(Level::TRACE, || {
        let _ = [1, 2, 3].map(hourly);
        testing::advance(Duration::from_secs(3_600));
        hourly_cache_info();
    });
    let [event] = &expired[..] else {
        panic!("{expired:?}");
    };
    assert_eq!(
        event,
        "TRACE entries left: cache=\"hourly\" evicted=0 expired=3"
    );
}

#[test]
fn a_cache_by_hand_may_have_no_name() {
    let cache = Cache::new(1);
    let events = left(Level::TRACE, || {
        cache.insert(1, 'a');
        cache.insert(2, 'b');
    });
    assert_eq!(
        events,
        ["TRACE entries left: cache=\"unnamed\" evicted=1 expired=0"]
    );
}

#[memoize(name = "failing")]
fn failing(n: u32) -> Result<u32, String> {
    if n == 0 {
        Err("zero".to_owned())
    } else {
        Ok(n)
    }
}

#[memoize(name = "asynchronous")]
async fn asynchronous(n: u32) -> u32 {
    n
}

/// The threshold is the whole process's: the only test that sets it.
#[test]
fn slow_computations() {
    let calls = || {
        let _ = [1, 1, 0].map(failing);
        let _ = failing_cache_refresh(1);
        let _ = failing_uncached(2);
        futures::executor::block_on(async { asynchronous(1).await + asynchronous(1).await });
        let cache = Cache::builder().capacity(0).name("by hand").build();
        let _ = cache.try_get_or_insert_with(&1, || Err::<u32, _>(()));
        let _ = cache.get_or_insert_with(&1, || 1);
    };
    let slow = || {
        failing_cache_clear();
        asynchronous_cache_clear();
        events(Level::WARN, calls)
    };
    assert_eq!(slow(), [""; 0], "none takes a second");
    memofn::tracing::slow_after(Duration::ZERO);
    let expected = [
        "failing",
        "failing",
        "failing",
        "asynchronous",
        "by hand",
        "by hand",
    ];
    let line = |name| format!("WARN slow computation: cache={name:?} seconds");
    assert_eq!(slow(), expected.map(line));
    failing_cache_clear();
    asynchronous_cache_clear();
    assert_eq!(events(Level::ERROR, calls), [""; 0]);
    memofn::tracing::slow_after(Duration::from_secs(1));
}

#[cfg(feature = "store")]
#[test]
fn failures_of_a_store() {
    use memofn::store::{Memory, StoreErrorKind};
    use std::sync::LazyLock;

    static MEMORY: LazyLock<Memory> = LazyLock::new(Memory::new);

    #[memoize(store = MEMORY, name = "kept")]
    fn kept(n: u32) -> u32 {
        n
    }

    assert_eq!(events(Level::WARN, || assert_eq!(kept(1), 1)), [""; 0]);
    MEMORY.fail(Some(StoreErrorKind::Refused));
    let seen = events(Level::WARN, || assert_eq!(kept(1), 1));
    let error = "the store refused: as the test says";
    assert_eq!(
        seen,
        [format!(
            "WARN the store failed: cache=\"kept\" error={error}"
        )]
    );
    assert_eq!(events(Level::ERROR, || assert_eq!(kept(1), 1)), [""; 0]);
}

/// A subscriber is user code, and may use the very cache.
#[test]
fn no_lock_is_held() {
    #[memoize(capacity = 2, name = "re-entered")]
    fn reentered(n: u32) -> u32 {
        n
    }
    let at_each = || {
        assert!(reentered_cache_info().len <= 2);
        reentered_cache_insert(7, 7);
    };
    let seen = events_with(Level::TRACE, at_each, || {
        (1..=5).for_each(|n| assert_eq!(reentered(n), n));
        reentered_cache().set_capacity(1);
    });
    assert!(seen.len() >= 4, "{seen:?}");
    assert_eq!(reentered_cache_get(7), Some(7));
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = "1h", name = "refreshed")]
fn refreshed(_n: u32) -> u32 {
    RUNS.fetch_add(1, Relaxed)
}

#[test]
fn refreshes() {
    let _alone = alone();
    let mut events = events(Level::DEBUG, || {
        assert_eq!(refreshed(1), 0);
        testing::advance(Duration::from_secs(3_601));
        assert_eq!(refreshed(1), 0);
    });
    // What other tests say of slow ones.
    events.retain(|event| event.starts_with("DEBUG"));
    assert_eq!(
        events,
        ["DEBUG refresh in the background: cache=\"refreshed\""]
    );
}
