//! What is replayed: the library's policies, and Belady's.

use crate::error::{Error, Result};
use memofn::Policy;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// A cache of the library.
    Own(Policy),
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

/// Levenshtein's distance: letters to add, leave out or change.
fn changes(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = line + 1;
        for (column, same) in other.iter().enumerate() {
            let replaced = before + usize::from(letter != *same);
            before = row[column + 1];
            row[column + 1] = replaced.min(before + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
