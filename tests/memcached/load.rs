//! Functions under load while their server fails in one way or another: every call gives the right value, none
//! of them waits longer than the time-out, errors are counted, the breaker opens and closes again.
//!
//! `MEMOFN_LOAD_SECONDS` says how many seconds each fault lasts, 1 by default. Each test prints a line of the
//! table in `docs/memcached.md`.

use crate::servers::pace::Pace;
use crate::servers::proxy::Proxy;
use crate::servers::until;
use crate::{opened, server, url};
use memofn::CacheInfo;
use memofn::store::{Store, settings};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

const KEYS: u64 = 200;
const BODY: Duration = Duration::from_millis(2);

fn square(n: u64) -> String {
    format!("{n} squared is {}", n * n)
}

/// A function over a store of its own, with a breaker of its own.
struct Function {
    way: &'static str,
    address: &'static OnceLock<String>,
    call: fn(u64) -> String,
    remove: fn(u64) -> Option<String>,
    info: fn() -> CacheInfo,
    pace: &'static Pace,
}

macro_rules! function {
    ($name:ident) => {
        function!($name, "blocking", [], std::convert::identity);
    };
    ($name:ident, async) => {
        function!($name, "async", [async], smol::block_on);
    };
    ($name:ident, $way:literal, [$($async:ident)?], $run:path) => {
        mod $name {
            use crate::servers::pace::Pace;
            use memofn::memoize;
            use memofn::store::memcached::Memcached;
            use std::sync::{LazyLock, OnceLock};

            pub(super) static ADDRESS: OnceLock<String> = OnceLock::new();
            static PACE: Pace = Pace::new();
            static STORE: LazyLock<Memcached> =
                LazyLock::new(|| Memcached::open(ADDRESS.get().unwrap()).unwrap());

            #[memoize(store = STORE, ttl = "1h")]
            $($async)? fn called(n: u64) -> String {
                let begun = std::time::Instant::now();
                let value = super::body(n);
                PACE.computed(begun);
                value
            }

            pub(super) fn call(n: u64) -> String {
                $run(called(n))
            }

            pub(super) const FUNCTION: super::Function = super::Function {
                way: $way,
                address: &ADDRESS,
                call,
                remove: called_cache_remove,
                info: called_cache_info,
                pace: &PACE,
            };
        }
    };
}

/// From here on results are larger than the server takes.
const LARGE: u64 = 1_000_000;

fn right(n: u64) -> String {
    match n {
        LARGE.. => square(n).repeat(200_000),
        _ => square(n),
    }
}

/// Takes its time: threads that never rest would hold each other up for longer than any store does.
fn body(n: u64) -> String {
    thread::sleep(BODY);
    right(n)
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// Runs it from eight threads: healthy, while `breaks` holds it broken, and after `mends`.
fn run(
    name: &str,
    function: &Function,
    address: &str,
    first: u64,
    breaks: impl FnOnce(),
    mends: impl FnOnce(),
) -> (CacheInfo, CacheInfo) {
    function.address.set(address.to_owned()).unwrap();
    let lasts: f64 = std::env::var("MEMOFN_LOAD_SECONDS").map_or(1.0, |text| text.parse().unwrap());
    let (stops, calls, slow) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let mut infos = (None, None);
    thread::scope(|scope| {
        function.pace.watch(scope, &stops);
        for thread in 0..8 {
            let (stops, calls, slow) = (&stops, &calls, &slow);
            scope.spawn(move || {
                for turn in 0_u64.. {
                    if stops.load(SeqCst) {
                        return;
                    }
                    let n = first + (turn * 7 + thread * 31) % KEYS;
                    if turn % 50 == 49 && first == 0 {
                        let removed = (function.remove)(n);
                        assert!(removed.is_none_or(|value| value == right(n)));
                    }
                    let begun = Instant::now();
                    let value = (function.call)(n);
                    let took = begun.elapsed();
                    assert!(value == right(n), "a wrong value for {n}");
                    calls.fetch_add(1, SeqCst);
                    slow.fetch_add(u64::from(took >= settings().timeout / 2), SeqCst);
                    function.pace.called(took);
                }
            });
        }
        // A panic in here has to stop the others.
        let _stop = Stop(&stops);
        let info = function.info;
        if first == 0 {
            until("there are hits", || info().hits > 100);
        } else {
            until("there are calls", || info().misses > 20);
        }
        breaks();
        let broken = info();
        let begun = Instant::now();
        until("errors are counted", || info().errors > broken.errors);
        thread::sleep(Duration::from_secs_f64(lasts).saturating_sub(begun.elapsed()));
        let mended = info();
        mends();
        if first == 0 {
            until("there are hits again", || info().hits > mended.hits + 100);
        }
        infos = (Some(broken), Some(mended));
    });
    let info = (function.info)();
    println!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} |",
        function.way,
        calls.load(SeqCst),
        info.hits,
        info.errors,
        slow.load(SeqCst),
        function.pace.beyond().as_millis(),
        function.pace.late().as_millis(),
    );
    function.pace.check(settings().timeout);
    assert!(info.errors > 0);
    let (Some(broken), Some(mended)) = infos else {
        panic!("it ended before");
    };
    (broken, mended)
}

