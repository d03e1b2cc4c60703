//! Hits of other caches, counted elsewhere: lines `trace,capacity,policy,accesses,hits`, as `--csv` prints them.

use crate::bound::Bound;
use crate::contender::Contender;
use crate::error::{Error, Result};
use crate::replay::{Hits, Job, Load};

/// Those of the traces that are replayed. Names of caches live as long as the program.
pub(crate) fn read(path: &str, loads: &[Load]) -> Result<Vec<(Job, Hits)>> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
    let mut rows = Vec::new();
    let mut names: Vec<&'static str> = Vec::new();
    for (line, number) in text.lines().zip(1_usize..) {
        let is_header = number == 1 && line.starts_with("trace,");
        if is_header || line.trim().is_empty() {
            continue;
        }
        let wrong = |what: &str| Error::Input(format!("{path}: line {number}: {what}"));
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [trace, capacity, name, accesses, hits] = fields[..] else {
            return Err(wrong("not trace,capacity,policy,accesses,hits"));
        };
        let count = |text: &str, what| text.parse::<u64>().map_err(|_| wrong(what));
        let capacity = count(capacity, "the capacity is no number")?;
        let accesses = count(accesses, "the accesses are no number")?;
        let hits = count(hits, "the hits are no number")?;
        let Some(index) = loads.iter().position(|load| load.trace.name == trace) else {
            continue;
        };
        if loads[index].trace.keys.len() as u64 != accesses || hits > accesses {
            return Err(wrong(
                "it isn't about this trace: it has another number of accesses",
            ));
        }
        let known = names.iter().find(|known| **known == name).copied();
        let name = known.unwrap_or_else(|| {
            names.push(Box::leak(name.into()));
            names[names.len() - 1]
        });
        let bound = Bound {
            capacity: usize::try_from(capacity).ok(),
            max_weight: None,
        };
        let job = Job {
            load: index,
            bound,
            contender: Contender::Other(name),
        };
        rows.push((
            job,
            Hits {
                count: hits,
                bytes: 0,
            },
        ));
    }
    Ok(rows)
}
