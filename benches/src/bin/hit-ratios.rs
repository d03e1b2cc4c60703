//! Hits of peers on a trace, in the lines that `memofn-sim --also` reads:
//! `cargo run --release -p memofn-benches --bin hit-ratios -- CAPACITIES TRACE.u64…`, where a trace is a file of
//! 8 bytes a key (`xz -dk` unpacks one). Caches that only do what `lru` does are left out: they are its curve.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// A peer: how many of these keys it has when they are asked for, with room for so many.
type Peer = (&'static str, fn(&[u64], usize) -> usize);

const PEERS: [Peer; 2] = [("moka", moka), ("quick_cache", quick_cache)];

fn moka(keys: &[u64], capacity: usize) -> usize {
    let cache: moka::sync::Cache<u64, ()> = moka::sync::Cache::new(capacity as u64);
    let hit = |key: &&u64| {
        let hit = cache.get(*key).is_some();
        if !hit {
            cache.insert(**key, ());
            // Else it may hold more than its capacity for a while.
            cache.run_pending_tasks();
        }
        hit
    };
    keys.iter().filter(hit).count()
}

fn quick_cache(keys: &[u64], capacity: usize) -> usize {
    let mut cache = quick_cache::unsync::Cache::new(capacity);
    let mut hits = 0;
    for key in keys {
        match cache.get(key) {
            Some(()) => hits += 1,
            None => cache.insert(*key, ()),
        }
    }
    hits
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let capacities: Option<Vec<usize>> = args.next().and_then(|list| {
        list.split(',')
            .map(|text| text.trim().parse().ok())
            .collect()
    });
    let traces: Vec<String> = args.collect();
    let Some(capacities) = capacities.filter(|_| !traces.is_empty()) else {
        eprintln!("usage: hit-ratios 100,1000 TRACE.u64…");
        return ExitCode::from(2);
    };
    match traces.iter().try_for_each(|trace| rows(trace, &capacities)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hit-ratios: {error}");
            ExitCode::FAILURE
        }
    }
}

fn rows(trace: &str, capacities: &[usize]) -> io::Result<()> {
    let bytes =
        std::fs::read(trace).map_err(|error| io::Error::other(format!("{trace}: {error}")))?;
    let (keys, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() || keys.is_empty() {
        return Err(io::Error::other(format!(
            "{trace}: no file of 8 bytes a key"
        )));
    }
    let keys: Vec<u64> = keys.iter().map(|key| u64::from_le_bytes(*key)).collect();
    let name = Path::new(trace)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let name = name.strip_suffix(".u64").unwrap_or(&name);
    let mut out = io::stdout().lock();
    for capacity in capacities {
        for (peer, hits) in PEERS {
            writeln!(
                out,
                "{name},{capacity},{peer},{},{}",
                keys.len(),
                hits(&keys, *capacity)
            )?;
        }
    }
    Ok(())
}
