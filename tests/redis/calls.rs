//! Memoized functions in several processes with one Redis.

use crate::servers::processes::{self, Process};
use crate::servers::proxy::Proxy;
use crate::servers::{Server, is_installed, until};
use memofn::memoize;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

/// Longer than any stall of a loaded machine, where a test isn't about the time-out.
const AMPLE: (&str, &str) = ("MEMOFN_STORE_TIMEOUT", "20s");

fn process(test: &str, role: &str, url: &str, more: &[(&str, &str)]) -> Process {
    let variables = [&[("MEMOFN_REDIS_URL", url), AMPLE], more].concat();
    Process::start(test, role, &variables)
}

/// Nanoseconds since 1970: all processes of a machine have one clock.
fn now() -> u128 {
    UNIX_EPOCH.elapsed().unwrap().as_nanos()
}

#[memoize(store = "redis", ttl = "5m", name = "redis.once")]
fn once(n: u64) -> String {
    processes::say("body", n);
    thread::sleep(Duration::from_millis(300));
    format!("value {n}")
}

#[memoize(store = "redis", ttl = "5m", name = "redis.once_async")]
async fn once_async(n: u64) -> String {
    processes::say("body", n);
    smol::Timer::after(Duration::from_millis(300)).await;
    format!("value {n}")
}

#[test]
fn of_8_processes_with_4_threads_each_one_computes() {
    let name = "calls::of_8_processes_with_4_threads_each_one_computes";
    match processes::role().as_deref() {
        None => {}
        Some("threads") => {
            processes::ready();
            let barrier = Barrier::new(4);
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        barrier.wait();
                        assert_eq!(once(7), "value 7");
                    });
                }
            });
            return processes::say("info", once_cache_info());
        }
        Some(executor) => {
            processes::ready();
            let calls = || futures::future::join_all((0..4).map(|_| once_async(7)));
            let values = match executor {
                "tokio" => tokio::runtime::Runtime::new().unwrap().block_on(calls()),
                _ => smol::block_on(calls()),
            };
            assert_eq!(values, vec!["value 7"; 4]);
            return processes::say("info", once_async_cache_info());
        }
    }
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    for roles in [["threads"; 2], ["tokio", "smol"]] {
        let mut all: Vec<Process> = roles
            .iter()
            .cycle()
            .take(8)
            .map(|role| process(name, role, &server.url(), &[]))
            .collect();
        all.iter_mut().for_each(|process| {
            process.hear("ready");
        });
        all.iter_mut().for_each(Process::go);
        let bodies: Vec<String> = all.into_iter().flat_map(|all| all.lines("body")).collect();
        assert_eq!(bodies, ["7"], "{roles:?}");
    }
}

#[memoize(store = "redis", ttl = "5m", name = "redis.taken_over")]
fn taken_over(n: u64) -> String {
    processes::say("body", n);
    if processes::role().as_deref() == Some("dies") {
        thread::sleep(Duration::from_secs(600));
    }
    format!("value {n}")
}

#[test]
fn after_the_lease_of_one_that_was_killed_another_computes() {
    let name = "calls::after_the_lease_of_one_that_was_killed_another_computes";
    match processes::role().as_deref() {
        None => {}
        Some("dies") => {
            taken_over(1);
            return;
        }
        Some(_) => {
            processes::ready();
            thread::scope(|scope| {
                (0..4).for_each(|_| drop(scope.spawn(|| assert_eq!(taken_over(1), "value 1"))));
            });
            return;
        }
    }
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let lease = [("MEMOFN_STORE_LEASE", "3s")];
    let mut dies = process(name, "dies", &server.url(), &lease);
    dies.hear("body");
    dies.kill();
    let mut others: Vec<Process> = (0..3)
        .map(|_| process(name, "waits", &server.url(), &lease))
        .collect();
    others.iter_mut().for_each(|process| {
        process.hear("ready");
    });
    others.iter_mut().for_each(Process::go);
    let bodies: Vec<String> = others
        .into_iter()
        .flat_map(|all| all.lines("body"))
        .collect();
    assert_eq!(bodies, ["1"]);
}

#[memoize(store = "redis", ttl = "5m", name = "redis.removed")]
fn removed(n: u64) -> String {
    if processes::role().as_deref() == Some("computes") {
        processes::ready();
        return "old".to_owned();
    }
    format!("new {n}")
}

#[test]
fn a_removal_in_a_computation_is_not_undone_by_its_late_result() {
    let name = "calls::a_removal_in_a_computation_is_not_undone_by_its_late_result";
    match processes::role().as_deref() {
        None => {}
        Some("computes") => return processes::say("value", removed(1)),
        Some("removes") => {
            processes::say("value", format!("{:?}", removed_cache_remove(1)));
            processes::ready();
            processes::say("value", format!("{:?}", removed_cache_get(1)));
            return processes::say("value", removed(1));
        }
        Some(_) => {
            removed_cache_clear();
            return;
        }
    }
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let mut computes = process(name, "computes", &server.url(), &[]);
    computes.hear("ready");
    let mut removes = process(name, "removes", &server.url(), &[]);
    assert_eq!(removes.hear("value"), "None");
    computes.go();
    assert_eq!(computes.lines("value"), ["old"]);
    removes.hear("ready");
    removes.go();
    assert_eq!(removes.lines("value"), ["None", "new 1"]);

    // And a `clear` likewise.
    server.ask(&["FLUSHALL"]);
    let mut computes = process(name, "computes", &server.url(), &[]);
    computes.hear("ready");
    process(name, "clears", &server.url(), &[]).lines("");
    computes.go();
    assert_eq!(computes.lines("value"), ["old"]);
    let mut looks = process(name, "removes", &server.url(), &[]);
    assert_eq!(looks.hear("value"), "None");
    looks.hear("ready");
    looks.go();
    assert_eq!(looks.lines("value"), ["None", "new 1"]);
}

