//! What every engine has to do: run against one, it panics where that does something else. With the feature
//! `test-util`.
//!
//! What [`Capabilities`] leaves open is asked as far as it says. What takes time by its nature (a lease
//! that ends) is waited for.

use super::line::at_once;
use super::{AsyncStore, Capabilities, Listener, Store, StoreError, settings};
use parking_lot::{Condvar, Mutex};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// How long is waited for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Checks a store. `keys`: what the keys it uses begin with, such as `test:conformance:`, at most 100
/// characters; what they hold is lost.
///
/// # Panics
/// Where the store does something else than [`Store`] says, with what it should have done.
///
/// ```
/// use memofn::store::{Memory, conformance};
/// conformance::check(&Memory::new(), "test:f:00:");
/// ```
pub fn check(store: &dyn Store, keys: &str) {
    at_once(run(&Subject::Blocking(store), store.capabilities(), keys));
    one_of_many_claims(store, keys);
    if store.capabilities().has_invalidations() {
        listeners(store, keys);
    }
}

/// The same by its futures, on whatever executor runs this.
///
/// # Panics
/// As [`check`].
///
/// ```
/// use memofn::store::{Memory, conformance};
/// # futures::executor::block_on(async {
/// conformance::check_async(&Memory::new(), "test:f:00:").await;
/// # });
/// ```
pub async fn check_async(store: &dyn AsyncStore, keys: &str) {
    let capabilities = store.capabilities();
    run(&Subject::Awaiting(store), capabilities, keys).await;
}

