//! Whatever the cache calls may panic; the panic goes to whoever called, and the cache stays whole.

use crate::hooks::{Armed, Event, watched};
use crate::subject::Subject;
use memofn::Policy;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Does everything, with one panic at the `nth` event; says whether there was one.
fn survive(event: Event, nth: u64, policy: Policy) -> bool {
    let subject = Subject::new(policy);
    let armed = Armed::panic_at(event, nth);
    let panics = AtomicU64::new(0);
    subject.exercise(0, |call| {
        if let Err(panic) = panic::catch_unwind(AssertUnwindSafe(call)) {
            let message = panic.downcast_ref::<String>();
            assert!(
                message.is_some_and(|text| text.contains("as told")),
                "{message:?}"
            );
            panics.fetch_add(1, Relaxed);
        }
    });
    drop(armed);
    let panics = panics.into_inner();
    assert!(panics <= 1);
    subject.check();
    panics == 1
}

#[test]
fn one_panic_anywhere_leaves_the_cache_whole() {
    for policy in [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Size,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ] {
        for event in Event::ALL {
            for nth in [1, 2, 3, 4, 5, 8, 13, 21, 34, 55, 89] {
                let what = format!("{event:?} panics at {nth} with {policy:?}");
                watched(&what, move || {
                    let panicked = survive(event, nth, policy);
                    let surely = nth <= 20 && event != Event::Retain && !event.is_drop();
                    assert!(panicked || !surely, "the panic didn't reach the caller");
                });
            }
        }
    }
}

/// The call whose body panics isn't stored and the next one computes.
#[test]
fn a_panicking_body_stores_nothing_and_is_a_miss() {
    watched("a body that panics", || {
        let subject = Subject::new(Policy::Lru);
        let armed = Armed::panic_at(Event::Body, 1);
        let first = panic::catch_unwind(AssertUnwindSafe(|| subject.call(1)));
        assert!(first.is_err());
        let info = subject.cache.info();
        assert_eq!((info.hits, info.misses, info.len), (0, 1, 0));
        drop(armed);
        subject.call(1);
        subject.call(1);
        let info = subject.cache.info();
        assert_eq!((info.hits, info.misses, info.len), (1, 2, 1));
        subject.check();
    });
}

/// A thread that unwinds may still use the cache from its destructors.
#[test]
fn the_cache_works_while_the_thread_unwinds() {
    struct CallsInDrop(Arc<Subject>);
    impl Drop for CallsInDrop {
        fn drop(&mut self) {
            self.0.call(1);
            self.0.call(2);
        }
    }
    watched("calls while unwinding", || {
        let subject = Subject::new(Policy::Lru);
        subject.call(1);
        let caller = CallsInDrop(Arc::clone(&subject));
        let unwound = panic::catch_unwind(AssertUnwindSafe(move || {
            let _caller = caller;
            panic!("as told");
        }));
        assert!(unwound.is_err());
        let info = subject.cache.info();
        assert_eq!((info.hits, info.misses), (1, 2));
        subject.check();
    });
}
