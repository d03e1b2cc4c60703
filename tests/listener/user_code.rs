//! Listeners that use the cache, that panic, that block; and readers that hold entries up.

use crate::{Told, in_both_scopes};
use memofn::{Cache, Cause};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::thread;

thread_local! {
    /// What listeners of this thread do. Not twice at once.
    static ACTION: RefCell<Option<Rc<dyn Fn(u32)>>> = const { RefCell::new(None) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

fn act(key: u32) {
    let action = ACTION.with_borrow(|action| action.clone());
    if let Some(action) = action.filter(|_| !BUSY.replace(true)) {
        action(key);
        BUSY.set(false);
    }
}

/// A cache of two whose listener writes down what it is told and does what `ACTION` says.
fn acting(told: &Told) -> Arc<Cache<u32, u32>> {
    let told = told.clone();
    let builder = Cache::builder().capacity(2);
    let builder = builder.on_evict(move |key, value, cause| {
        told.note(*key, *value, cause);
        act(*key);
    });
    Arc::new(builder.build())
}

#[test]
fn a_listener_may_use_its_cache() {
    let actions: [(&str, fn(&Cache<u32, u32>, u32)); 8] = [
        ("get", |cache, key| assert_eq!(cache.get(&key), None)),
        ("insert", |cache, key| {
            cache.insert(key, 100);
        }),
        ("remove", |cache, _| {
            cache.remove(&3);
        }),
        ("clear", |cache, _| cache.clear()),
        ("retain", |cache, _| cache.retain(|_, _| false)),
        ("set_capacity", |cache, _| cache.set_capacity(1)),
        ("compute", |cache, key| {
            assert_eq!(cache.get_or_insert_with(&key, || 100), 100);
        }),
        ("iter", |cache, key| {
            assert!(cache.iter().all(|(other, _)| other != key));
            assert!(cache.info().len <= 2);
        }),
    ];
    for (name, action) in actions {
        let told = Told::default();
        let cache = acting(&told);
        let used = Arc::downgrade(&cache);
        ACTION.set(Some(Rc::new(move |key| {
            action(&Weak::upgrade(&used).unwrap(), key);
        })));
        for key in 1..=3 {
            cache.insert(key, 10 * key);
        }
        ACTION.set(None);
        let left = told.take();
        assert!(left.contains(&(1, 10, Cause::Evicted)), "{name}");
        // Each value that was stored is there or was told.
        let mut all: Vec<_> = left.iter().map(|(key, value, _)| (*key, *value)).collect();
        all.extend(cache.iter());
        all.sort_unstable();
        let mut stored = vec![(1, 10), (2, 20), (3, 30)];
        if matches!(name, "insert" | "compute") {
            stored.insert(1, (1, 100));
        }
        assert_eq!(all, stored, "{name}");
    }
}

/// What replaces an entry may be taken out again by who is told of it.
#[test]
fn a_listener_may_undo_what_is_being_done() {
    let told = Told::default();
    let cache = acting(&told);
    cache.insert(1, 10);
    let used = Arc::downgrade(&cache);
    ACTION.set(Some(Rc::new(move |key| {
        assert_eq!(Weak::upgrade(&used).unwrap().remove(&key), Some(11));
    })));
    assert_eq!(cache.insert(1, 11), Some(10));
    ACTION.set(None);
    let told = told.take();
    assert_eq!(told, [(1, 10, Cause::Replaced), (1, 11, Cause::Removed)]);
    assert!(cache.is_empty());
}

/// A value whose drop is counted.
#[derive(Clone)]
struct Counted(Arc<AtomicU32>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_panic_reaches_the_caller_when_all_are_told_and_dropped() {
    let (told, dropped) = (Told::default(), Arc::new(AtomicU32::new(0)));
    let listener = told.clone();
    let builder = Cache::builder().on_evict(move |key: &u32, _: &Counted, cause| {
        listener.note(*key, 0, cause);
        assert!(*key != 1, "not this one");
    });
    let cache = builder.build();
    (0..300).for_each(|key| drop(cache.insert(key, Counted(Arc::clone(&dropped)))));
    let cleared = catch_unwind(|| cache.clear());
    let panic = cleared.expect_err("one of them panics");
    assert_eq!(panic.downcast_ref(), Some(&"not this one"));
    let expected: Vec<_> = (0..300).map(|key| (key, 0, Cause::Cleared)).collect();
    assert_eq!(told.take(), expected);
    assert_eq!(dropped.load(Relaxed), 300);
    // And goes on working.
    cache.insert(2, Counted(Arc::clone(&dropped)));
    cache.insert(2, Counted(Arc::clone(&dropped)));
    assert_eq!(told.take(), [(2, 0, Cause::Replaced)]);
    assert_eq!((cache.len(), cache.info().misses), (1, 0));
}

#[test]
fn a_panic_leaves_what_was_done_done() {
    fn panicking(key: u32) {
        assert!(key != 1, "told of 1");
    }
    let told = Told::default();
    let cache = acting(&told);
    ACTION.set(Some(Rc::new(panicking)));
    let caught = |work: &dyn Fn()| {
        let caught = catch_unwind(AssertUnwindSafe(work)).is_err();
        BUSY.set(false);
        caught
    };
    cache.insert(1, 10);
    cache.insert(2, 20);
    assert!(caught(&|| {
        cache.get_or_insert_with(&3, || 30);
    }));
    assert_eq!(told.take(), [(1, 10, Cause::Evicted)]);
    assert_eq!((cache.peek(&3), cache.info().misses), (Some(30), 1));
    cache.insert(1, 11);
    assert!(caught(&|| {
        cache.remove(&1);
    }));
    assert!(!cache.contains_key(&1));
    cache.insert(1, 12);
    assert!(caught(&|| {
        cache.insert(1, 13);
    }));
    assert_eq!(cache.peek(&1), Some(13));
    assert!(caught(&|| cache.retain(|_, _| false)));
    ACTION.set(None);
    // What came before the panic.
    assert!(!cache.contains_key(&1));
    cache.clear();
    cache.insert(1, 14);
    assert_eq!((cache.len(), cache.info().evictions), (1, 0));
}

/// In a body that unwinds the second panic would abort: it is dropped.
#[test]
fn a_panic_during_a_panic_is_swallowed() {
    struct Clears<'c>(&'c Cache<u32, u32>);
    impl Drop for Clears<'_> {
        fn drop(&mut self) {
            self.0.clear();
        }
    }
    let cache = Cache::builder()
        .on_evict(|_, _, _| panic!("the second"))
        .build();
    cache.insert(1, 10);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _clears = Clears(&cache);
        panic!("the first");
    }));
    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"the first"));
    assert!(cache.is_empty());
}

