//! The command line.

use crate::bound::Amount;
use crate::contender::Contender;
use crate::error::{Error, Result};
use crate::trace::Format;
use lexopt::prelude::*;
use std::ffi::OsString;

pub(crate) const HELP: &str = "\
Replays traces of calls through memofn's caches, and counts hits.

    memofn-sim TRACE… [OPTIONS]          a table of hit ratios
    memofn-sim advise TRACE [OPTIONS]    the attribute to write

TRACE is a file, packed by xz or not, or - for the standard input.

    --format u64le          8 bytes a key, the least significant first, as Cache::record writes (default)
             text           a key a line
             csv:COLUMN     a column of a table: its name in the first line, or its number from 1
             tsv:COLUMN     the same, separated by tabs
    --sizes FILE            what each access weighs, 4 bytes each, the least significant first
                            (8 in FILE.u64, a number a line in FILE.txt)
    --seed N                of what is random (default 1)

For a table:

    --policies LIST         lru,sieve,opt or all (default); opt is Belady's: the most that any could hit
    --capacities LIST       entries, or shares of the different keys: 100,1000,1%,10% (default 1%,10%)
    --max-weight LIST       with --sizes: weight, or shares of what all keys weigh: 64MiB,1%
    --csv                   as lines trace,capacity,policy,accesses,hits
                            (and with --sizes: ,max_weight,bytes,hit_bytes)
    --plot FILE.svg         draws the hit ratios, too
    --also FILE             hits of other caches, in the lines of --csv: in the table and the plot

For advice:

    --max-capacity N        most entries that may be advised
    --max-weight N          with --sizes: the most weight
";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Replay(Replay),
    Advise(Advise),
}

/// The traces and how to read them.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) traces: Vec<String>,
    pub(crate) format: Format,
    pub(crate) sizes: Option<String>,
    pub(crate) seed: u64,
}

#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) input: Input,
    pub(crate) contenders: Vec<Contender>,
    pub(crate) capacities: Vec<Amount>,
    pub(crate) weights: Vec<Amount>,
    pub(crate) csv: bool,
    pub(crate) plot: Option<String>,
    pub(crate) also: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Advise {
    pub(crate) input: Input,
    pub(crate) most: Option<Amount>,
}

/// As they were given.
#[derive(Default)]
struct Given {
    advise: bool,
    traces: Vec<String>,
    format: Option<String>,
    sizes: Option<String>,
    seed: Option<u64>,
    policies: Option<String>,
    capacities: Option<String>,
    max_weight: Option<String>,
    max_capacity: Option<String>,
    csv: bool,
    plot: Option<String>,
    also: Option<String>,
}

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let mut given = Given::default();
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(usage)? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long("format") => once(&mut parser, &mut given.format, "--format")?,
            Long("sizes") => once(&mut parser, &mut given.sizes, "--sizes")?,
            Long("policies") => once(&mut parser, &mut given.policies, "--policies")?,
            Long("capacities") => once(&mut parser, &mut given.capacities, "--capacities")?,
            Long("max-weight") => once(&mut parser, &mut given.max_weight, "--max-weight")?,
            Long("max-capacity") => once(&mut parser, &mut given.max_capacity, "--max-capacity")?,
            Long("plot") => once(&mut parser, &mut given.plot, "--plot")?,
            Long("also") => once(&mut parser, &mut given.also, "--also")?,
            Long("csv") => given.csv = true,
            Long("seed") => {
                given.seed = Some(
                    parser
                        .value()
                        .and_then(|value| value.parse())
                        .map_err(usage)?,
                );
            }
            Value(word) if word == "advise" && !given.advise && given.traces.is_empty() => {
                given.advise = true;
            }
            Value(trace) => given.traces.push(trace.string().map_err(usage)?),
            other => return Err(usage(other.unexpected())),
        }
    }
    given.command()
}

/// The value of an option that may be given once.
fn once(parser: &mut lexopt::Parser, slot: &mut Option<String>, name: &str) -> Result<()> {
    let text = parser
        .value()
        .and_then(|value| value.string())
        .map_err(usage)?;
    match slot.replace(text) {
        None => Ok(()),
        Some(_) => Err(Error::Usage(format!("{name} is given twice"))),
    }
}

fn usage(error: lexopt::Error) -> Error {
    Error::Usage(error.to_string())
}

