//! Whatever the cache calls may call the cache.

use crate::hooks::{Armed, Event, watched};
use crate::subject::Subject;
use memofn::Policy;
use std::sync::Arc;

const POLICIES: [Policy; 9] = [
    Policy::Lru,
    Policy::Lfu,
    Policy::Fifo,
    Policy::Random,
    Policy::Size,
    Policy::Sieve,
    Policy::S3Fifo,
    Policy::WTinyLfu,
    Policy::Adaptive,
];

type Action = fn(&Subject);

const ACTIONS: [(&str, Action); 10] = [
    ("call the same key", |subject| subject.call(3)),
    ("call another key", |subject| subject.call(50)),
    ("get", |subject| subject.get(3)),
    ("peek", |subject| subject.peek(3)),
    ("insert", |subject| subject.insert(4)),
    ("remove", |subject| subject.remove(5)),
    ("clear", Subject::clear),
    ("retain", Subject::retain),
    ("set_capacity", Subject::shrink_and_grow),
    ("info, len, iter", Subject::look_around),
];

fn reenter(event: Event, action: Action, policy: Policy, deepest: u32, times: u64) {
    let subject = Subject::new(policy);
    let inner = Arc::clone(&subject);
    let armed = Armed::on(event, deepest, times, move || action(&inner));
    subject.exercise(0, |call| call());
    assert!(armed.fired() > 0, "the event never happened");
    drop(armed);
    subject.check();
}

#[test]
fn user_code_may_use_the_cache_that_calls_it() {
    for event in Event::ALL {
        for (name, action) in ACTIONS {
            for policy in POLICIES {
                let what = format!("{name} from {event:?} with {policy:?}");
                watched(&what, move || reenter(event, action, policy, 1, u64::MAX));
            }
        }
    }
}

/// Forty levels, more than any fixed number of slots that a thread might have for what it reads.
#[test]
fn re_entry_may_be_deep() {
    for event in Event::ALL {
        for (name, action) in ACTIONS {
            let what = format!("{name} from {event:?}, forty levels deep");
            watched(&what, move || {
                reenter(event, action, Policy::Lru, 40, 4_000);
            });
        }
    }
}

/// One value's `Clone` that clears the cache while forty levels of it are being cloned: each level
/// still gets a whole value.
#[test]
fn a_value_survives_the_clear_while_it_is_cloned() {
    watched("clear while cloning", || {
        let subject = Subject::new(Policy::Lru);
        subject.call(3);
        let inner = Arc::clone(&subject);
        let armed = Armed::on(Event::ValueClone, 40, 1_000, move || {
            inner.call(3);
            inner.clear();
            inner.call(3);
        });
        for _ in 0..20 {
            subject.call(3);
        }
        drop(armed);
        subject.check();
    });
}
