//! All that a call waits for its store is one time-out, by the clock that tests drive: one test at a time, since it
//! is the whole process's.

#![allow(unreachable_pub)]

#[macro_use]
#[allow(dead_code)]
#[path = "stores/tools.rs"]
mod tools;

use futures::executor::block_on;
use memofn::store::{Capabilities, Memory, Moment, StoreError, StoreErrorKind, time_left};
use memofn::testing::advance;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};
use tools::{Process, alone};

/// A hundredth of the time that calls have here: much longer than the machine holds threads up.
const PART: Duration = Duration::from_millis(9);

fn unhurried() -> Memory {
    let can = Capabilities::new().fenced().invalidations();
    Memory::with(can.timeout(100 * PART))
}

type Log = Arc<Mutex<Vec<(&'static str, Duration)>>>;

/// Each answer takes so long. Gives what was asked, and how long it might have taken.
fn slow(memory: &Memory, answers: Duration) -> Log {
    let log = Log::default();
    let seen = Arc::clone(&log);
    memory.hook(move |moment, operation, _| {
        match moment {
            Moment::Asked => seen.lock().unwrap().push((operation, time_left())),
            Moment::Done => advance(answers),
        }
        Ok(())
    });
    log
}

/// The same, but these give no answer in the time they have.
fn silent(memory: &Memory, answers: Duration, silent: &'static [&'static str]) -> Log {
    let log = slow(memory, answers);
    let seen = Arc::clone(&log);
    memory.hook(move |moment, operation, _| match moment {
        Moment::Asked => {
            let time = time_left();
            seen.lock().unwrap().push((operation, time));
            if silent.contains(&operation) {
                advance(time);
                return Err(StoreError::new(StoreErrorKind::Timeout, "as the test says"));
            }
            Ok(())
        }
        Moment::Done => {
            advance(answers);
            Ok(())
        }
    });
    log
}

fn names(log: &Log) -> Vec<&'static str> {
    log.lock().unwrap().iter().map(|(name, _)| *name).collect()
}

#[track_caller]
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::yield_now();
    }
}

/// Has asked for the epoch, which holds for a second.
fn prepare(process: Process, memory: &Memory) {
    memory.hook(|_, _, _| Ok(()));
    process.call(200, || "any".into());
    advance(1500 * PART);
    process.call(200, || "any".into());
}

/// Blocking, and as a future.
fn both(process: Process) -> [impl Fn(u64, &str) -> String; 2] {
    [false, true].map(move |is_async| {
        move |n: u64, value: &str| {
            let value = value.to_owned();
            match is_async {
                false => process.call(n, || value),
                true => block_on(process.call_async(n, async { value })),
            }
        }
    })
}

function!(in_time, crate::unhurried(), store: store_async);

#[test]
fn each_operation_has_what_those_before_have_left() {
    let _alone = alone();
    let process = in_time::process();
    prepare(process, &in_time::MEMORY);
    let log = slow(&in_time::MEMORY, 20 * PART);
    assert_eq!(process.call(1, || "one".into()), "one");
    in_time::MEMORY.hook(|_, _, _| Ok(()));
    assert_eq!(process.call(1, || unreachable!()), "one");
    let log = log.lock().unwrap();
    let most = [
        ("get", 100 * PART),
        ("claim", 80 * PART),
        ("fill", 60 * PART),
    ];
    assert_eq!(log.len(), most.len(), "{log:?}");
    for ((asked, time), (expected, most)) in log.iter().zip(most) {
        assert_eq!(*asked, expected);
        assert!(*time <= most && *time > most - 20 * PART, "{log:?}");
    }
    assert_eq!(process.info().errors, 0);
}

#[test]
fn a_claim_that_could_not_be_heard_of_is_not_made() {
    let _alone = alone();
    let process = in_time::process();
    for (turn, call) in (0..).zip(both(process)) {
        prepare(process, &in_time::MEMORY);
        let log = slow(&in_time::MEMORY, 60 * PART);
        assert_eq!(call(2, "two"), "two");
        assert_eq!(names(&log), ["get"]);
        assert_eq!(process.info().errors, turn + 1, "it went without the store");
        assert_eq!(in_time::held(2), None, "and left nothing there");
    }
}

function!(
    patient,
    Memory::with(
        Capabilities::new()
            .fenced()
            .timeout(Duration::from_millis(900))
    )
);

#[test]
fn an_engine_may_have_a_time_of_its_own() {
    let _alone = alone();
    let process = patient::process();
    let log = slow(&patient::MEMORY, Duration::from_millis(200));
    assert_eq!(process.call(1, || "one".into()), "one");
    // The epoch is claimed first.
    assert_eq!(names(&log)[..4], ["get", "claim", "get", "claim"]);
    let times: Vec<_> = log.lock().unwrap().iter().map(|(_, time)| *time).collect();
    let ms = Duration::from_millis;
    assert!(times[0] > ms(800) && times[3] <= ms(300), "{times:?}");
    patient::MEMORY.hook(|_, _, _| Ok(()));
    eventually("it is stored", || patient::process().get(1).is_some());
    assert_eq!(process.info().errors, 0);
}