enum Subject<'s> {
    Blocking(&'s dyn Store),
    Awaiting(&'s dyn AsyncStore),
}

fn good<T>(answer: Result<T, StoreError>) -> T {
    answer.unwrap_or_else(|error| panic!("the store failed: {error}"))
}

impl Subject<'_> {
    async fn get(&self, key: &str) -> Option<Vec<u8>> {
        good(match self {
            Self::Blocking(store) => store.get(key),
            Self::Awaiting(store) => store.get_async(key).await,
        })
    }

    async fn claim(&self, key: &str, token: &[u8], lease: Duration) -> bool {
        good(match self {
            Self::Blocking(store) => store.claim(key, token, lease),
            Self::Awaiting(store) => store.claim_async(key, token, lease).await,
        })
    }

    async fn fill(&self, key: &str, token: &[u8], value: &[u8], ttl: Option<Duration>) -> bool {
        good(match self {
            Self::Blocking(store) => store.fill(key, token, value, ttl),
            Self::Awaiting(store) => store.fill_async(key, token, value, ttl).await,
        })
    }

    async fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) {
        good(match self {
            Self::Blocking(store) => store.put(key, value, ttl),
            Self::Awaiting(store) => store.put_async(key, value, ttl).await,
        });
    }

    async fn remove(&self, key: &str) -> bool {
        good(match self {
            Self::Blocking(store) => store.remove(key),
            Self::Awaiting(store) => store.remove_async(key).await,
        })
    }

    async fn remove_if(&self, key: &str, held: &[u8]) -> bool {
        good(match self {
            Self::Blocking(store) => store.remove_if(key, held),
            Self::Awaiting(store) => store.remove_if_async(key, held).await,
        })
    }

    async fn holds(&self, key: &str, bytes: &[u8], when: &str) {
        let held = self.get(key).await;
        assert!(
            held.as_deref() == Some(bytes),
            "{when}, the key holds {}",
            held.map_or("nothing".to_owned(), |held| format!(
                "{} bytes, and not the {} that were put there",
                held.len(),
                bytes.len()
            ))
        );
    }

    async fn is_empty(&self, key: &str, when: &str) {
        assert!(
            self.get(key).await.is_none(),
            "{when}, the key holds something"
        );
    }

    /// Waits until a key holds nothing any more.
    async fn empties(&self, key: &str, when: &str) {
        let begun = Instant::now();
        while self.get(key).await.is_some() {
            assert!(
                begun.elapsed() < PATIENCE,
                "{when}, the key holds something for ever"
            );
            // There is no executor's clock that is known here.
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);

async fn run(subject: &Subject<'_>, capabilities: Capabilities, keys: &str) {
    let key = &format!("{keys}one");
    subject.remove(key).await;
    claims(subject, capabilities, key).await;
    values(subject, key).await;
    bytes(subject, capabilities, keys).await;
    lifetimes(subject, capabilities, key).await;
    subject.remove(key).await;
}

async fn claims(subject: &Subject<'_>, capabilities: Capabilities, key: &str) {
    subject.is_empty(key, "before anything").await;
    assert!(
        subject.claim(key, b"mine", MINUTE).await,
        "a free key can be claimed"
    );
    subject.holds(key, b"mine", "after a claim").await;
    assert!(
        !subject.claim(key, b"yours", MINUTE).await,
        "a claimed key can't be claimed"
    );
    subject
        .holds(key, b"mine", "after a claim that failed")
        .await;
    if capabilities.is_fenced() {
        let filled = subject.fill(key, b"yours", b"value", None).await;
        assert!(!filled, "a key isn't filled over another's claim");
        subject
            .holds(key, b"mine", "after a fill that was refused")
            .await;
    }
    assert!(
        subject.fill(key, b"mine", b"value", Some(MINUTE)).await,
        "a claim is filled"
    );
    subject.holds(key, b"value", "after a fill").await;
    assert!(
        !subject.claim(key, b"yours", MINUTE).await,
        "a value can't be claimed"
    );
    subject
        .holds(key, b"value", "after a claim that failed")
        .await;
    assert!(
        subject.fill(key, b"value", b"next", Some(MINUTE)).await,
        "a value is filled over, by who knows it"
    );
    subject.holds(key, b"next", "after a second fill").await;
    assert!(subject.remove(key).await, "there was something to remove");
    subject.is_empty(key, "after a removal").await;
    assert!(!subject.remove(key).await, "there was nothing to remove");
    if capabilities.is_fenced() {
        subject.claim(key, b"mine", MINUTE).await;
        subject.remove(key).await;
        let filled = subject.fill(key, b"mine", b"late", None).await;
        assert!(!filled, "a removal is not undone by a late fill");
        subject.is_empty(key, "after a late fill").await;
    }
    subject.claim(key, b"mine", MINUTE).await;
    assert!(
        !subject.remove_if(key, b"yours").await,
        "another's claim isn't given back"
    );
    subject
        .holds(key, b"mine", "after another's was to be given back")
        .await;
    assert!(
        subject.remove_if(key, b"mine").await,
        "one's own claim is given back"
    );
    assert!(
        !subject.remove_if(key, b"mine").await,
        "it is given back once"
    );
    assert!(
        subject.claim(key, b"next", MINUTE).await,
        "what was given back can be claimed"
    );
    subject.remove(key).await;
}

async fn values(subject: &Subject<'_>, key: &str) {
    subject.put(key, b"first", None).await;
    subject.put(key, b"second", Some(MINUTE)).await;
    subject.holds(key, b"second", "after a second put").await;
    subject.remove(key).await;
    subject.claim(key, b"mine", MINUTE).await;
    subject.put(key, b"put", None).await;
    subject.holds(key, b"put", "after a put over a claim").await;
    subject.remove(key).await;
}

async fn bytes(subject: &Subject<'_>, capabilities: Capabilities, keys: &str) {
    let longest = &format!("{keys}{}", "k".repeat(250 - keys.len()));
    let all: Vec<u8> = (0..=255).cycle().take(1024).collect();
    for value in [all.as_slice(), b"\r\nEND\r\n", b"12345", &[0]] {
        subject.put(longest, value, Some(MINUTE)).await;
        subject
            .holds(longest, value, "whatever the bytes are")
            .await;
        assert!(
            subject.remove_if(longest, value).await,
            "whatever the bytes are"
        );
        subject.claim(longest, value, MINUTE).await;
        assert!(
            subject.fill(longest, value, &all, None).await,
            "whatever the bytes are"
        );
        subject.remove(longest).await;
    }
    // What stands around a result takes less than 100 bytes.
    let most = settings().max_value + 100;
    let large = vec![7; most.min(capabilities.largest_value())];
    subject.put(longest, &large, Some(MINUTE)).await;
    subject.holds(longest, &large, "after a large value").await;
    subject.remove(longest).await;
    // What differs in one letter is another key.
    let (one, other) = (&format!("{keys}a.b-c_d:1"), &format!("{keys}a.b-c_d:2"));
    subject.put(one, b"1", Some(MINUTE)).await;
    subject.put(other, b"2", Some(MINUTE)).await;
    subject.holds(one, b"1", "beside another key").await;
    subject.remove(one).await;
    subject
        .holds(other, b"2", "after the other was removed")
        .await;
    subject.remove(other).await;
}

async fn lifetimes(subject: &Subject<'_>, capabilities: Capabilities, key: &str) {
    let step = capabilities.lifetime_step();
    let short = step.max(Duration::from_millis(50));
    subject.claim(key, b"mine", short).await;
    subject.empties(key, "after its lease").await;
    assert!(subject.claim(key, b"yours", MINUTE).await, "a lease ends");
    let filled = subject.fill(key, b"yours", b"value", Some(short)).await;
    assert!(filled, "a claim is filled");
    subject.empties(key, "after the lifetime of a fill").await;
    subject.put(key, b"value", Some(short)).await;
    subject.empties(key, "after the lifetime of a put").await;
    // Less than a step isn't for ever.
    subject
        .put(key, b"value", Some(Duration::from_millis(1)))
        .await;
    subject.empties(key, "after the shortest lifetime").await;
    // More than 30 days are a date to some.
    for days in [29, 31, 400, 40_000] {
        let long = days * 24 * 60 * MINUTE;
        subject.put(key, b"long", Some(long)).await;
        subject
            .holds(key, b"long", &format!("with a lifetime of {days} days"))
            .await;
        subject.remove(key).await;
        assert!(subject.claim(key, b"long", long).await, "for {days} days");
        subject
            .holds(key, b"long", &format!("with a lease of {days} days"))
            .await;
        subject.remove(key).await;
    }
    subject.put(key, b"short", Some(short)).await;
    subject.put(key, b"for ever", None).await;
    std::thread::sleep(2 * short);
    subject
        .holds(key, b"for ever", "after the lifetime of what it replaced")
        .await;
    subject.remove(key).await;
}

/// Of all who claim a key at the same time, one gets it.
fn one_of_many_claims(store: &dyn Store, keys: &str) {
    for round in 0..20 {
        let key = &format!("{keys}many.{round}");
        good(store.remove(key));
        let got = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for thread in 0..8_u8 {
                let got = &got;
                scope.spawn(move || {
                    if good(store.claim(key, &[thread; 16], MINUTE)) {
                        got.fetch_add(1, SeqCst);
                    }
                });
            }
        });
        assert_eq!(got.into_inner(), 1, "one of many who claim a key gets it");
        good(store.remove(key));
    }
}

