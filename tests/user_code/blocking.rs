//! While one thread is held up in user code, the others go on: that is what "not under a lock" means.

use crate::hooks::{Armed, Event, watched};
use crate::subject::Subject;
use memofn::Policy;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

/// One thread stops in the middle of its first `event`; `meanwhile` has to come to an end without it.
fn hold(event: Event, policy: Policy, meanwhile: fn(&Subject)) {
    let subject = Subject::new(policy);
    let (entered, enter) = mpsc::channel();
    let (leave, left) = mpsc::channel();
    let held = thread::spawn({
        let subject = Arc::clone(&subject);
        move || {
            let armed = Armed::on(event, 1, 1, move || {
                entered.send(()).unwrap();
                left.recv().unwrap();
            });
            subject.exercise(0, |call| call());
            assert_eq!(armed.fired(), 1);
        }
    });
    enter.recv().expect("the event happens");
    meanwhile(&subject);
    leave.send(()).unwrap();
    held.join().unwrap();
    subject.check();
}

#[test]
fn nobody_waits_for_the_user_code_of_another_thread() {
    for event in Event::ALL {
        for policy in [Policy::Lru, Policy::Lfu, Policy::Random] {
            watched(
                &format!("work while another thread is in {event:?}, {policy:?}"),
                move || {
                    hold(event, policy, |subject| {
                        // Other keys, of the same hashes: computed while the other thread may be computing.
                        subject.exercise(40, |call| call());
                        // The same keys, by everything that doesn't compute.
                        subject.disturb(0);
                    });
                },
            );
        }
    }
}

#[test]
fn clear_does_not_wait_for_the_user_code_of_another_thread() {
    for event in Event::ALL {
        watched(
            &format!("clear while another thread is in {event:?}"),
            move || {
                hold(event, Policy::Lru, |subject| {
                    for _ in 0..10 {
                        subject.exercise(40, |call| call());
                        subject.clear();
                    }
                });
            },
        );
    }
}

/// A value that is being cloned stays whole while it is removed, replaced and cleared elsewhere, and
/// while so much else is evicted that its place is wanted.
#[test]
fn a_value_being_cloned_outlives_its_entry() {
    watched("removing what another thread clones", || {
        hold(Event::ValueClone, Policy::Fifo, |subject| {
            for _ in 0..20 {
                subject.disturb(0);
                subject.clear();
                subject.exercise(40, |call| call());
            }
        });
    });
}
