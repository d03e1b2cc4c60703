//! What is replayed: the library's policies, and Belady's.

use crate::error::{Error, Result};
use memofn::Policy;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// A cache of the library.
    Own(Policy),
    /// Another cache, whose hits were counted elsewhere. See `also.rs`.
    Other(&'static str),
    /// The most hits that any policy could have: it knows what comes. See `belady.rs`.
    Opt,
}

impl Contender {
    /// All that need a bound. `size` chooses by weight: it takes part where entries have one.
    pub(crate) fn all(weights: bool) -> Vec<Self> {
        let own = Policy::ALL.iter().filter(|policy| match **policy {
            Policy::Unbounded => false,
            Policy::Size => weights,
            _ => true,
        });
        own.copied().map(Self::Own).chain([Self::Opt]).collect()
    }

    /// From names with commas between them; `all` is all. None twice.
    pub(crate) fn parse(names: &str, weights: bool) -> Result<Vec<Self>> {
        let mut list = Vec::new();
        for name in names.split(',').map(str::trim) {
            let named = match name {
                "all" => Self::all(weights),
                "opt" => vec![Self::Opt],
                _ => match name.parse() {
                    Ok(policy) => vec![Self::Own(policy)],
                    Err(_) => return Err(unknown(name)),
                },
            };
            for contender in named {
                if !list.contains(&contender) {
                    list.push(contender);
                }
            }
        }
        Ok(list)
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(policy) => policy.fmt(f),
            Self::Other(name) => f.pad(name),
            Self::Opt => f.pad("opt"),
        }
    }
}

fn unknown(name: &str) -> Error {
    let own = Policy::ALL.iter().map(Policy::to_string);
    let names: Vec<String> = own.chain(["opt".into(), "all".into()]).collect();
    let near =
        nearest(name, &names).map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
    let list = names.join(", ");
    Error::Usage(format!("no policy `{name}`.{near} There are {list}"))
}

/// The name that is the fewest changes of a letter away, if they are few.
pub(crate) fn nearest<'n>(name: &str, names: &'n [String]) -> Option<&'n str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let name = plain(name);
    let measured = names
        .iter()
        .map(|other| (changes(&name, &plain(other)), other));
    let (changes, near) = measured.min_by_key(|(changes, _)| *changes)?;
    (changes <= (name.chars().count() / 3).max(1)).then_some(near)
}

/// Letters to add, leave out, change, or swap with the next one (the optimal string alignment distance).
fn changes(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for line in 1..=one.len() {
        let mut row = vec![line];
        for column in 1..=other.len() {
            let same = one[line - 1] == other[column - 1];
            let mut least = rows[line - 1][column - 1] + usize::from(!same);
            least = least
                .min(rows[line - 1][column] + 1)
                .min(row[column - 1] + 1);
            if line > 1
                && column > 1
                && one[line - 1] == other[column - 2]
                && one[line - 2] == other[column - 1]
            {
                least = least.min(rows[line - 2][column - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_near() {
        let names = ["lru", "lfu", "fifo", "s3-fifo", "w-tinylfu"].map(String::from);
        let near = |name| nearest(name, &names);
        assert_eq!(near("lur"), Some("lru"));
        assert_eq!(near("LFU"), Some("lfu"));
        assert_eq!(near("S3FIFO"), Some("s3-fifo"));
        assert_eq!(near("wtinylfu"), Some("w-tinylfu"));
        assert_eq!(near("clock"), None);
        assert_eq!(near(""), None);
    }
}
