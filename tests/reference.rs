//! Traces of real programs, replayed through the library's caches: how many accesses are hits, against a
//! simulator of the same policies.
//!
//! Two traces are in `tests/data/traces`. More are read from `../shared/traces` beside the workspace, or
//! beside a folder above it, if they are there: the small ones always, those up to a million accesses in
//! release builds, and the largest too if `MEMOFN_TRACES=all`.

use memofn::{Cache, Policy};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// What the simulator says of a trace at one capacity.
#[derive(Clone, Debug)]
struct Row {
    folder: Arc<Path>,
    trace: String,
    accesses: u64,
    capacity: usize,
    policy: String,
    hits: u64,
}

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/traces")
}

/// `../shared/traces`, seen from the workspace or a folder above it.
fn shared() -> Option<PathBuf> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    let mut traces = folders.map(|folder| folder.join("shared/traces"));
    let found = traces.find(|folder| folder.join("reference.csv").is_file());
    if found.is_none() {
        println!(
            "no folder shared/traces beside the workspace: only the traces in tests/data are replayed"
        );
    }
    found
}

/// Longer traces are left out.
fn longest() -> u64 {
    if std::env::var("MEMOFN_TRACES").is_ok_and(|which| which == "all") {
        u64::MAX
    } else if cfg!(debug_assertions) {
        20_000
    } else {
        1_000_000
    }
}

fn rows_of(folder: PathBuf) -> Vec<Row> {
    let file = folder.join("reference.csv");
    let table = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let folder: Arc<Path> = folder.into();
    let row = |line: &str| {
        let [trace, accesses, _, capacity, _, policy, hits, _] =
            line.split(',').collect::<Vec<_>>()[..]
        else {
            panic!("{file:?}: {line}");
        };
        Row {
            folder: folder.clone(),
            trace: trace.to_owned(),
            accesses: accesses.parse().unwrap(),
            capacity: capacity.parse().unwrap(),
            policy: policy.to_owned(),
            hits: hits.parse().unwrap(),
        }
    };
    table.lines().skip(1).map(row).collect()
}

/// Those of the reference that don't know the future.
const POLICIES_OF_THE_REFERENCE: [&str; 16] = [
    "LRU",
    "FIFO",
    "LFU",
    "Random",
    "CLOCK1",
    "CLOCK2",
    "SLRU",
    "2Q",
    "ARC",
    "LIRS",
    "SIEVE",
    "S3-FIFO",
    "TinyLFU-LRU",
    "W-TinyLFU",
    "W-TinyLFU-10",
    "W-TinyLFU-hc",
];

fn rows(policy: &str) -> Vec<Row> {
    let rows = rows_if_any(policy);
    assert!(!rows.is_empty());
    rows
}

fn rows_if_any(policy: &str) -> Vec<Row> {
    let mut rows = rows_of(committed());
    if let Some(shared) = shared() {
        let mut more = rows_of(shared);
        more.retain(|row| rows.iter().all(|known| known.trace != row.trace));
        more.retain(|row| row.accesses <= longest());
        rows.append(&mut more);
    }
    rows.retain(|row| row.policy == policy);
    rows
}

/// The keys of a trace, in order. Read once.
fn keys(row: &Row) -> Arc<[u64]> {
    static READ: LazyLock<Mutex<HashMap<String, Arc<[u64]>>>> = LazyLock::new(Mutex::default);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = read.entry(row.trace.clone()).or_insert_with(|| {
        let path = row.folder.join(format!("{}.u64.xz", row.trace));
        let file = std::fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let mut bytes = Vec::new();
        let mut plain = lzma_rust2::XzReader::new(&file[..], true);
        plain.read_to_end(&mut bytes).unwrap();
        let keys = bytes.chunks_exact(8);
        assert!(keys.remainder().is_empty(), "{path:?} ends within a key");
        assert_eq!(keys.len() as u64, row.accesses, "{path:?}");
        keys.map(|key| u64::from_le_bytes(key.try_into().unwrap()))
            .collect()
    });
    keys.clone()
}

