//! What every store must do, asked of any: [`of`] is run against each engine, blocking and async.

use memofn::store::{AsyncStore, Capabilities, Store, StoreError, StoreFuture};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(60);

/// An async store as a blocking one, by an executor: so that one suite asks both.
pub struct Blocked<'s> {
    pub store: &'s dyn AsyncStore,
    pub run: &'s (dyn Fn(StoreFuture<'_, Given>) -> Result<Given, StoreError> + Sync),
}

/// Whatever a store gives.
#[derive(Debug, PartialEq, Eq)]
pub enum Given {
    Held(Option<Vec<u8>>),
    Said(bool),
    Done,
}

impl Blocked<'_> {
    fn said(&self, future: StoreFuture<'_, bool>) -> Result<bool, StoreError> {
        match (self.run)(Box::pin(async { future.await.map(Given::Said) }))? {
            Given::Said(said) => Ok(said),
            other => panic!("{other:?}"),
        }
    }
}

impl Store for Blocked<'_> {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let future = self.store.get_async(key);
        match (self.run)(Box::pin(async { future.await.map(Given::Held) }))? {
            Given::Held(held) => Ok(held),
            other => panic!("{other:?}"),
        }
    }
    fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
        self.said(self.store.claim_async(key, token, lease))
    }
    fn fill(
        &self,
        key: &str,
        token: &[u8],
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        self.said(self.store.fill_async(key, token, value, ttl))
    }
    fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        let future = self.store.put_async(key, value, ttl);
        (self.run)(Box::pin(async { future.await.map(|()| Given::Done) })).map(drop)
    }
    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        self.said(self.store.remove_async(key))
    }
    fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
        self.said(self.store.remove_if_async(key, held))
    }
}

/// All of it. `prefix` is in front of all keys.
pub fn of(store: &dyn Store, prefix: &str) {
    let key = |name: &str| format!("{prefix}{name}");
    claims(store, &key("claim"));
    fills(store, &key("fill"));
    puts(store, &key("put"));
    any_bytes(store, &key("bytes"));
    removals(store, &key("remove"));
    lifetimes(store, &key("ttl"));
    long_keys(store, prefix);
    many_claim(store, &key("race"));
    many_keys(store, &key("many"));
}

fn claims(store: &dyn Store, key: &str) {
    assert_eq!(store.get(key).unwrap(), None);
    assert!(store.claim(key, b"mine", LONG).unwrap());
    assert!(!store.claim(key, b"yours", LONG).unwrap());
    assert!(!store.claim(key, b"mine", LONG).unwrap());
    assert_eq!(store.get(key).unwrap().as_deref(), Some(b"mine".as_slice()));
    // A value is in the way of a claim as well.
    store.put(key, b"value", Some(LONG)).unwrap();
    assert!(!store.claim(key, b"yours", LONG).unwrap());
    assert!(store.remove(key).unwrap());
    assert!(store.claim(key, b"yours", LONG).unwrap());
}

fn fills(store: &dyn Store, key: &str) {
    let held = || store.get(key).unwrap();
    assert!(store.claim(key, b"mine", LONG).unwrap());
    if store.capabilities().is_fenced() {
        assert!(!store.fill(key, b"yours", b"wrong", Some(LONG)).unwrap());
        assert!(!store.fill(key, b"min", b"wrong", Some(LONG)).unwrap());
        assert_eq!(held().as_deref(), Some(b"mine".as_slice()));
    }
    assert!(store.fill(key, b"mine", b"value", Some(LONG)).unwrap());
    assert_eq!(held().as_deref(), Some(b"value".as_slice()));
    if store.capabilities().is_fenced() {
        assert!(!store.fill(key, b"mine", b"late", Some(LONG)).unwrap());
        // A whole value may be what it must hold.
        assert!(store.fill(key, b"value", b"newer", None).unwrap());
        assert_eq!(held().as_deref(), Some(b"newer".as_slice()));
        // What was removed in the meantime stays away.
        assert!(store.remove(key).unwrap());
        assert!(!store.fill(key, b"newer", b"late", Some(LONG)).unwrap());
        assert_eq!(held(), None);
        assert!(store.claim(key, b"again", LONG).unwrap());
        assert!(!store.fill(key, b"mine", b"late", Some(LONG)).unwrap());
        assert!(store.fill(key, b"again", b"value", Some(LONG)).unwrap());
    }
}

fn puts(store: &dyn Store, key: &str) {
    store.put(key, b"one", None).unwrap();
    store.put(key, b"two", Some(LONG)).unwrap();
    assert_eq!(store.get(key).unwrap().as_deref(), Some(b"two".as_slice()));
    assert!(store.remove(key).unwrap());
    assert!(store.claim(key, b"claim", LONG).unwrap());
    store.put(key, b"three", Some(LONG)).unwrap();
    assert_eq!(
        store.get(key).unwrap().as_deref(),
        Some(b"three".as_slice())
    );
}

