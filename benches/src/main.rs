//! Benchmarks of memofn against its peers: one run, one table of ratios, one picture.
//!
//! ```text
//! cargo run --release -p memofn-benches -- --help
//! ```

mod body;
mod build_time;
mod contenders;
mod figures;
mod instructions;
mod measure;
mod memory;
mod options;
mod pool;
mod python;
mod report;
mod results;
mod streams;
mod svg;
mod targets;
mod works;

use options::{HELP, Options};
use pool::Pool;
use results::Results;
use std::process::ExitCode;

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
    if let Some((work, contender, calls)) = &options.one {
        return instructions::one(work, contender, *calls);
    }
    if cfg!(debug_assertions) {
        return Err("only a release build is worth measuring: cargo run --release …".to_string());
    }

    let results = measure(options);
    if results.cells.is_empty() {
        return Err("no work has a title like that".to_string());
    }
    let (met, measured) = targets::met(&results);
    if measured > 0 {
        println!("\n{}", targets::table(&results, false));
        println!("{met} of {measured} targets met");
    }
    report::write(&results, options).map_err(|error| error.to_string())
}

fn measure(options: &Options) -> Results {
    let mut results = Results::default();
    let pool = Pool::new(works::MOST_THREADS);
    for work in works::all() {
        if options.wants(work.title) && !(options.quick && work.long) {
            println!("{}", work.title);
            measure::measure(&work, &pool, options, &mut results);
        }
    }
    drop(pool);
    if options.wants(memory::MEMORY) {
        println!("{}", memory::MEMORY);
        memory::measure(&mut results);
    }
    if options.instructions {
        println!("instructions");
        instructions::measure(&mut results);
    }
    if options.build {
        build_time::measure(&mut results);
    }
    results
}