/// Claims take so long, and operations of that name wait until the sender is dropped.
fn gate(memory: &Memory, claims: Duration, gated: &'static str) -> mpsc::Sender<()> {
    let (open, closed) = mpsc::channel::<()>();
    let closed = Mutex::new(closed);
    memory.hook(move |moment, operation, _| {
        if moment == Moment::Done && operation == "claim" {
            advance(claims);
        }
        if moment == Moment::Asked && operation == gated {
            let _ = closed.lock().unwrap().recv();
        }
        Ok(())
    });
    open
}

function!(handed, crate::unhurried(), store: store_async);

#[test]
fn a_result_for_which_no_time_is_left_is_stored_by_somebody_else() {
    let _alone = alone();
    let process = handed::process();
    for (n, call) in (1..).zip(both(process)) {
        prepare(process, &handed::MEMORY);
        let gate = gate(&handed::MEMORY, 60 * PART, "fill");
        assert_eq!(call(n, "value"), "value");
        drop(gate);
        eventually("it is stored", || process.get(n).is_some());
        assert_eq!(call(n, "another"), "value");
    }
    assert_eq!(process.info().errors, 0);
}

#[test]
fn a_claim_for_which_no_time_is_left_is_given_back_by_somebody_else() {
    let _alone = alone();
    let process = handed::process();
    for n in [11, 12] {
        prepare(process, &handed::MEMORY);
        let gate = gate(&handed::MEMORY, 60 * PART, "remove_if");
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match n {
            11 => process.call(n, || panic!("on purpose")),
            _ => block_on(process.call_async(n, async { panic!("on purpose") })),
        }));
        assert!(failed.is_err());
        assert!(handed::held(n as u8).is_some(), "nobody has waited for it");
        drop(gate);
        eventually("it is given back", || handed::held(n as u8).is_none());
    }
    assert_eq!(process.info().errors, 0);
}

#[test]
fn for_a_result_that_is_under_way_to_the_store_nobody_waits_longer_either() {
    let _alone = alone();
    let process = handed::process();
    prepare(process, &handed::MEMORY);
    let (held_up, closed) = mpsc::channel::<()>();
    let (closed, log) = (Mutex::new(closed), Log::default());
    let seen = Arc::clone(&log);
    handed::MEMORY.hook(move |moment, operation, _| {
        match (moment, operation) {
            (Moment::Asked, "fill") => {
                let _ = closed.lock().unwrap().recv();
            }
            (Moment::Asked, _) => seen.lock().unwrap().push((operation, time_left())),
            (Moment::Done, "claim") => advance(60 * PART),
            (Moment::Done, _) => advance(30 * PART),
        }
        Ok(())
    });
    assert_eq!(process.call(21, || "first".into()), "first");
    log.lock().unwrap().clear();
    assert_eq!(process.call(21, || "second".into()), "second");
    // The fourth has what three have left, and the pauses between them count, too.
    let looks = names(&log);
    assert!(looks.len() <= 4 && looks.iter().all(|name| *name == "get"));
    assert_eq!(process.info().errors, 0);
    handed::MEMORY.hook(|_, _, _| Ok(()));
    drop(held_up);
    eventually("it is stored", || {
        process.get(21).as_deref() == Some("first")
    });
}

function!(removed, crate::unhurried());

#[test]
fn a_removal_has_its_time_though_the_old_value_could_not_be_read() {
    let _alone = alone();
    let process = removed::process();
    prepare(process, &removed::MEMORY);
    process.call(1, || "one".into());
    let log = silent(&removed::MEMORY, PART, &["get"]);
    assert_eq!(process.remove(1), None);
    assert_eq!(names(&log), ["get", "remove"]);
    assert_eq!(removed::held(1), None);
    assert_eq!(process.info().errors, 1);
}

function!(dropped, crate::unhurried(), store: store_async);

#[test]
fn a_future_that_is_dropped_while_it_stores_leaves_no_claim() {
    let _alone = alone();
    let process = dropped::process();
    prepare(process, &dropped::MEMORY);
    let mut call = Box::pin(process.call_async(1, async {
        dropped::MEMORY.stall(true);
        "one".into()
    }));
    let mut context = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut context).is_pending());
    assert!(dropped::held(1).is_some());
    drop(call);
    dropped::MEMORY.stall(false);
    // With the first answer it is given back.
    process.call(2, || "two".into());
    eventually("it is given back", || dropped::held(1).is_none());
}