fn any_bytes(store: &dyn Store, key: &str) {
    let all: Vec<u8> = (0..=255).collect();
    let lines = b"\r\nEND\r\nVALUE x 0 1\r\n$-1\r\n".to_vec();
    let large: Vec<u8> = (0..100_000u32).map(|n| (n * n >> 3) as u8).collect();
    for bytes in [Vec::new(), vec![0], all, lines, large] {
        store.put(key, &bytes, Some(LONG)).unwrap();
        assert!(
            store.get(key).unwrap().as_ref() == Some(&bytes),
            "{}",
            bytes.len()
        );
        assert!(store.fill(key, &bytes, b"value", Some(LONG)).unwrap());
        assert!(store.fill(key, b"value", &bytes, Some(LONG)).unwrap());
        assert!(
            store.get(key).unwrap().as_ref() == Some(&bytes),
            "{}",
            bytes.len()
        );
        assert!(store.remove_if(key, &bytes).unwrap(), "{}", bytes.len());
    }
}

fn removals(store: &dyn Store, key: &str) {
    assert!(!store.remove(key).unwrap());
    assert!(!store.remove_if(key, b"").unwrap());
    store.put(key, b"value", Some(LONG)).unwrap();
    assert!(!store.remove_if(key, b"other").unwrap());
    assert!(!store.remove_if(key, b"").unwrap());
    assert!(store.remove_if(key, b"value").unwrap());
    assert_eq!(store.get(key).unwrap(), None);
    store.put(key, b"value", None).unwrap();
    assert!(store.remove(key).unwrap());
    assert!(!store.remove(key).unwrap());
    assert_eq!(store.get(key).unwrap(), None);
}

/// Each of them is gone after its time, and not before it. How long that takes is the engine's step.
fn lifetimes(store: &dyn Store, key: &str) {
    let short = Duration::from_millis(30);
    let names = ["claim", "fill", "put"].map(|name| format!("{key}-{name}"));
    let [claim, fill, put] = &names;
    let begun = Instant::now();
    assert!(store.claim(claim, b"x", short).unwrap());
    assert!(store.claim(fill, b"x", LONG).unwrap());
    assert!(store.fill(fill, b"x", b"value", Some(short)).unwrap());
    store.put(put, b"value", Some(short)).unwrap();
    let end = begun + super::PATIENCE;
    for name in &names {
        while store.get(name).unwrap().is_some() {
            assert!(Instant::now() < end, "{name} never ends");
            thread::sleep(Duration::from_millis(5));
        }
        assert!(begun.elapsed() >= short, "{name} ended early");
    }
    // As good as for ever, and for ever: neither is over at once.
    for ttl in [None, Some(Duration::MAX), Some(LONG * 60 * 24 * 45)] {
        store.put(put, b"value", ttl).unwrap();
        assert!(store.get(put).unwrap().is_some(), "{ttl:?}");
        assert!(store.remove(put).unwrap());
        assert!(store.claim(put, b"x", ttl.unwrap_or(LONG)).unwrap());
        assert!(store.fill(put, b"x", b"value", ttl).unwrap());
        assert!(store.get(put).unwrap().is_some(), "{ttl:?}");
        assert!(store.remove(put).unwrap());
    }
    // A lifetime shorter than the step is one step long, and is over some time.
    store
        .put(put, b"value", Some(Duration::from_nanos(1)))
        .unwrap();
    while store.get(put).unwrap().is_some() {
        assert!(Instant::now() < end, "a nanosecond never ends");
        thread::sleep(Duration::from_millis(5));
    }
    // A newer, longer one takes the place of a shorter one.
    store
        .put(put, b"value", Some(store.capabilities().lifetime_step()))
        .unwrap();
    store.put(put, b"value", Some(LONG)).unwrap();
    thread::sleep(store.capabilities().lifetime_step() * 2);
    assert!(store.remove(put).unwrap(), "the old lifetime holds");
}

fn long_keys(store: &dyn Store, prefix: &str) {
    let longest = format!("{prefix}{}", "x".repeat(250 - prefix.len()));
    let other = format!("{}y", &longest[..249]);
    store.put(&longest, b"x", Some(LONG)).unwrap();
    store.put(&other, b"y", Some(LONG)).unwrap();
    assert_eq!(
        store.get(&longest).unwrap().as_deref(),
        Some(b"x".as_slice())
    );
    assert_eq!(store.get(&other).unwrap().as_deref(), Some(b"y".as_slice()));
    let all = format!("{prefix}AZaz09_.:-");
    store.put(&all, b"all", Some(LONG)).unwrap();
    assert_eq!(store.get(&all).unwrap().as_deref(), Some(b"all".as_slice()));
}

/// Of many that claim a key at the same time one gets it, and that one alone can fill it.
fn many_claim(store: &dyn Store, key: &str) {
    for round in 0..20 {
        let key = format!("{key}-{round}");
        let barrier = Barrier::new(8);
        let got = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for thread in 0..8u8 {
                let (barrier, got, key) = (&barrier, &got, &key);
                scope.spawn(move || {
                    barrier.wait();
                    if store.claim(key, &[thread], LONG).unwrap() {
                        got.lock().unwrap().push(thread);
                    }
                });
            }
        });
        let got = got.into_inner().unwrap();
        assert_eq!(got.len(), 1, "{got:?}");
        assert_eq!(store.get(&key).unwrap(), Some(got));
    }
}

/// Answers go to who asked.
fn many_keys(store: &dyn Store, key: &str) {
    thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for round in 0..50 {
                    let key = format!("{key}-{thread}-{round}");
                    store.put(&key, key.as_bytes(), Some(LONG)).unwrap();
                    assert_eq!(store.get(&key).unwrap().as_deref(), Some(key.as_bytes()));
                    assert!(store.remove(&key).unwrap());
                }
            });
        }
    });
}