#[derive(Default)]
struct Told {
    keys: Mutex<Vec<String>>,
    changed: Condvar,
}

impl Listener for Told {
    fn changed(&self, key: &str) {
        self.keys.lock().push(key.to_owned());
        self.changed.notify_all();
    }
    fn missed(&self) {}
}

impl Told {
    fn wait_for(&self, key: &str, change: impl Fn()) {
        let begun = Instant::now();
        let mut keys = self.keys.lock();
        keys.clear();
        // Listening begins some time after it was asked for.
        loop {
            parking_lot::MutexGuard::unlocked(&mut keys, &change);
            let until = Instant::now() + Duration::from_millis(200);
            while !keys.iter().any(|told| told == key) {
                if self.changed.wait_until(&mut keys, until).timed_out() {
                    break;
                }
            }
            if keys.iter().any(|told| told == key) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "nobody is told of a change");
        }
    }
}

/// Listeners are told of what is put and removed.
fn listeners(store: &dyn Store, keys: &str) {
    let told = Arc::new(Told::default());
    store.listen(Arc::<Told>::clone(&told));
    let key = &format!("{keys}heard");
    told.wait_for(key, || good(store.put(key, b"value", Some(MINUTE))));
    told.wait_for(key, || _ = good(store.remove(key)));
    told.wait_for(key, || good(store.announce(key)));
    // There was nothing: others may have what they read before.
    told.wait_for(key, || _ = good(store.remove(key)));
}
