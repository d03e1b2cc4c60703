//! The command line.

use std::path::PathBuf;
use std::time::Duration;

pub(crate) const HELP: &str = "\
cargo run --release -p memofn-benches -- [options]

  --quick           fewer works, short rounds: shows that everything runs
  --only SUBSTRING  only works whose title contains it (`--only \"1k keys\"`)
  --instructions    also count instructions per call, under perf or valgrind
  --build           also time builds: cold, and of 100 memoized functions
  --out FOLDER      where benchmarks.md and benchmarks.svg go
                    (docs/ after a full run, else beside the program)";

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) quick: bool,
    pub(crate) only: Option<String>,
    pub(crate) instructions: bool,
    pub(crate) build: bool,
    pub(crate) help: bool,
    pub(crate) out: Option<PathBuf>,
    /// `--one WORK CONTENDER CALLS`: what the program asks of itself under a counter.
    pub(crate) one: Option<(String, String, u64)>,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--instructions" => options.instructions = true,
                "--build" => options.build = true,
                "--help" | "-h" => options.help = true,
                "--only" => options.only = Some(value()?),
                "--out" => options.out = Some(value()?.into()),
                "--one" => {
                    let (work, contender) = (value()?, value()?);
                    let calls = value()?.parse().map_err(|error| format!("{error}"))?;
                    options.one = Some((work, contender, calls));
                }
                _ => return Err(format!("unknown option {argument}\n\n{HELP}")),
            }
        }
        Ok(options)
    }

    /// Whether a part of that title is asked for.
    pub(crate) fn wants(&self, title: &str) -> bool {
        self.only.as_deref().is_none_or(|part| title.contains(part))
    }

    /// Rounds per contender: never fewer than seven.
    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 7 } else { 21 }
    }

    /// How long a contender is measured in a round, about.
    pub(crate) fn round_time(&self) -> Duration {
        Duration::from_millis(if self.quick { 1 } else { 15 })
    }

    /// Where the results go.
    pub(crate) fn folder(&self) -> PathBuf {
        if let Some(folder) = &self.out {
            return folder.clone();
        }
        if self.quick || self.only.is_some() {
            let program = std::env::current_exe().unwrap_or_default();
            return program.parent().map(Into::into).unwrap_or_default();
        }
        concat!(env!("CARGO_MANIFEST_DIR"), "/../docs").into()
    }
}