#[test]
fn a_future_that_is_dropped_while_it_claims_gives_the_claim_back() {
    let _alone = alone();
    let process = dropped::process();
    prepare(process, &dropped::MEMORY);
    dropped::MEMORY.hook(|moment, operation, _| {
        if moment == Moment::Done && operation == "get" {
            dropped::MEMORY.stall(true);
        }
        Ok(())
    });
    let mut call = Box::pin(process.call_async(11, async { unreachable!() }));
    let mut context = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut context).is_pending());
    // The answer isn't heard: it may stand there by now.
    drop(call);
    dropped::MEMORY.stall(false);
    let log = Log::default();
    let seen = Arc::clone(&log);
    dropped::MEMORY.hook(move |_, operation, key| {
        if key == dropped::address(11) {
            seen.lock().unwrap().push((operation, Duration::ZERO));
        }
        Ok(())
    });
    process.call(12, || "twelve".into());
    eventually("it is given back", || names(&log).contains(&"remove_if"));
}

// The claims hold for ten seconds, by the clock that goes on by itself, too.
function!(
    crowded,
    Memory::with(
        Capabilities::new()
            .fenced()
            .timeout(Duration::from_millis(400))
    )
);

#[test]
fn what_is_left_to_others_is_bounded() {
    let _alone = alone();
    let process = crowded::process();
    prepare(process, &crowded::MEMORY);
    let gate = gate(&crowded::MEMORY, Duration::from_millis(150), "fill");
    let large = "x".repeat(1_000_000);
    for n in 0..24 {
        assert_eq!(process.call(n, || large.clone()), large);
    }
    // Four are in the hands of threads, or will be soon; 16 MiB wait.
    let errors = process.info().errors;
    assert!((4..=8).contains(&errors), "{errors}");
    drop(gate);
    // Those at the gate took long by the clock, for which the breaker may open: then others are refused, and
    // their claims given back once the store is asked again.
    advance(Duration::from_secs(3));
    let is_stored = |held: &Vec<u8>| held.len() > large.len();
    eventually("each is stored, or its claim given back", || {
        process.call(100, || "any".into());
        (0..24).all(|n| crowded::held(n).is_none_or(|held| is_stored(&held)))
    });
    let held = (0..24).filter_map(crowded::held);
    let stored = held.filter(is_stored).count() as u64;
    assert!((4..=24 - errors).contains(&stored), "{stored}");
}

function!(hasty, crate::unhurried());

/// Three results in a row without an answer, each of which had what three such answers have left. Is the store
/// asked after that?
fn is_asked_after(first: u64, answers: Duration) -> bool {
    let process = hasty::process();
    let mut log = Log::default();
    let mut begun = |n| {
        prepare(process, &hasty::MEMORY);
        // The epoch is asked for again.
        advance(1500 * PART);
        log = silent(&hasty::MEMORY, answers, &["fill"]);
        process.begin(n)
    };
    let calls: Vec<_> = (first..first + 3).map(&mut begun).collect();
    for (n, call) in (1..).zip(calls) {
        assert_eq!(call.end("some"), "some");
        assert_eq!(process.info().errors, n, "the result, once");
    }
    log.lock().unwrap().clear();
    process.call(200, || "any".into());
    let asked = !log.lock().unwrap().is_empty();
    // It answers again.
    hasty::MEMORY.hook(|_, _, _| Ok(()));
    advance(2_000 * PART);
    process.call(first + 3, || "kept".into());
    assert_eq!(process.call(first + 3, || unreachable!()), "kept");
    eventually("no claim is left", || {
        (first..first + 3).all(|n| hasty::held(n as u8).is_none())
    });
    asked
}

#[test]
fn who_had_little_time_says_nothing_of_the_engine() {
    let _alone = alone();
    assert!(is_asked_after(1, 18 * PART), "they had 46 parts");
    assert!(!is_asked_after(11, 15 * PART), "they had 55 parts");
}

function!(waiting, crate::unhurried());

#[test]
fn who_waits_for_another_process_waits_on_while_the_store_answers() {
    let _alone = alone();
    let (process, other) = (waiting::process(), waiting::process());
    prepare(process, &waiting::MEMORY);
    let computing = other.begin(1);
    let log = slow(&waiting::MEMORY, 30 * PART);
    let waiter = std::thread::spawn(move || process.call(1, || unreachable!()));
    // That is more than the time-out.
    eventually("it looks again", || names(&log).len() > 6);
    waiting::MEMORY.hook(|_, _, _| Ok(()));
    assert_eq!(computing.end("theirs"), "theirs");
    assert_eq!(waiter.join().unwrap(), "theirs");
    assert_eq!(process.info().errors, 0);
}

#[test]
fn who_waits_for_another_process_computes_when_the_store_is_silent() {
    let _alone = alone();
    let (process, other) = (waiting::process(), waiting::process());
    prepare(process, &waiting::MEMORY);
    let computing = other.begin(2);
    let log = slow(&waiting::MEMORY, 30 * PART);
    let waiter = std::thread::spawn(move || process.call(2, || "own".into()));
    eventually("it looks again", || names(&log).len() > 3);
    let log = silent(&waiting::MEMORY, 30 * PART, &["get"]);
    assert_eq!(waiter.join().unwrap(), "own");
    assert_eq!(names(&log), ["get"], "one time-out");
    assert_eq!(process.info().errors, 1);
    waiting::MEMORY.hook(|_, _, _| Ok(()));
    assert_eq!(computing.end("theirs"), "theirs");
}
