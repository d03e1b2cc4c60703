//! What is printed: a table for each trace, or lines for other programs.

use crate::contender::Contender;
use crate::error::{Error, Result};
use crate::replay::{Hits, Job, Load};
use crate::trace::percent;
use std::fmt::Write as _;
use std::io::{self, Write as _};

/// What was replayed, and what came of it.
pub(crate) struct Results<'r> {
    pub(crate) loads: &'r [Load],
    pub(crate) jobs: &'r [Job],
    pub(crate) hits: &'r [Hits],
}

impl Results<'_> {
    /// Those of one trace.
    pub(crate) fn of(&self, load: usize) -> impl Iterator<Item = (&Job, Hits)> {
        let all = self.jobs.iter().zip(self.hits.iter().copied());
        all.filter(move |(job, _)| job.load == load)
    }

    pub(crate) fn csv(&self) -> String {
        let weighed = self.loads.iter().any(|load| load.sizes.is_some());
        let mut text = String::from("trace,capacity,policy,accesses,hits");
        text.push_str(if weighed {
            ",max_weight,bytes,hit_bytes\n"
        } else {
            "\n"
        });
        for (job, hits) in self.jobs.iter().zip(self.hits) {
            let load = &self.loads[job.load];
            let _ = write!(
                text,
                "{},{},{},{},{}",
                field(&load.trace.name),
                or_empty(job.bound.capacity),
                job.contender,
                load.trace.keys.len(),
                hits.count
            );
            if weighed {
                let max_weight = or_empty(job.bound.max_weight);
                let _ = write!(text, ",{max_weight},{},{}", load.bytes(), hits.bytes);
            }
            text.push('\n');
        }
        text
    }

    pub(crate) fn tables(&self) -> String {
        let mut text = String::new();
        for (index, load) in self.loads.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            let trace = &load.trace;
            let _ = writeln!(
                text,
                "{}: {} accesses, {} different keys; without a bound {:.2} % are hits",
                trace.name,
                trace.keys.len(),
                trace.distinct,
                trace.most_hits()
            );
            let accesses = trace.keys.len() as u64;
            let title = if load.sizes.is_some() {
                "hits in % of accesses"
            } else {
                "hits in %"
            };
            self.table(&mut text, index, title, |hits| {
                percent(hits.count, accesses)
            });
            if load.sizes.is_some() {
                let bytes = load.bytes();
                self.table(&mut text, index, "hits in % of bytes", |hits| {
                    percent(hits.bytes, bytes)
                });
            }
        }
        text
    }

    fn table(&self, text: &mut String, load: usize, title: &str, share: impl Fn(Hits) -> f64) {
        let mut contenders: Vec<Contender> = Vec::new();
        let mut rows: Vec<(String, Vec<f64>)> = Vec::new();
        for (job, hits) in self.of(load) {
            if !contenders.contains(&job.contender) {
                contenders.push(job.contender);
            }
            let bound = job.bound.to_string();
            match rows.last_mut() {
                Some((last, shares)) if *last == bound => shares.push(share(hits)),
                _ => rows.push((bound, vec![share(hits)])),
            }
        }
        let bound = match self.of(load).next().map(|(job, _)| job.bound) {
            Some(bound) if bound.capacity.is_none() => "max weight",
            Some(bound) if bound.max_weight.is_some() => "capacity / max weight",
            _ => "capacity",
        };
        let names = rows.iter().map(|(name, _)| name.len());
        let first = names.chain([bound.len()]).max().unwrap_or(0);
        let _ = write!(text, "\n{title}\n{bound:>first$}");
        let widths: Vec<usize> = contenders
            .iter()
            .map(|one| one.to_string().len().max(6))
            .collect();
        for (contender, width) in contenders.iter().zip(&widths) {
            let _ = write!(text, "  {contender:>width$}");
        }
        text.push('\n');
        for (bound, shares) in rows {
            let _ = write!(text, "{bound:>first$}");
            for (share, width) in shares.iter().zip(&widths) {
                let _ = write!(text, "  {share:>width$.2}");
            }
            text.push('\n');
        }
    }
}

fn or_empty(number: Option<impl ToString>) -> String {
    number.map_or(String::new(), |number| number.to_string())
}

/// In quotes, if a table needs it.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into()
    }
}

/// Writes to the standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    written.map_err(|error| Error::output(&error))
}