/// The hits of a cache. Hashes are the same in each run.
fn hits(row: &Row, policy: Policy) -> u64 {
    let cache = Cache::builder()
        .policy(policy)
        .capacity(row.capacity)
        .hasher(BuildHasherDefault::<DefaultHasher>::default())
        .single_flight(false)
        .seed(1)
        .build();
    for key in &*keys(row) {
        cache.get_or_insert_with(key, || ());
    }
    let info = cache.info();
    assert_eq!(info.hits + info.misses, row.accesses);
    assert!(info.len <= row.capacity);
    info.hits
}

fn hit_for_hit(policy: Policy, name: &str) {
    let rows = rows(name);
    for row in &rows {
        assert_eq!(hits(row, policy), row.hits, "{row:?}");
    }
    println!(
        "{policy}: hit for hit as the reference in {} rows",
        rows.len()
    );
}

#[test]
fn lru_hit_for_hit() {
    hit_for_hit(Policy::Lru, "LRU");
}

#[test]
fn fifo_hit_for_hit() {
    hit_for_hit(Policy::Fifo, "FIFO");
}

#[test]
fn lfu_hit_for_hit() {
    hit_for_hit(Policy::Lfu, "LFU");
}

#[test]
fn sieve_hit_for_hit() {
    hit_for_hit(Policy::Sieve, "SIEVE");
}

#[test]
fn s3_fifo_hit_for_hit() {
    hit_for_hit(Policy::S3Fifo, "S3-FIFO");
}

/// Where `w-tinylfu` falls more than half a point short of the reference, which hashes otherwise and keeps
/// its window at one in a hundred: a loop over 1,409 keys that is run through five times. Which of the keys
/// stay is decided in its first rounds, by which of them were used twice; a candidate that is let in then costs a hit in
/// each round, and is known for that only afterwards.
const SHORT: [(&str, &[usize]); 1] = [("lirs-cs", &[500])];
/// By how many points at most there.
const SHORTEST: f64 = 1.0;

/// At most half a point short of the reference, and better on the whole.
#[test]
fn w_tinylfu_as_good() {
    let rows = rows("W-TinyLFU");
    let mut sum = 0.0;
    for row in &rows {
        let percent = |hits: u64| hits as f64 * 100.0 / row.accesses as f64;
        let (ours, theirs) = (percent(hits(row, Policy::WTinyLfu)), percent(row.hits));
        let (trace, capacity) = (&row.trace, row.capacity);
        println!(
            "{trace} {capacity}: {ours:.2} % hits, {:+.2}",
            ours - theirs
        );
        let is_short =
            |(name, capacities): &(&str, &[usize])| name == trace && capacities.contains(&capacity);
        let short = if SHORT.iter().any(is_short) {
            SHORTEST
        } else {
            0.5
        };
        assert!(ours >= theirs - short, "{row:?}: {ours:.2} %");
        sum += ours - theirs;
    }
    assert!(sum > 0.0, "{sum} points in all");
}

/// How far `adaptive` is below the best of all policies of the literature, row by row, in hundredths.
/// Which one that is, is different from row to row.
#[test]
fn adaptive_near_the_best() {
    let mut best: HashMap<(String, usize), Row> = HashMap::new();
    for name in POLICIES_OF_THE_REFERENCE {
        for row in rows_if_any(name) {
            let known = best.entry((row.trace.clone(), row.capacity));
            let known = known.or_insert_with(|| row.clone());
            if row.hits > known.hits {
                *known = row;
            }
        }
    }
    let short = |row: &Row| {
        let ours = hits(row, Policy::Adaptive);
        let short = (row.hits as f64 - ours as f64) * 100.0 / row.accesses as f64;
        println!(
            "{} {} {}: {short:.2} short",
            row.trace, row.capacity, row.policy
        );
        let most = if row.trace == "cloudphysics-io" {
            7.1
        } else {
            4.0
        };
        assert!(short <= most, "{row:?}: {ours}");
        short
    };
    let all: Vec<f64> = best.values().map(short).collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    println!("{} rows, {mean:.2} on average", all.len());
    assert!(mean <= 0.5);
}