fn refuse(text: &str) -> Error {
    Error::Usage(text.into())
}

impl Given {
    fn command(mut self) -> Result<Command> {
        if self.traces.is_empty() {
            return Err(refuse(
                "no trace is named: a file, or - for the standard input",
            ));
        }
        if self.traces.iter().filter(|trace| *trace == "-").count() > 1 {
            return Err(refuse("the standard input is named twice"));
        }
        if self.sizes.is_some() && self.traces.len() > 1 {
            return Err(refuse("--sizes belongs to one trace: name one"));
        }
        if self.sizes.as_deref() == Some("-") && self.traces[0] == "-" {
            return Err(refuse("the standard input can't be both trace and sizes"));
        }
        if self.max_weight.is_some() && self.sizes.is_none() {
            return Err(refuse(
                "--max-weight needs --sizes: what does an entry weigh?",
            ));
        }
        let input = Input {
            traces: std::mem::take(&mut self.traces),
            format: self
                .format
                .take()
                .map_or(Ok(Format::U64), |text| Format::parse(&text))?,
            sizes: self.sizes.take(),
            seed: self.seed.unwrap_or(1),
        };
        if self.advise {
            self.advise(input)
        } else {
            self.replay(input)
        }
    }

    fn replay(self, input: Input) -> Result<Command> {
        if self.max_capacity.is_some() {
            return Err(refuse(
                "--max-capacity is for `advise`; here it is --capacities",
            ));
        }
        let weighs = self.max_weight.is_some();
        let mut contenders = Contender::parse(self.policies.as_deref().unwrap_or("all"), weighs)?;
        let size = Contender::Own(memofn::Policy::Size);
        if contenders.contains(&size) && !weighs {
            return Err(refuse(
                "policy `size` evicts by weight: it needs --sizes and --max-weight",
            ));
        }
        if weighs {
            // Which entries are best to keep by weight is a knapsack of its own: nobody knows a fast way.
            if self
                .policies
                .as_deref()
                .is_some_and(|names| names.split(',').any(|name| name.trim() == "opt"))
            {
                return Err(refuse(
                    "`opt` knows no weights: leave it out, or --max-weight",
                ));
            }
            contenders.retain(|contender| *contender != Contender::Opt);
        }
        let list = |option, texts: Option<&str>, units| {
            texts.map_or(Ok(Vec::new()), |texts| {
                Amount::parse_list(option, texts, units)
            })
        };
        let default = (!weighs).then_some("1%,10%");
        let capacities = list(
            "--capacities",
            self.capacities.as_deref().or(default),
            false,
        )?;
        let weights = list("--max-weight", self.max_weight.as_deref(), true)?;
        if self.plot.is_some() && capacities.len() > 1 && weights.len() > 1 {
            return Err(refuse(
                "--plot draws over capacities or over weights: one of them has one value",
            ));
        }
        Ok(Command::Replay(Replay {
            capacities,
            weights,
            csv: self.csv,
            plot: self.plot,
            also: self.also,
            input,
            contenders,
        }))
    }

    fn advise(self, input: Input) -> Result<Command> {
        let for_tables = [
            ("--policies", self.policies.is_some()),
            ("--capacities", self.capacities.is_some()),
            ("--csv", self.csv),
            ("--plot", self.plot.is_some()),
            ("--also", self.also.is_some()),
        ];
        if let Some((option, _)) = for_tables.iter().find(|(_, given)| *given) {
            return Err(Error::Usage(format!(
                "{option} is for tables, not for `advise`"
            )));
        }
        if input.traces.len() > 1 {
            return Err(refuse("`advise` is for one trace"));
        }
        let (option, text, units) = match (&self.max_capacity, &self.max_weight) {
            (Some(_), _) if input.sizes.is_some() => {
                return Err(refuse("with --sizes the bound is a weight: --max-weight"));
            }
            (Some(text), _) => ("--max-capacity", Some(text), false),
            (_, text) => ("--max-weight", text.as_ref(), true),
        };
        let most = match text {
            None => None,
            Some(text) => match Amount::parse_list(option, text, units)?[..] {
                [most] => Some(most),
                _ => return Err(Error::Usage(format!("{option}: one amount"))),
            },
        };
        Ok(Command::Advise(Advise { input, most }))
    }
}
