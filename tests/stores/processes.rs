//! Several processes with one store.

use memofn::store::Moment;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

function!(shared, ample());

#[test]
fn what_one_process_has_computed_the_others_find() {
    let (a, b) = (shared::process(), shared::process());
    assert_eq!(a.call(1, || "one".into()), "one");
    assert_eq!(b.call(1, || unreachable!()), "one");
    assert_eq!((a.info().hits, a.info().misses), (0, 1));
    assert_eq!((b.info().hits, b.info().misses), (1, 0));
    assert_eq!(b.get(1).as_deref(), Some("one"));
    assert_eq!(b.get(2), None);
    assert_eq!((b.info().hits, b.info().misses), (1, 0));
}

function!(once, ample());

#[test]
fn one_computes_for_all_processes_and_threads() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let start = Arc::new(Barrier::new(16));
    let callers: Vec<_> = (0..4)
        .flat_map(|_| {
            let process = once::process();
            std::iter::repeat_n(process, 4)
        })
        .map(|process| {
            let start = Arc::clone(&start);
            thread::spawn(move || {
                start.wait();
                process.call(1, || {
                    RUNS.fetch_add(1, SeqCst);
                    thread::sleep(Duration::from_millis(30));
                    "once".into()
                })
            })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.join().unwrap(), "once");
    }
    assert_eq!(RUNS.load(SeqCst), 1);
}

function!(removed, ample());

#[test]
fn a_removal_is_not_undone_by_a_late_result() {
    let (a, b) = (removed::process(), removed::process());
    let begun = a.begin(1);
    assert!(removed::held(1).is_some(), "a claim");
    assert_eq!(b.remove(1), None);
    assert_eq!(removed::held(1), None);
    assert_eq!(begun.end("old"), "old");
    assert_eq!(removed::held(1), None);
    assert_eq!(b.call(1, || "new".into()), "new");
    assert_eq!(b.remove(1).as_deref(), Some("new"));
    assert_eq!(b.get(1), None);
}

function!(inserted, ample());

#[test]
fn neither_is_an_insert() {
    let (a, b) = (inserted::process(), inserted::process());
    let begun = a.begin(1);
    assert_eq!(b.insert(1, "given"), None);
    assert_eq!(begun.end("late"), "late");
    assert_eq!(a.call(1, || unreachable!()), "given");
    assert_eq!(a.insert(1, "again").as_deref(), Some("given"));
    assert_eq!(b.call(1, || unreachable!()), "again");
}

function!(refreshed, ample());

#[test]
fn a_refresh_replaces_and_what_came_after_it_stays() {
    let (a, b) = (refreshed::process(), refreshed::process());
    assert_eq!(a.call(1, || "old".into()), "old");
    assert_eq!(b.refresh(1, || "new".into()), "new");
    assert_eq!(a.call(1, || unreachable!()), "new");
    // Nothing there: it is claimed.
    assert_eq!(b.refresh(2, || "two".into()), "two");
    assert_eq!(a.call(2, || unreachable!()), "two");
    // Somebody removes, or inserts, meanwhile.
    b.refresh(1, || {
        a.remove(1);
        "late".into()
    });
    assert_eq!(refreshed::held(1), None);
    b.refresh(1, || {
        a.insert(1, "newer");
        "late".into()
    });
    assert_eq!(a.get(1).as_deref(), Some("newer"));
    // What began before a refresh isn't stored after it, and not before its end.
    let begun = a.begin(3);
    assert_eq!(
        b.refresh(3, || {
            assert_eq!(begun.end("before"), "before");
            assert_eq!(a.get(3), None);
            "after".into()
        }),
        "after"
    );
    assert_eq!(a.get(3).as_deref(), Some("after"));
}

function!(cleared, ample());

#[test]
fn cleared_is_cleared_everywhere() {
    let (a, b) = (cleared::process(), cleared::process());
    assert_eq!(a.call(1, || "old".into()), "old");
    assert_eq!(b.call(1, || unreachable!()), "old");
    let begun = a.begin(2);
    b.clear();
    assert_eq!(begun.end("late"), "late");
    for process in [b, cleared::process()] {
        assert_eq!(process.get(1), None);
        assert_eq!(process.get(2), None);
    }
    assert_eq!(b.call(1, || "new".into()), "new");
    // This one has heard of the old epoch, and meets a result of the new one.
    assert_eq!(a.call(1, || unreachable!()), "new");
    assert_eq!(a.call(2, || "two".into()), "two");
    assert_eq!(a.info().errors + b.info().errors, 0);
}

