//! The demonstration: clients ask without a pause, and meanwhile an instance is killed, and Redis.

use crate::client::ask;
use crate::instance::Instance;
use crate::servers::{Folder, Server, free_port, is_installed, until};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

/// Item `n` costs `100 + n`, until it is said otherwise.
const ITEMS: u64 = 20;
const CLIENTS: u64 = 4;
/// How long a phase is watched, at least.
const PHASE: Duration = Duration::from_secs(2);
/// What the first item costs in the end.
const CHANGED: u64 = 777;

/// What the clients saw.
#[derive(Default)]
struct Seen {
    requests: AtomicU64,
    /// In microseconds.
    longest: AtomicU64,
    failures: Mutex<Vec<String>>,
    ends: AtomicBool,
}

impl Seen {
    /// Whoever stands between clients and instances asks another one if the first is gone. That answer
    /// has to be there, and to be right.
    fn client(&self, number: u64, ports: [u16; 2]) {
        let mut turn = number;
        while !self.ends.load(SeqCst) {
            let item = turn % ITEMS;
            let path = format!("/price/{item}");
            let begun = Instant::now();
            let [first, second] = if (turn / ITEMS).is_multiple_of(2) {
                ports
            } else {
                [ports[1], ports[0]]
            };
            let answer = ask(first, "GET", &path).or_else(|_| ask(second, "GET", &path));
            let is_right = |price: &str| {
                price == (100 + item).to_string() || item == 0 && price == CHANGED.to_string()
            };
            match answer {
                Ok((200, price)) if is_right(&price) => {}
                other => { self.failures.lock().unwrap() }.push(format!("{path}: {other:?}")),
            }
            let took = begun.elapsed().as_micros().try_into().unwrap_or(u64::MAX);
            self.longest.fetch_max(took, SeqCst);
            self.requests.fetch_add(1, SeqCst);
            turn += 1;
        }
    }
}

struct Demo<'d> {
    seen: &'d Seen,
    database: &'d Path,
    bodies: usize,
}

impl Demo<'_> {
    /// So much is in the log of the database.
    fn bodies(&self) -> usize {
        let log = fs::read_to_string(self.database.join("log"));
        log.map_or(0, |log| log.lines().count())
    }

    /// Something happens, and a while passes.
    fn phase(&mut self, name: &str, happens: impl FnOnce()) {
        let (begun, requests) = (Instant::now(), self.seen.requests.load(SeqCst));
        let failures = self.seen.failures.lock().unwrap().len();
        self.seen.longest.store(0, SeqCst);
        happens();
        until("clients are answered", || {
            let since = self.seen.requests.load(SeqCst) - requests;
            begun.elapsed() >= PHASE && since > 2 * ITEMS * CLIENTS
        });
        let bodies = self.bodies();
        println!(
            "{name:34} {:>8} {:>8} {:>6} {:>7} ms",
            self.seen.requests.load(SeqCst) - requests,
            self.seen.failures.lock().unwrap().len() - failures,
            bodies - self.bodies,
            self.seen.longest.load(SeqCst) / 1000,
        );
        self.bodies = bodies;
    }
}

fn write_prices(database: &Path, first: u64) -> Result<(), String> {
    let price = |item| if item == 0 { first } else { 100 + item };
    let lines = (0..ITEMS).map(|item| format!("{item} {}\n", price(item)));
    // In one step: instances read it meanwhile.
    let draft = database.join("draft");
    fs::write(&draft, lines.collect::<String>())
        .and_then(|()| fs::rename(&draft, database.join("prices")))
        .map_err(|error| format!("the database: {error}"))
}

/// All of it. Fails if a request did.
pub(crate) fn run() -> Result<(), String> {
    if !is_installed("redis-server") {
        return Ok(());
    }
    let folder = Folder::new();
    let database = folder.path();
    write_prices(database, 100)?;
    let mut redis = Server::redis(&[]);
    let url = redis.url();
    let start = |port| Instance::start(port, &url, database);
    let mut first = start(free_port());
    let second = start(free_port());
    let ports = [first.port, second.port];

    let seen = Seen::default();
    thread::scope(|scope| {
        let _ends = Ends(&seen.ends);
        for number in 0..CLIENTS {
            let seen = &seen;
            scope.spawn(move || seen.client(number, ports));
        }
        let mut demo = Demo {
            seen: &seen,
            database,
            bodies: 0,
        };
        println!(
            "{:34} requests failures bodies   longest",
            format!("{ITEMS} items, {CLIENTS} clients")
        );
        demo.phase("two instances", || {});
        demo.phase("one is killed", || first.kill());
        demo.phase("and started again", || first = start(ports[0]));
        demo.phase("Redis is killed", || redis.kill());
        demo.phase("and started again, empty", || {
            redis.restart();
            // Its users try again after a while.
            until("results are in Redis again", || {
                !redis.ask(&["DBSIZE"]).starts_with(":0\r")
            });
        });
        let mut told = Ok(());
        demo.phase("a price changes, and is removed", || {
            told = changed(ports, database)
        });
        told
    })?;

    for port in ports {
        let (_, stats) = ask(port, "GET", "/stats").map_err(|error| error.to_string())?;
        println!("{port}: {stats}");
    }
    let failures = seen.failures.into_inner().unwrap();
    match failures.first() {
        None => Ok(()),
        Some(first) => Err(format!("{} requests failed: {first}", failures.len())),
    }
}

/// The clients end with the demonstration, however that ends.
struct Ends<'e>(&'e AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// Changes a price, removes the result at one instance, and waits until the other gives the new one.
fn changed(ports: [u16; 2], database: &Path) -> Result<(), String> {
    write_prices(database, CHANGED)?;
    let begun = Instant::now();
    let removed = ask(ports[0], "DELETE", "/price/0");
    if !matches!(&removed, Ok((200, _))) {
        return Err(format!("removing: {removed:?}"));
    }
    until(
        "the other instance gives the new price",
        || matches!(ask(ports[1], "GET", "/price/0"), Ok((200, price)) if price == CHANGED.to_string()),
    );
    let took = begun.elapsed().as_millis();
    println!("  removed at one, and seen at the other after {took} ms");
    Ok(())
}
