//! What does `#[memoize]` save on a real access log?
//!
//! Reads 9,999 requests to a web server, finds out which browser sent each, and prints a report: the browsers, the
//! time with and without the attribute, the cache's statistics, and what other capacities and policies would have
//! given.
//!
//! ```text
//! cargo run --release --example access_log [FILE]
//! ```
//!
//! `FILE` has the columns of `data/requests.tsv` (see `data/README.md`), which is what is read without one.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use std::{env, fs};

use memofn::{Cache, Policy, memoize};
use ua_parser::user_agent::{Builder, Extractor, Parser};

const REQUESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/requests.tsv");

// ------------------------------------------------------------------------------- what is memoized

/// The browser's name. Any `Clone` value can be stored; with an `Arc` the clone that a hit returns costs nothing.
///
/// `policy = "lru", capacity = 128` is what `functools.lru_cache()` means in Python.
#[memoize(policy = "lru", capacity = 128)]
fn parse(agent: &str) -> Arc<str> {
    match BROWSERS.extract(agent) {
        Some(found) => found.family.into(),
        None => "(not recognised)".into(),
    }
}

/// A few hundred regular expressions, tried in order: parsing one user agent takes some microseconds.
static BROWSERS: LazyLock<Extractor<'static>> = LazyLock::new(|| {
    let mut builder = Builder::new();
    for (line, rule) in (1..).zip(include_str!("data/browsers.tsv").lines()) {
        if rule.starts_with('#') {
            continue;
        }
        let mut columns = rule.split('\t');
        let mut column = || {
            columns
                .next()
                .filter(|text| !text.is_empty())
                .map(Into::into)
        };
        let parser = Parser {
            regex: column().unwrap_or_default(),
            family_replacement: column(),
            v1_replacement: column(),
            v2_replacement: column(),
            ..Parser::default()
        };
        builder = match builder.push(parser) {
            Ok(builder) => builder,
            Err(error) => panic!("examples/data/browsers.tsv:{line}: {error}"),
        };
    }
    builder
        .build()
        .expect("the rules in examples/data/browsers.tsv fit together")
});

// -------------------------------------------------------------------------------------- the report

fn main() -> ExitCode {
    let path = env::args().nth(1).unwrap_or_else(|| REQUESTS.to_owned());
    match read(&path) {
        Ok(agents) => {
            report(&agents);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(agents: &[String]) {
    // Compiles the rules now, so that neither pass below pays for it.
    parse_uncached("");

    // Three passes each, of which the fastest counts. Clearing empties the cache and zeroes its statistics, so each
    // pass begins with nothing stored, and the statistics are those of the last one alone.
    let (mut without, mut with) = (Duration::MAX, Duration::MAX);
    let mut browsers = Vec::new();
    for _ in 0..3 {
        without = without.min(pass(agents, parse_uncached).0);
        parse_cache_clear();
        let (time, found) = pass(agents, parse);
        with = with.min(time);
        browsers = found;
    }

    print_browsers(&browsers);
    println!("\nParsing all user agents");
    println!("  without the attribute  {:>9.2} ms", millis(without));
    println!("  with the attribute     {:>9.2} ms", millis(with));
    println!(
        "  ratio                  {:>9.1}",
        without.as_secs_f64() / with.as_secs_f64()
    );
    println!("\nStatistics of parse\n  {}", parse_cache_info());
    print_policies(agents);
}

/// Calls `f` for every user agent, and measures how long that takes.
fn pass(agents: &[String], f: fn(&str) -> Arc<str>) -> (Duration, Vec<Arc<str>>) {
    let start = Instant::now();
    let browsers = agents.iter().map(|agent| f(agent)).collect();
    (start.elapsed(), browsers)
}

fn print_browsers(browsers: &[Arc<str>]) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for browser in browsers {
        *counts.entry(browser).or_default() += 1;
    }
    let mut table: Vec<(&str, usize)> = counts.into_iter().collect();
    table.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));

    let (top, rest) = table.split_at(table.len().min(10));
    let print = |name: &str, count: usize| {
        println!(
            "  {name:<20} {count:>6} {:>6.1} %",
            percent(count, browsers.len())
        );
    };
    println!("Browsers in {} requests", browsers.len());
    for &(name, count) in top {
        print(name, count);
    }
    if !rest.is_empty() {
        print(
            &format!("{} others", rest.len()),
            rest.iter().map(|(_, count)| count).sum(),
        );
    }
}

/// What the share of hits would have been. The attribute fixes policy and capacity when the program is built; a
/// `Cache` takes them at run time. Nothing needs to be computed to count hits: the values are `()`.
fn print_policies(agents: &[String]) {
    let policies = [Policy::Lru, Policy::Lfu, Policy::Fifo, Policy::Random];
    print!("\nHits in % by capacity and policy\n  {:>8}", "capacity");
    for policy in policies {
        print!(" {:>7}", policy.to_string());
    }
    println!();
    for capacity in [16, 32, 64, 128, 256, 512] {
        print!("  {capacity:>8}");
        for policy in policies {
            let cache: Cache<String, ()> = Cache::builder()
                .policy(policy)
                .capacity(capacity)
                .seed(1)
                .build();
            for agent in agents {
                cache.get_or_insert_with(agent, || ());
            }
            print!(" {:>7.1}", 100.0 * cache.info().hit_ratio());
        }
        println!();
    }
}

fn millis(time: Duration) -> f64 {
    1000.0 * time.as_secs_f64()
}

fn percent(count: usize, of: usize) -> f64 {
    100.0 * count as f64 / of as f64
}

// --------------------------------------------------------------------------------------- the input

/// The third column of each line, the user agent. The first two, status and request line, are only checked.
fn read(path: &str) -> Result<Vec<String>, String> {
    let file = fs::File::open(path).map_err(|error| format!("{path}: {error}"))?;
    let mut agents = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let agent = line
            .map_err(|error| error.to_string())
            .and_then(|line| agent_of(&line));
        agents.push(agent.map_err(|error| format!("{path}:{number}: {error}"))?);
    }
    if agents.is_empty() {
        return Err(format!("{path}: no requests"));
    }
    Ok(agents)
}

fn agent_of(line: &str) -> Result<String, String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let &[status, _request, agent] = columns.as_slice() else {
        return Err(format!(
            "expected 3 columns separated by tabs (status, request line, user agent), found {}",
            columns.len()
        ));
    };
    if !matches!(status.parse(), Ok(100..=599_u16)) {
        return Err(format!(
            "expected a status from 100 to 599 in the first column, found {status:?}"
        ));
    }
    Ok(agent.to_owned())
}