/// While a listener is busy, others use the cache.
#[test]
fn no_lock_is_held() {
    static CACHE: OnceLock<Cache<u32, u32>> = OnceLock::new();
    let (begun, has_begun) = channel();
    let (go_on, may_go_on) = channel();
    let (begun, may_go_on) = (Mutex::new(begun), Mutex::new(may_go_on));
    let cache = CACHE.get_or_init(|| {
        let builder = Cache::builder().capacity(1);
        let builder = builder.on_evict(move |key, _, _| {
            if *key == 1 {
                begun.lock().unwrap().send(()).unwrap();
                may_go_on.lock().unwrap().recv().unwrap();
            }
        });
        builder.build()
    });
    cache.insert(1, 10);
    thread::scope(|scope| {
        scope.spawn(|| cache.insert(2, 20));
        has_begun.recv().unwrap();
        assert_eq!(cache.get(&2), Some(20));
        cache.insert(3, 30);
        cache.clear();
        go_on.send(()).unwrap();
    });
}

/// A value whose clones can be held up.
struct Held(u32);

static CLONING: OnceLock<(
    Mutex<std::sync::mpsc::Sender<()>>,
    Mutex<std::sync::mpsc::Receiver<()>>,
)> = OnceLock::new();

thread_local! {
    static HOLDS: Cell<bool> = const { Cell::new(false) };
}

impl Clone for Held {
    fn clone(&self) -> Self {
        if HOLDS.replace(false) {
            let (begun, go_on) = CLONING.get().unwrap();
            begun.lock().unwrap().send(()).unwrap();
            go_on.lock().unwrap().recv().unwrap();
        }
        Self(self.0)
    }
}

#[test]
fn what_is_being_read_is_told_later_and_once() {
    let (begun, has_begun) = channel();
    let (go_on, may_go_on) = channel();
    assert!(
        CLONING
            .set((Mutex::new(begun), Mutex::new(may_go_on)))
            .is_ok()
    );
    for later in 0..3 {
        let told = Told::default();
        let listener = told.clone();
        let cache = Cache::builder()
            .on_evict(move |key: &u32, value: &Held, cause| listener.note(*key, value.0, cause))
            .build();
        cache.insert(1, Held(10));
        thread::scope(|scope| {
            let reader = scope.spawn(|| {
                HOLDS.set(true);
                cache.get(&1).unwrap().0
            });
            has_begun.recv().unwrap();
            cache.remove(&1);
            cache.insert(2, Held(20));
            assert_eq!(told.take(), [], "it is being read");
            go_on.send(()).unwrap();
            assert_eq!(reader.join().unwrap(), 10);
        });
        match later {
            0 => {
                cache.insert(3, Held(30));
            }
            1 => cache.clear(),
            // It had left, and doesn't go with its cache.
            _ => drop(cache),
        }
        assert_eq!(told.take()[0], (1, 10, Cause::Removed));
        assert_eq!(told.take(), []);
    }
}

/// So does a reader of the thread that lets it leave: a clone that removes its own entry.
#[test]
fn what_the_same_thread_reads_is_told_later() {
    in_both_scopes!(|cache| cache, |cache, told| {
        cache.insert(1, 10);
        cache.retain(|key, _| {
            cache.remove(key);
            assert_eq!(told.take(), []);
            true
        });
        assert_eq!(told.take(), [(1, 10, Cause::Removed)]);
    });
}