struct Stop<'s>(&'s AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

function!(absent);

#[test]
fn no_server_at_the_start() {
    let Some(mut server) = server(&[]) else {
        return;
    };
    let address = url(server.port);
    server.kill();
    absent::ADDRESS.set(address).unwrap();
    let begun = Instant::now();
    for n in 0..100_000 {
        assert_eq!(absent::call(n % KEYS), square(n % KEYS));
        if begun.elapsed() > Duration::from_secs(1) {
            break;
        }
    }
    let info = (absent::FUNCTION.info)();
    assert!(info.errors > 0 && info.hits == 0, "{info}");
    assert_eq!(info.misses, info.errors, "each was computed, and counted");
    server.restart();
    until("it is used", || {
        absent::call(1);
        (absent::FUNCTION.info)().hits > 0
    });
}

function!(paused);
function!(paused_async, async);

#[test]
fn a_server_that_stands_still() {
    for function in [&paused::FUNCTION, &paused_async::FUNCTION] {
        let Some(server) = server(&[]) else {
            return;
        };
        let (broken, mended) = run(
            "stopped (`SIGSTOP`), continued",
            function,
            &url(server.port),
            0,
            || server.pause(),
            || server.resume(),
        );
        // Most calls don't ask it: the breaker is open.
        let calls = mended.hits + mended.misses - broken.hits - broken.misses;
        assert!(calls > 200, "{calls} calls");
    }
}

function!(killed);
function!(killed_async, async);

#[test]
fn a_server_that_ends_and_comes_back() {
    for function in [&killed::FUNCTION, &killed_async::FUNCTION] {
        let Some(server) = server(&[]) else {
            return;
        };
        let address = url(server.port);
        let server = std::sync::Mutex::new(server);
        run(
            "killed, started again",
            function,
            &address,
            0,
            || server.lock().unwrap().kill(),
            || server.lock().unwrap().restart(),
        );
    }
}

function!(cut);
function!(cut_async, async);

#[test]
fn connections_that_are_cut_all_the_time() {
    for function in [&cut::FUNCTION, &cut_async::FUNCTION] {
        let Some(server) = server(&[]) else {
            return;
        };
        let proxy = Proxy::to(server.port);
        let before = threads();
        run(
            "connections cut, and refused",
            function,
            &url(proxy.port),
            0,
            || {
                for _ in 0..20 {
                    proxy.cut();
                    thread::sleep(Duration::from_millis(5));
                }
                proxy.refuse(true);
                proxy.cut();
            },
            || proxy.refuse(false),
        );
        // Those of other tests come and go.
        assert!(threads() < before + 200, "{} threads", threads());
    }
}

function!(slow);
function!(slow_async, async);
function!(halved);
function!(halved_async, async);

#[test]
fn a_network_that_is_too_slow() {
    let timeout = settings().timeout;
    for (name, function, delay) in [
        ("answers take 300 ms", &slow::FUNCTION, timeout * 3),
        ("answers take 300 ms", &slow_async::FUNCTION, timeout * 3),
        ("answers take 50 ms", &halved::FUNCTION, timeout / 2),
        ("answers take 50 ms", &halved_async::FUNCTION, timeout / 2),
    ] {
        let Some(server) = server(&[]) else {
            return;
        };
        let proxy = Proxy::to(server.port);
        run(
            name,
            function,
            &url(proxy.port),
            0,
            || proxy.delay(delay),
            || proxy.delay(Duration::ZERO),
        );
    }
}

function!(lost);
function!(lost_async, async);

#[test]
fn a_network_that_swallows() {
    for function in [&lost::FUNCTION, &lost_async::FUNCTION] {
        let Some(server) = server(&[]) else {
            return;
        };
        let proxy = Proxy::to(server.port);
        run(
            "a network that loses all, and says nothing",
            function,
            &url(proxy.port),
            0,
            || proxy.swallow(true),
            || proxy.swallow(false),
        );
    }
}

function!(large);
function!(large_async, async);

#[test]
fn results_that_are_too_large() {
    for function in [&large::FUNCTION, &large_async::FUNCTION] {
        let Some(server) = server(&[]) else {
            return;
        };
        run(
            "results above 1 MiB",
            function,
            &url(server.port),
            LARGE,
            || (),
            || (),
        );
        // That is no reason not to ask it.
        let before = (function.info)();
        until("it is used", || {
            (function.call)(3);
            (function.info)().hits > before.hits
        });
        let stats = crate::servers::ask(server.port, &["stats"]);
        assert!(stats.contains("STAT bytes "), "{stats}");
        assert!(opened(server.port).get("memo:key").unwrap().is_none());
    }
}