#[test]
fn a_lost_epoch_brings_nothing_back() {
    function!(lost, ample());
    let (a, b) = (lost::process(), lost::process());
    a.call(1, || "first".into());
    let old = lost::MEMORY.contents();
    a.clear();
    // The engine has thrown the epoch away, and somebody has put the old result back.
    lost::MEMORY.clear();
    for (key, bytes) in old {
        if !key.ends_with("epoch") {
            lost::MEMORY.plant(&key, &bytes);
        }
    }
    assert_eq!(b.get(1), None);
    assert_eq!(b.call(1, || "second".into()), "second");
}

function!(tiered, ample(), local(None));

#[test]
fn the_local_tier_is_told_of_changes() {
    let (a, b) = (tiered::process(), tiered::process());
    assert_eq!(a.call(1, || "old".into()), "old");
    assert_eq!(b.call(1, || unreachable!()), "old");
    assert_eq!(b.info().len, 1);
    // Out of reach, the local tier answers.
    tiered::MEMORY.hook(|_, operation, _| panic!("{operation} isn't called"));
    assert_eq!(b.call(1, || unreachable!()), "old");
    tiered::MEMORY.hook(|_, _, _| Ok(()));
    // It is told before a removal ends.
    a.remove(1);
    assert_eq!(b.info().len, 0);
    assert_eq!(b.call(1, || "new".into()), "new");
    a.insert(1, "newer");
    assert_eq!(b.call(1, || unreachable!()), "newer");
    a.clear();
    assert_eq!(b.info().len, 0);
    assert_eq!(b.call(1, || "newest".into()), "newest");
    // So it is of a refresh.
    a.refresh(1, || "fresh".into());
    assert_eq!(b.call(1, || unreachable!()), "fresh");
    // Of another key it keeps what it has.
    b.call(2, || "two".into());
    a.remove(1);
    assert_eq!(b.info().len, 1);
    // What it may have missed it doesn't keep.
    tiered::MEMORY.reconnect();
    assert_eq!(b.info().len, 0);
    assert_eq!(b.info().errors, 0);
}

function!(raced, ample(), local(None));

#[test]
fn what_was_read_before_a_removal_is_not_kept_after_it() {
    let (a, b) = (raced::process(), raced::process());
    a.call(1, || "old".into());
    // The answer to B's read is held up while A removes.
    let (removed, wait) = mpsc::channel();
    let (asked, asking) = mpsc::channel();
    let wait = std::sync::Mutex::new((asked, wait));
    let address = raced::address(1);
    raced::MEMORY.hook(move |moment, operation, key| {
        if (moment, operation) == (Moment::Done, "get")
            && key == address
            && thread::current().name() == Some("B")
        {
            let wait = wait.lock().unwrap();
            wait.0.send(()).unwrap();
            wait.1.recv().unwrap();
        }
        Ok(())
    });
    let reader = thread::Builder::new()
        .name("B".into())
        .spawn(move || b.call(1, || unreachable!()))
        .unwrap();
    asking.recv().unwrap();
    a.remove(1);
    removed.send(()).unwrap();
    assert_eq!(reader.join().unwrap(), "old");
    assert_eq!(b.info().len, 0);
    assert_eq!(b.call(1, || "new".into()), "new");
}

function!(
    unfenced,
    Memory::with(Capabilities::new()),
    local(Some(Duration::from_secs(60)))
);

#[test]
fn an_engine_without_fence_and_messages_works_with_less() {
    let (a, b) = (unfenced::process(), unfenced::process());
    let begun = a.begin(1);
    b.remove(1);
    begun.end("late");
    assert_eq!(b.call(1, || unreachable!()), "late");
    a.remove(1);
    // Nobody has told it.
    assert_eq!(b.call(1, || unreachable!()), "late");
}

function!(none_here, ample(), local(None), capacity(0));

#[test]
fn a_local_tier_without_room_leaves_the_store_as_it_is() {
    let (a, b) = (none_here::process(), none_here::process());
    a.call(1, || "one".into());
    assert_eq!(b.call(1, || unreachable!()), "one");
    b.0.cache().set_capacity(1);
    b.call(1, || unreachable!());
    assert_eq!(b.info().len, 1);
    b.0.cache().set_capacity(0);
    assert_eq!(b.call(1, || unreachable!()), "one");
    assert_eq!((b.info().len, b.info().hits), (0, 3));
    assert!(none_here::held(1).is_some());
}

function!(many, ample(), local(None), capacity(10));

#[test]
fn what_the_local_tier_listens_for_is_bounded() {
    let a = many::process();
    for n in 0..2_000 {
        a.call(n, || n.to_string());
    }
    assert_eq!(a.info().len, 10);
    assert_eq!(a.info().evictions, 1_990);
    for n in 1_990..2_000 {
        many::process().remove(n);
    }
    assert_eq!(a.info().len, 0);
}