#[memoize(
    store = "redis",
    ttl = "5m",
    local(capacity = 100, ttl = "5m"),
    name = "redis.tiered"
)]
fn tiered(n: u64) -> u64 {
    n * 1_000_000
}

/// Calls until the local tier keeps what it reads: until it hears of changes, it does not.
fn kept(n: u64) {
    until("the local tier keeps it", || {
        tiered(n);
        let before = tiered_cache_info().hits;
        tiered(n);
        tiered_cache_info().len > 0 && tiered_cache_info().hits == before + 1
    });
}

#[test]
fn the_local_tier_of_another_process_follows_within_50_ms() {
    let name = "calls::the_local_tier_of_another_process_follows_within_50_ms";
    const ROUNDS: u64 = 40;
    match processes::role().as_deref() {
        None => {}
        Some("reads") => {
            kept(1);
            processes::ready();
            for round in 1..=ROUNDS {
                until("the new value is seen", || {
                    // Most of these are hits in this process.
                    thread::sleep(Duration::from_micros(200));
                    tiered(1) == round
                });
                processes::say("seen", now());
            }
            return;
        }
        Some(_) => {
            processes::ready();
            for round in 1..=ROUNDS {
                tiered_cache_insert(1, round);
                processes::say("set", now());
                // The other one says when it has seen it.
                std::io::stdin().read_line(&mut String::new()).unwrap();
            }
            return;
        }
    }
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let mut reads = process(name, "reads", &server.url(), &[]);
    let mut writes = process(name, "writes", &server.url(), &[]);
    writes.hear("ready");
    reads.hear("ready");
    reads.go();
    let mut late = Vec::new();
    for _ in 0..ROUNDS {
        writes.go();
        let set: u128 = writes.hear("set").parse().unwrap();
        let seen: u128 = reads.hear("seen").parse().unwrap();
        late.push(Duration::from_nanos(seen.saturating_sub(set) as u64));
    }
    writes.go();
    late.sort();
    let (middle, last) = (late[late.len() / 2], late[late.len() - 1]);
    println!("another process sees a change after {middle:?} in the middle, {last:?} at most");
    // Where processes get a processor; and never as late as the local `ttl`.
    assert!(middle < Duration::from_millis(50), "{late:?}");
    assert!(last < Duration::from_secs(10), "{late:?}");
}

#[test]
fn what_was_read_before_a_change_and_comes_after_it_is_not_kept() {
    let name = "calls::what_was_read_before_a_change_and_comes_after_it_is_not_kept";
    match processes::role().as_deref() {
        None => {}
        Some("reads") => {
            // It listens, and keeps what it reads.
            kept(2);
            processes::ready();
            // This answer is held up.
            processes::say("value", tiered(1));
            processes::ready();
            processes::say("value", tiered(1));
            return;
        }
        Some(value) => {
            tiered_cache_insert(1, value.parse().unwrap());
            return;
        }
    }
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let proxy = Proxy::to(server.port);
    process(name, "5", &server.url(), &[]).lines("");
    let mut reads = process(name, "reads", &proxy.url(), &[]);
    reads.hear("ready");
    let held = proxy.held();
    proxy.hold(true);
    reads.go();
    until("the answer is held up", || proxy.held() > held);
    let messages = proxy.messages();
    process(name, "6", &server.url(), &[]).lines("");
    until("the message has passed", || proxy.messages() > messages);
    proxy.hold(false);
    // It may give what it read, or look again; but it does not keep it.
    let first = reads.hear("value");
    assert!(["5", "6"].contains(&first.as_str()), "{first}");
    reads.hear("ready");
    reads.go();
    assert_eq!(reads.lines("value"), ["6"]);
}

#[test]
fn what_was_changed_while_nobody_listened_is_not_kept() {
    let name = "calls::what_was_changed_while_nobody_listened_is_not_kept";
    match processes::role().as_deref() {
        None => {}
        Some("reads") => {
            assert_eq!(tiered(1), 5);
            kept(1);
            processes::ready();
            let begun = Instant::now();
            until("the new value is seen", || tiered(1) == 6);
            processes::say("after", begun.elapsed().as_millis());
            return;
        }
        Some(value) => {
            tiered_cache_insert(1, value.parse().unwrap());
            return;
        }
    }
    if !is_installed("redis-server") {
        return;
    }
    let server = Server::redis(&[]);
    let proxy = Proxy::to(server.port);
    process(name, "5", &server.url(), &[]).lines("");
    let mut reads = process(name, "reads", &proxy.url(), &[]);
    reads.hear("ready");
    proxy.refuse(true);
    proxy.cut();
    process(name, "6", &server.url(), &[]).lines("");
    proxy.refuse(false);
    reads.go();
    // Not after the local `ttl`, which is longer than the test waits.
    assert_eq!(reads.lines("after").len(), 1);
}
