//! Calls that a store answers, against bare clients that read the same bytes from the same server, and against
//! `cached`. Starts a redis-server and a memcached of its own.
//!
//! ```text
//! cargo run --release -p memofn-benches --features stores --bin stores -- --help
//! ```

#[path = "../../figures.rs"]
mod figures;
mod functions;
mod race;
#[path = "../../../../tests/servers/mod.rs"]
mod servers;
mod works;

use race::{Results, Time};
use std::process::ExitCode;
use works::Works;

const HELP: &str = "\
cargo run --release -p memofn-benches --features stores --bin stores -- [options]

  --quick                     short rounds: shows that everything runs
  --only SUBSTRING            only works whose title contains it
  --one WORK CONTENDER CALLS  nothing but this: for a profiler, or to count instructions";

#[derive(Default)]
struct Options {
    quick: bool,
    help: bool,
    only: Option<String>,
    one: Option<(String, String, u64)>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.ok_or_else(|| format!("{argument} needs more"))
            };
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--help" | "-h" => options.help = true,
                "--only" => options.only = Some(value()?),
                "--one" => {
                    let (work, contender) = (value()?, value()?);
                    let calls = value()?;
                    let calls = calls.parse().map_err(|error| format!("{calls}: {error}"))?;
                    options.one = Some((work, contender, calls));
                }
                _ => return Err(format!("unknown option {argument}\n\n{HELP}")),
            }
        }
        Ok(options)
    }

    /// Which works are made: what isn't measured needs no server.
    fn wants(&self, title: &str) -> bool {
        match &self.one {
            Some((work, ..)) => title == work,
            None => { self.only.as_deref() }.is_none_or(|part| title.contains(part)),
        }
    }
}

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    if options.help {
        println!("{HELP}");
        return Ok(());
    }
    if cfg!(debug_assertions) {
        return Err("only a release build is worth measuring: cargo run --release …".to_owned());
    }
    let mut works = Works::start(|title| options.wants(title));
    if works.list.is_empty() {
        return Err("no work has a title like that, or its server isn't installed".to_owned());
    }
    if let Some((_, name, calls)) = &options.one {
        let mut contenders = works.list.iter_mut().flat_map(|work| &mut work.contenders);
        let contender = contenders.find(|contender| contender.name == *name);
        (contender.ok_or("no such contender")?.run)(*calls);
        return Ok(());
    }
    let mut results = Results::default();
    let time = Time::of(options.quick);
    for work in &mut works.list {
        println!("{}", work.title);
        race::measure(work, &time, &mut results);
    }
    println!("\n{}", results.table());
    let crates = ["cached", "redis", "redb"];
    let crates = crates.map(|name| format!("{name} {}", figures::version(name)));
    let versions = [&crates[..], &works.versions()].concat();
    println!("Versions: {}", versions.join(", "));
    Ok(())
}
