//! The ratios that memofn is held to, and whether this run met them.
//!
//! Here a ratio is memofn's number divided by the other's: less is better.

use crate::build_time::{COLD, REBUILD};
use crate::contenders::{FIFO, LIMIT, LRU, LRU_TTL, THREAD, UNBOUNDED};
use crate::figures::digits;
use crate::memory::MEMORY;
use crate::results::Results;
use crate::works::{HOT, MISSES, NAMES, SMALL};
use std::fmt::Write as _;

const CACHED: &str = "#[cached]";
const CACHED_LRU: &str = "#[cached(max_size)]";

/// What a number of memofn's is divided by.
enum Against {
    /// Another contender's in the same work.
    Peer(&'static str),
    /// Its own in another work.
    Own(&'static str),
    /// Nothing: bytes.
    Nothing,
}

struct Target {
    work: &'static str,
    subject: &'static str,
    against: Against,
    most: f64,
}

fn targets() -> Vec<Target> {
    use Against::{Nothing, Own, Peer};
    let target = |work, subject, against, most| Target {
        work,
        subject,
        against,
        most,
    };
    vec![
        target(SMALL[0], UNBOUNDED, Peer(LIMIT), 1.25),
        target(SMALL[0], UNBOUNDED, Peer(CACHED), 0.80),
        target(SMALL[0], LRU, Peer(CACHED_LRU), 0.50),
        target(SMALL[0], LRU, Peer("#[concurrent_cached(max_size)]"), 0.30),
        target(SMALL[0], FIFO, Peer("quick_cache"), 0.60),
        target(SMALL[0], FIFO, Peer("moka"), 0.10),
        target(HOT[1], UNBOUNDED, Own(HOT[0]), 1.25),
        target(HOT[1], FIFO, Own(HOT[0]), 1.25),
        target(SMALL[1], UNBOUNDED, Own(SMALL[0]), 1.25),
        target(SMALL[1], FIFO, Own(SMALL[0]), 1.25),
        target(SMALL[1], UNBOUNDED, Peer(CACHED), 0.35),
        target(SMALL[1], FIFO, Peer("quick_cache"), 0.25),
        target(SMALL[1], LRU, Peer(CACHED_LRU), 0.35),
        target(HOT[1], UNBOUNDED, Peer("quick_cache"), 0.10),
        target(HOT[1], LRU, Peer(CACHED_LRU), 0.25),
        target(SMALL[0], LRU_TTL, Peer("#[cached(max_size, ttl)]"), 0.45),
        target(NAMES, LRU, Peer(CACHED_LRU), 0.35),
        target(MISSES, LRU, Peer("quick_cache"), 1.10),
        target(MISSES, LRU, Peer("lru + Mutex"), 1.60),
        target(MISSES, LRU, Peer(CACHED_LRU), 0.80),
        target(SMALL[0], THREAD, Peer(LIMIT), 1.10),
        target(MEMORY, UNBOUNDED, Nothing, 52.0),
        target(MEMORY, LRU, Nothing, 52.0),
        target(COLD, UNBOUNDED, Peer("memoize"), 1.00),
        target(COLD, UNBOUNDED, Peer(CACHED), 0.45),
        target(REBUILD, UNBOUNDED, Peer(CACHED), 1.00),
    ]
}

impl Target {
    fn measured(&self, results: &Results) -> Option<f64> {
        let own = results.value(self.work, self.subject)?;
        Some(match self.against {
            Against::Peer(peer) => own / results.value(self.work, peer)?,
            Against::Own(work) => own / results.value(work, self.subject)?,
            Against::Nothing => own,
        })
    }

    fn row(&self, results: &Results) -> String {
        let (against, unit) = match self.against {
            Against::Peer(peer) => (peer, ""),
            Against::Own(work) => (work, ""),
            Against::Nothing => ("", " B"),
        };
        let (measured, met) = match self.measured(results) {
            Some(value) if value <= self.most => (digits(value) + unit, "yes"),
            Some(value) if digits(value) == digits(self.most) => {
                (format!("{value:.4}{unit}"), "**no**")
            }
            Some(value) => (digits(value) + unit, "**no**"),
            None => ("not in this run".to_string(), ""),
        };
        let most = digits(self.most);
        let Self { work, subject, .. } = self;
        format!("| {work} | {subject} | {against} | ≤ {most}{unit} | {measured} | {met} |")
    }
}

/// The table of targets: of all, or of those that this run measured.
pub(crate) fn table(results: &Results, all: bool) -> String {
    let mut text = String::from(
        "| work | memofn's | divided by | target | measured | met? |\n|---|---|---|--:|--:|---|\n",
    );
    for target in targets() {
        if all || target.measured(results).is_some() {
            let _ = writeln!(text, "{}", target.row(results));
        }
    }
    text
}

/// How many were met, of how many that were measured.
pub(crate) fn met(results: &Results) -> (usize, usize) {
    let targets = targets();
    let measured = targets
        .iter()
        .filter_map(|target| Some(target.measured(results)? <= target.most));
    (
        measured.clone().filter(|met| *met).count(),
        measured.count(),
    )
}
