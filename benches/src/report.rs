//! docs/benchmarks.md: how it was measured, the table, the targets.

use crate::figures::{digits, version};
use crate::options::Options;
use crate::results::Results;
use crate::{svg, targets};
use std::fmt::Write as _;
use std::io;

/// The peers whose versions are named.
const PEERS: [&str; 7] = [
    "cached",
    "memoize",
    "quick_cache",
    "moka",
    "lru",
    "schnellru",
    "papaya",
];

/// Writes page and picture.
pub(crate) fn write(results: &Results, options: &Options) -> io::Result<()> {
    let folder = options.folder();
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("benchmarks.md"), page(results, options))?;
    std::fs::write(folder.join("benchmarks.svg"), svg::picture(results))?;
    println!(
        "written: benchmarks.md and benchmarks.svg in {}",
        folder.display()
    );
    Ok(())
}

fn page(results: &Results, options: &Options) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rounds = options.rounds();
    let quick = if options.quick {
        "\nThis was a quick run, with short rounds: it shows that everything runs, the numbers are rough.\n"
    } else {
        ""
    };
    let versions: Vec<String> = PEERS
        .iter()
        .map(|name| format!("`{name}` {}", version(name)))
        .collect();
    let versions = versions.join(", ");
    let table = table(results);
    let targets = targets::table(results, true);
    format!(
        "# memofn against its peers

Written by `cargo run --release -p memofn-benches -- --instructions --build`, on a machine with {cores} cores.
{quick}
![Time of a call, as a multiple of memofn's](benchmarks.svg)

## The table

Each number is what the contender of the row takes, divided by what memofn takes: above 1, memofn is faster
(smaller). `–` means that it takes no part or that the work was not in this run.

{table}
## The targets

What memofn is held to. Here memofn's number is the one that is divided: less is better.

{targets}
## How it is measured

* All in one process, on the same keys; in each of {rounds} rounds every contender runs once, in turn. Compared are the
  medians: noise hits all alike. No absolute time is a result: it would be the machine's.
* Time per call is wall time × cores in use / calls: with no more threads than cores, how long a call takes.
  Threads start together and stay on their core; all caches are warm. In works with hits no body runs, which is checked.
* Compared are caches bounded alike: what keeps everything with `memofn unbounded`, LRU with `memofn lru`, `quick_cache`
  and `moka`, whose policies are others, with `memofn fifo`; memofn's own with `memofn unbounded`. In works with misses
  all are compared with `memofn lru`, and a better policy is part of the result.
* memofn and the attributes stand on functions `fn(u64) -> u64`; the others are called in the shape of a memoized
  function: look up, clone the value, else compute and store. `memoize` alone keeps its results per thread; its
  callers make a `String` for each `&str` key. `papaya` is a bare map. The limit is a `HashMap` in a `thread_local`, with
  memofn's hasher, foldhash. CPython's numbers hold its interpreter's loop.
* Works: one hot key, 1,024 and 400,000 keys drawn uniformly, caches larger than that; 1,024 `&str` keys of 26 bytes;
  `String` values of 21 bytes and `Arc<str>`; misses with ever new keys at a capacity of 1,024; Zipf over 100,000 keys
  (exponent 1) at the capacities at which LRU finds 50 and 90 %. Bodies cost nothing.
* Memory: what the allocator was asked for, for a million entries `u64 → u64`, at a capacity of a million.
* Instructions are user-space ones, under `perf stat` or callgrind. Builds are debug builds in generated crates; the
  rebuilt one has 100 functions `fn(&str, u64) -> u64` (for `memoize`, `String`).
* Versions: {versions}.
"
    )
}

/// One row per contender, one column per work.
fn table(results: &Results) -> String {
    let works = results.works();
    let mut text = format!("| | compared with | {} |\n", works.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "--:|".repeat(works.len()));
    for contender in results.contenders() {
        let cells: Vec<_> = works
            .iter()
            .map(|work| {
                let cell = results
                    .cells
                    .iter()
                    .find(|cell| cell.work == *work && cell.contender == contender);
                (cell, cell.and_then(|cell| results.ratio(cell)))
            })
            .collect();
        let reference = cells.iter().find_map(|(cell, _)| Some((*cell)?.reference));
        let ratios: Vec<String> = cells
            .iter()
            .map(|(_, ratio)| ratio.map_or_else(|| "–".to_string(), digits))
            .collect();
        let _ = writeln!(
            text,
            "| {contender} | {} | {} |",
            reference.unwrap_or_default(),
            ratios.join(" | ")
        );
    }
    text
}
