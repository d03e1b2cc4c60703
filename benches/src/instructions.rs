//! Instructions per call, which are steadier than time: the program runs itself under a counter, for
//! one contender at a time and with two numbers of calls; the difference is the calls'.

use crate::figures::digits;
use crate::measure::progress;
use crate::pool::Pool;
use crate::results::{Cell, Results, reference};
use crate::works::{self, Work};
use std::process::{Command, Output};

/// The works whose calls are counted, and what the result is called.
pub(crate) const COUNTED: [(&str, &str); 2] = [
    (works::SMALL[0], "instructions, 1k keys"),
    (works::MISSES, "instructions, misses"),
];

const CALLS: (u64, u64) = (20_000, 120_000);

/// What counts.
#[derive(Clone, Copy, Debug)]
enum Counter {
    Perf,
    Callgrind,
}

impl Counter {
    /// The processor's own counter where the system lends it, else valgrind.
    fn find() -> Option<Self> {
        [Self::Perf, Self::Callgrind]
            .into_iter()
            .find(|counter| counter.count("true", &[]).is_some())
    }

    fn count(self, program: &str, arguments: &[&str]) -> Option<f64> {
        let mut command = match self {
            Self::Perf => Command::new("perf"),
            Self::Callgrind => Command::new("valgrind"),
        };
        match self {
            Self::Perf => command.args(["stat", "-x,", "-e", "instructions:u", "--"]),
            Self::Callgrind => {
                command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--"])
            }
        };
        let output = command.arg(program).args(arguments).output().ok()?;
        self.read(&output)
    }

    /// Both write to the standard error output.
    fn read(self, output: &Output) -> Option<f64> {
        let text = String::from_utf8_lossy(&output.stderr);
        let number = match self {
            Self::Perf => text
                .lines()
                .find(|line| line.contains("instructions"))?
                .split(',')
                .next()?,
            Self::Callgrind => text.split_once("Collected :")?.1.lines().next()?,
        };
        number
            .trim()
            .parse()
            .ok()
            .filter(|_| output.status.success())
    }
}

/// Counts for all contenders of the works named above.
pub(crate) fn measure(results: &mut Results) {
    let Some(counter) = Counter::find() else {
        println!("  neither perf nor valgrind counts instructions here");
        return;
    };
    println!("  counted by {counter:?}");
    let program = std::env::current_exe().expect("a program");
    let program = program.to_string_lossy();
    for (title, name) in COUNTED {
        println!("{name}");
        let first = results.cells.len();
        let work = find(title).expect("a work");
        for contender in (work.contenders)() {
            if contender.name.starts_with("CPython") {
                continue;
            }
            progress(&format!("  {}", contender.name));
            let count = |calls: u64| {
                let calls = calls.to_string();
                counter.count(&program, &["--one", title, contender.name, &calls])
            };
            if let (Some(few), Some(many)) = (count(CALLS.0), count(CALLS.1)) {
                results.cells.push(Cell {
                    work: name,
                    contender: contender.name,
                    reference: reference(contender.name, contender.kind, work.hits),
                    value: (many - few) / (CALLS.1 - CALLS.0) as f64,
                });
            }
        }
        progress("");
        for cell in &results.cells[first..] {
            let ratio = results.ratio(cell).map(digits).unwrap_or_default();
            println!(
                "  {:42} {:9.1} i   {ratio:>6} × {}",
                cell.contender, cell.value, cell.reference
            );
        }
    }
}

/// What the program does under the counter.
pub(crate) fn one(title: &str, name: &str, calls: u64) -> Result<(), String> {
    let work = find(title).ok_or("no such work")?;
    let contender = (work.contenders)()
        .into_iter()
        .find(|contender| contender.name == name)
        .ok_or("no such contender")?;
    let pool = Pool::new(1);
    (contender.warm_up)(&pool, 1);
    (contender.run)(&pool, 1, calls);
    Ok(())
}

fn find(title: &str) -> Option<Work> {
    works::all().into_iter().find(|work| work.title == title)
}
