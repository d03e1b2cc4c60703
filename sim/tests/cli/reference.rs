//! Hit for hit with another simulator, which was checked against published numbers: of the traces in
//! `traces/` always, and of those in `../shared/traces` where there are such.

use crate::tools::{output, trace};
use memofn::Policy;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What is exact.
const EXACT: [&str; 5] = ["opt", "lru", "fifo", "lfu", "sieve"];

/// Longest traces that are replayed in debug builds: of those at hand, and of others.
const SHORT: [u64; 2] = [100_000, 20_000];

/// Of each trace: its length, and hits by capacity and policy.
type Rows = BTreeMap<String, (u64, BTreeMap<(String, String), String>)>;

fn exact() -> Vec<&'static str> {
    let known = |name: &&str| *name == "opt" || name.parse::<Policy>().is_ok();
    EXACT.into_iter().filter(known).collect()
}

/// From a table with a row of names.
fn read(path: &Path) -> Rows {
    let text = fs::read_to_string(path).expect("it can be read");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a row of names").split(',').collect();
    let mut rows = Rows::new();
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        let field = |name: &str| {
            let column = names.iter().position(|column| *column == name);
            fields[column.expect(name)]
        };
        let policy = field("policy").to_lowercase();
        if exact().contains(&policy.as_str()) {
            let accesses = field("accesses").parse().expect("a number");
            let (_, hits) = rows
                .entry(field("trace").into())
                .or_insert((accesses, BTreeMap::new()));
            hits.insert((field("capacity").into(), policy), field("hits").into());
        }
    }
    rows
}

/// How many rows agree: all.
fn compare(name: &str, path: &str, hits: &BTreeMap<(String, String), String>) -> usize {
    let mut capacities: Vec<&str> = hits.keys().map(|(capacity, _)| capacity.as_str()).collect();
    capacities.dedup();
    let words = format!(
        "{path} --csv --policies {} --capacities {}",
        exact().join(","),
        capacities.join(",")
    );
    let lines = output(&words, b"");
    let mut same = 0;
    for line in lines.lines().skip(1) {
        let [trace, capacity, policy, _, found] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        assert_eq!(trace, name);
        assert_eq!(
            Some(found),
            hits.get(&(capacity.into(), policy.into()))
                .map(String::as_str),
            "{line}"
        );
        same += 1;
    }
    assert_eq!(same, hits.len());
    same
}

#[test]
fn the_traces_at_hand() {
    let reference = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("traces/reference.csv"));
    let mut rows = 0;
    for (name, (accesses, hits)) in &reference {
        if *accesses <= SHORT[0] || !cfg!(debug_assertions) {
            rows += compare(name, &trace(name), hits);
        }
    }
    assert!(rows >= 7 * exact().len(), "{rows}");
}

/// `../shared/traces` of a folder above, or what `MEMOFN_TRACES` names.
fn shared() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("MEMOFN_TRACES") {
        return Some(named.into());
    }
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut folders = above.map(|folder| folder.join("shared/traces"));
    folders.find(|folder| folder.join("reference.csv").exists())
}

#[test]
fn all_traces() {
    let Some(folder) = shared() else {
        println!("skipped: no shared/traces in a folder above, and MEMOFN_TRACES names none");
        return;
    };
    let (mut rows, mut left) = (0, Vec::new());
    for (name, (accesses, hits)) in read(&folder.join("reference.csv")) {
        if accesses > SHORT[1]
            && cfg!(debug_assertions)
            && std::env::var_os("MEMOFN_ALL_TRACES").is_none()
        {
            left.push(name);
            continue;
        }
        let path = folder.join(format!("{name}.u64.xz"));
        rows += compare(&name, path.to_str().expect("UTF-8"), &hits);
    }
    println!("{rows} rows agree");
    if !left.is_empty() {
        let left = left.join(", ");
        println!("left for --release, or MEMOFN_ALL_TRACES=1: {left}");
    }
    assert!(rows > 0);
}
