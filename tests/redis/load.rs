//! Under load from 8 threads, while servers and networks fail: every call is right, none is held up for
//! longer than the body and the time-out, failures are counted, the breaker opens and closes, and
//! neither threads nor connections are left behind. `MEMOFN_LOAD_SECONDS` says how long each takes; 10 for the
//! table in `docs/redis.md`.

use crate::servers::pace::Pace;
use crate::servers::processes::{self, Process};
use crate::servers::proxy::Proxy;
use crate::servers::{PATIENCE, Server, free_port, is_installed};
use memofn::memoize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

const THREADS: u64 = 8;
const TIMEOUT: Duration = Duration::from_millis(100);
const BODY: Duration = Duration::from_millis(2);

static PACE: Pace = Pace::new();

fn seconds() -> f64 {
    let given = std::env::var("MEMOFN_LOAD_SECONDS").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(1.5)
}

fn right(n: u64) -> String {
    format!("{n}:{}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

#[memoize(store = "redis", ttl = "5m", name = "redis.load")]
fn blocking(n: u64) -> String {
    let begun = Instant::now();
    thread::sleep(BODY);
    PACE.computed(begun);
    right(n)
}

#[memoize(store = "redis", ttl = "5m", name = "redis.load_async")]
async fn awaiting(n: u64) -> String {
    let begun = Instant::now();
    smol::Timer::after(BODY).await;
    PACE.computed(begun);
    right(n)
}

/// More than the 1 MiB that is stored.
fn right_and_large(n: u64) -> String {
    format!("{:>24}", right(n)).repeat(50_000)
}

#[memoize(store = "redis", ttl = "5m", name = "redis.load_large")]
fn large(n: u64) -> String {
    let begun = Instant::now();
    thread::sleep(BODY);
    let value = right_and_large(n);
    PACE.computed(begun);
    value
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blocking,
    Awaiting,
    Large,
}

impl Kind {
    /// Calls, and says whether it was right.
    fn call(self, n: u64) -> bool {
        let begun = Instant::now();
        let value = match self {
            Self::Blocking => blocking(n),
            Self::Awaiting => smol::block_on(awaiting(n)),
            Self::Large => large(n),
        };
        PACE.called(begun.elapsed());
        match self {
            Self::Large => value == right_and_large(n),
            _ => value == right(n),
        }
    }

    fn info(self) -> memofn::CacheInfo {
        match self {
            Self::Blocking => blocking_cache_info(),
            Self::Awaiting => awaiting_cache_info(),
            Self::Large => large_cache_info(),
        }
    }

    fn is_stored(self, n: u64) -> bool {
        match self {
            Self::Blocking => blocking_cache_get(n).is_some(),
            Self::Awaiting => awaiting_cache_get(n).is_some(),
            Self::Large => large_cache_get(n).is_some(),
        }
    }
}

/// What this process has open.
fn open() -> (usize, usize) {
    let count = |folder: &str| std::fs::read_dir(folder).map_or(0, Iterator::count);
    (count("/proc/self/task"), count("/proc/self/fd"))
}

/// The process that calls: until a line comes in, and for a while longer.
fn loaded(kind: Kind, recovers: bool) {
    let (stop, next, wrong) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let (mut before, mut info) = (open(), kind.info());
    thread::scope(|scope| {
        PACE.watch(scope, &stop);
        for thread in 0..THREADS {
            let (stop, next, wrong) = (&stop, &next, &wrong);
            scope.spawn(move || {
                while !stop.load(SeqCst) {
                    // Each argument a few times, near to each other and by several threads.
                    let n = next.fetch_add(1, SeqCst) / 4 + thread % 2;
                    let is_right = kind.call(n);
                    wrong.fetch_add(u64::from(!is_right), SeqCst);
                }
            });
        }
        thread::sleep(Duration::from_millis(200));
        before = open();
        processes::ready();
        info = kind.info();
        stop.store(true, SeqCst);
    });
    let told = PACE.told();
    let after = open();
    let begun = Instant::now();
    if recovers {
        // A new result is stored: the breaker has closed.
        let fresh = (1 << 40..).find(|&n| {
            assert!(begun.elapsed() < PATIENCE * 2, "the breaker never closes");
            assert!(kind.call(n));
            kind.is_stored(n)
        });
        assert!(fresh.is_some());
    }
    processes::say(
        "report",
        format!(
            "{} {} {} {} {} {} {} {told}",
            next.into_inner(),
            wrong.into_inner(),
            info.hits,
            info.errors,
            begun.elapsed().as_millis(),
            after.0.saturating_sub(before.0),
            after.1.saturating_sub(before.1),
        ),
    );
}

/// What came of it.
struct Report {
    calls: u64,
    hits: u64,
    errors: u64,
    slowest: Duration,
}

/// Runs the load in a process of its own against `url`, and `fault` meanwhile, which is told how long it
/// has. `recovers`: afterwards results are stored again.
fn under_load(
    test: &str,
    kind: Kind,
    url: &str,
    recovers: bool,
    fault: impl FnOnce(Duration),
) -> Report {
    let role = match (kind, recovers) {
        (Kind::Blocking, true) => "blocking",
        (Kind::Blocking, false) => "blocking for good",
        (Kind::Awaiting, _) => "awaiting",
        (Kind::Large, _) => "large",
    };
    let variables = [("MEMOFN_REDIS_URL", url), ("MEMOFN_STORE_TIMEOUT", "100ms")];
    let mut process = Process::start(&format!("load::{test}"), role, &variables);
    process.hear("ready");
    let time = Duration::from_secs_f64(seconds());
    thread::sleep(time / 4);
    fault(time / 2);
    thread::sleep(time / 4);
    process.go();
    let report = process.hear("report");
    let numbers: Vec<u64> = report
        .split(' ')
        .map(|text| text.parse().unwrap())
        .collect();
    let [
        calls,
        wrong,
        hits,
        errors,
        recovered,
        threads,
        files,
        call,
        body,
        late,
    ] = numbers[..]
    else {
        panic!("{report}");
    };
    let pace = Pace::heard([call, body, late]);
    let slowest = pace.beyond();
    println!(
        "| {test} ({role}) | {calls} | {hits} | {errors} | {} | {recovered} | {} |",
        slowest.as_millis(),
        pace.late().as_millis(),
    );
    assert_eq!(wrong, 0, "{report}");
    pace.check(TIMEOUT);
    // The thread of the driver and the client's own, that of the alarms, and four for what is left to do, which end
    // when they had nothing to do for a while; connections of 8 threads, of these and one more.
    assert!(
        threads <= 8 && files <= 16,
        "{threads} threads, {files} files more"
    );
    Report {
        calls,
        hits,
        errors,
        slowest,
    }
}

/// In the process that the test starts: does its part. Else: is there a server?
fn is_test() -> bool {
    match processes::role().as_deref() {
        None => is_installed("redis-server"),
        Some(role) => {
            match role {
                "blocking" => loaded(Kind::Blocking, true),
                "awaiting" => loaded(Kind::Awaiting, true),
                "large" => loaded(Kind::Large, false),
                _ => loaded(Kind::Blocking, false),
            }
            false
        }
    }
}

const BOTH: [Kind; 2] = [Kind::Blocking, Kind::Awaiting];

/// Few calls were held up: without a breaker, each that met the fault would have been.
fn assert_open(report: &Report, fault: Duration) {
    let held_up = fault.as_millis() / TIMEOUT.as_millis() * u128::from(THREADS);
    assert!(
        u128::from(report.errors) > held_up,
        "{} errors, {held_up}",
        report.errors
    );
    assert!(report.calls > report.errors);
}

#[test]
fn nothing_fails() {
    if is_test() {
        for kind in BOTH {
            let server = Server::redis(&[]);
            let report = under_load("nothing_fails", kind, &server.url(), true, thread::sleep);
            assert!(
                report.hits > report.calls / 4,
                "{} of {}",
                report.hits,
                report.calls
            );
            println!("slowest {:?}", report.slowest);
        }
    }
}

#[test]
fn no_server_at_start() {
    if is_test() {
        for kind in BOTH {
            let port = free_port();
            let url = format!("redis://127.0.0.1:{port}");
            let mut server = None;
            let report = under_load("no_server_at_start", kind, &url, true, |time| {
                thread::sleep(time);
                server = Some(Server::redis_at(port, &[]));
            });
            assert_open(&report, Duration::from_millis(1));
        }
    }
}

#[test]
fn never_a_server() {
    if is_test() {
        let url = format!("redis://127.0.0.1:{}", free_port());
        let report = under_load("never_a_server", Kind::Blocking, &url, false, thread::sleep);
        // The hits are those that joined a call of their own process.
        assert!(report.errors > 0 && report.hits < report.calls);
    }
}

#[test]
fn stopped_and_continued() {
    if is_test() {
        for kind in BOTH {
            let server = Server::redis(&[]);
            let report = under_load("stopped_and_continued", kind, &server.url(), true, |time| {
                server.pause();
                thread::sleep(time);
                server.resume();
            });
            assert_open(&report, Duration::from_secs_f64(seconds() / 2.0));
        }
    }
}

#[test]
fn killed_and_restarted() {
    if is_test() {
        for kind in BOTH {
            let mut server = Server::redis(&[]);
            let url = server.url();
            let report = under_load("killed_and_restarted", kind, &url, true, |time| {
                server.kill();
                thread::sleep(time);
                server.restart();
            });
            assert!(report.errors > 0);
        }
    }
}

#[test]
fn connections_cut() {
    if is_test() {
        for kind in BOTH {
            let server = Server::redis(&[]);
            let report = under_load("connections_cut", kind, &server.url(), true, |time| {
                let begun = Instant::now();
                while begun.elapsed() < time {
                    server.ask(&["CLIENT KILL TYPE normal SKIPME yes"]);
                    thread::sleep(Duration::from_millis(20));
                }
            });
            assert!(report.hits > 0);
        }
    }
}

#[test]
fn out_of_memory() {
    if is_test() {
        let server = Server::redis(&["--maxmemory-policy", "noeviction"]);
        let report = under_load(
            "out_of_memory",
            Kind::Blocking,
            &server.url(),
            true,
            |time| {
                server.ask(&["CONFIG SET maxmemory 1"]);
                thread::sleep(time);
                server.ask(&["CONFIG SET maxmemory 0"]);
            },
        );
        assert!(report.errors > 0);
    }
}

#[test]
fn oversized_values() {
    if is_test() {
        let server = Server::redis(&[]);
        let report = under_load(
            "oversized_values",
            Kind::Large,
            &server.url(),
            false,
            thread::sleep,
        );
        assert!(report.errors > 0);
        // None of them is there, and no claim either. (A claim may stay for its lease where an operation took
        // too long, on a loaded machine.)
        let keys = server.ask(&["KEYS *"]);
        let others = keys.matches("memo:").count() - 1;
        assert!(others as u64 <= THREADS, "{keys}");
        assert!(keys.contains(":epoch"), "{keys}");
    }
}

#[test]
fn read_only_replica() {
    if is_test() {
        let server = Server::redis(&[]);
        let report = under_load(
            "read_only_replica",
            Kind::Blocking,
            &server.url(),
            true,
            |time| {
                server.ask(&[&format!("REPLICAOF 127.0.0.1 {}", free_port())]);
                thread::sleep(time);
                server.ask(&["REPLICAOF NO ONE"]);
            },
        );
        assert!(report.errors > 0);
    }
}

#[test]
fn slow_network() {
    if is_test() {
        for (name, delay) in [("slow_network", TIMEOUT * 3), ("slow_network", TIMEOUT / 2)] {
            for kind in BOTH {
                let server = Server::redis(&[]);
                let proxy = Proxy::to(server.port);
                let report = under_load(name, kind, &proxy.url(), true, |time| {
                    proxy.delay(delay);
                    thread::sleep(time);
                    proxy.delay(Duration::ZERO);
                });
                if delay > TIMEOUT {
                    assert!(report.errors > 0);
                }
            }
        }
    }
}

#[test]
fn network_that_swallows() {
    if is_test() {
        for kind in BOTH {
            let server = Server::redis(&[]);
            let proxy = Arc::new(Proxy::to(server.port));
            let report = under_load("network_that_swallows", kind, &proxy.url(), true, |time| {
                proxy.swallow(true);
                thread::sleep(time);
                proxy.swallow(false);
            });
            assert!(report.errors > 0);
        }
    }
}
