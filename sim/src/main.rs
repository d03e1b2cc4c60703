//! Replays traces of calls through memofn's caches: see `README.md`.

mod advise;
mod also;
mod args;
mod belady;
mod bound;
mod contender;
mod error;
mod plot;
mod progress;
mod replay;
mod report;
mod sizes;
mod source;
mod table;
mod trace;

use args::{Command, Input, Replay};
use error::{Error, Result};
use replay::{Hits, Job, Load};
use report::Results;
use std::fs::File;
use std::io::Write as _;
use std::process::ExitCode;
use trace::Trace;

fn main() -> ExitCode {
    let done = args::parse(std::env::args_os().skip(1)).and_then(run);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match &error {
                Error::Usage(text) => {
                    eprintln!("memofn-sim: {text}\nmemofn-sim --help says more");
                }
                Error::Input(text) => eprintln!("memofn-sim: {text}"),
                Error::Closed => {}
            }
            ExitCode::from(error.code())
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Help => report::print(args::HELP),
        Command::Version => report::print(concat!("memofn-sim ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Replay(replay) => compare(&replay),
        Command::Advise(advise) => {
            let mut loads = load(&advise.input)?;
            let advice = loads.pop().map(|load| advise::advise(load, &advise));
            report::print(&advice.unwrap_or_default())
        }
    }
}

fn load(input: &Input) -> Result<Vec<Load>> {
    let mut loads = Vec::new();
    for path in &input.traces {
        let mut trace = Trace::read(path, &input.format)?;
        if loads
            .iter()
            .any(|other: &Load| other.trace.name == trace.name)
        {
            trace.name.clone_from(path);
        }
        let sizes = input.sizes.as_deref();
        let sizes = sizes
            .map(|sizes| sizes::read(sizes, trace.keys.len()))
            .transpose()?;
        loads.push(Load::new(trace, sizes));
    }
    Ok(loads)
}

fn compare(replay: &Replay) -> Result<()> {
    let loads = load(&replay.input)?;
    let mut jobs = Vec::new();
    for (index, load) in loads.iter().enumerate() {
        let (keys, sizes) = (&load.trace.keys, load.sizes.as_deref().unwrap_or_default());
        let footprint = bound::footprint(keys, sizes);
        let bounds = bound::bounds(
            &replay.capacities,
            &replay.weights,
            load.trace.distinct,
            footprint,
        );
        for bound in bounds {
            let all = replay.contenders.iter();
            jobs.extend(all.map(|contender| Job {
                load: index,
                bound,
                contender: *contender,
            }));
        }
    }
    // Before the long run: it may not be possible.
    let plot = replay.plot.as_deref();
    let plot = plot
        .map(|path| create(path).map(|file| (path, file)))
        .transpose()?;
    let also = replay.also.as_deref();
    let also = also.map_or(Ok(Vec::new()), |path| also::read(path, &loads))?;
    let mut hits = replay::run(&loads, &jobs, replay.input.seed);
    if !also.is_empty() {
        let own = jobs.into_iter().zip(hits);
        let mut all: Vec<(Job, Hits)> = own.chain(also).collect();
        all.sort_by_key(|(job, _)| (job.load, job.bound.capacity));
        (jobs, hits) = all.into_iter().unzip();
    }
    let results = Results {
        loads: &loads,
        jobs: &jobs,
        hits: &hits,
    };
    if let Some((path, mut file)) = plot {
        let written = file.write_all(plot::picture(&results).as_bytes());
        written.map_err(|error| Error::file(path, error))?;
    }
    report::print(&if replay.csv {
        results.csv()
    } else {
        results.tables()
    })
}

fn create(path: &str) -> Result<File> {
    File::create(path).map_err(|error| Error::file(path, error))
}
