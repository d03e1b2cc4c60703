//! How much a cache may hold: entries, the sum of weights, or both; in numbers, or as a share of what the
//! trace has.

use crate::error::{Error, Result};
use crate::trace::Map;
use std::fmt;

/// A number, or a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    Number(u64),
    /// `digits / scale` percent.
    Percent {
        digits: u64,
        scale: u64,
    },
}

/// The bounds of one cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) capacity: Option<usize>,
    pub(crate) max_weight: Option<u64>,
}

/// Sizes in bytes, as the attribute writes them.
const UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

impl Amount {
    /// From texts with commas between them: `100`, `1%`, `0.5%`; with `units`, `64MiB`, too.
    pub(crate) fn parse_list(option: &str, texts: &str, units: bool) -> Result<Vec<Self>> {
        let parse = |text: &str| {
            Self::parse(text.trim(), units).ok_or_else(|| {
                let example = if units { "64MiB" } else { "1000" };
                Error::Usage(format!(
                    "{option}: `{text}` is not an amount: a number from 1, such as {example}, or a share up to 100%, such as 0.5%"
                ))
            })
        };
        texts.split(',').map(parse).collect()
    }

    fn parse(text: &str, units: bool) -> Option<Self> {
        if let Some(share) = text.strip_suffix('%') {
            let (digits, scale) = decimal(share.trim_end())?;
            return (digits > 0 && digits <= 100 * scale)
                .then_some(Self::Percent { digits, scale });
        }
        let unit = UNITS.iter().find(|(unit, _)| units && text.ends_with(unit));
        let (unit, size) = unit.copied().unwrap_or(("", 1));
        let (digits, scale) = decimal(text.strip_suffix(unit)?.trim_end())?;
        let number = u128::from(digits) * u128::from(size) / u128::from(scale);
        let whole = size > 1 || scale == 1;
        let number = u64::try_from(number).ok().filter(|number| *number > 0);
        number.filter(|_| whole).map(Self::Number)
    }

    /// In numbers: a share is rounded down, but at least 1.
    pub(crate) fn of(self, whole: u64) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Percent { digits, scale } => {
                let share = u128::from(whole) * u128::from(digits) / u128::from(scale) / 100;
                // Not more than `whole`.
                u64::try_from(share).unwrap_or(whole).max(1)
            }
        }
    }
}

/// `12.5` is 125 / 10. Few digits.
fn decimal(text: &str) -> Option<(u64, u64)> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) || text.ends_with('.') || rest.len() > 9
    {
        return None;
    }
    Some((
        format!("{whole}{rest}").parse().ok()?,
        10_u64.pow(rest.len() as u32),
    ))
}

/// All pairs, in numbers; those that come to the same once.
pub(crate) fn bounds(
    capacities: &[Amount],
    weights: &[Amount],
    distinct: usize,
    footprint: u64,
) -> Vec<Bound> {
    let capacities = capacities.iter().map(|amount| {
        let capacity = amount.of(distinct as u64);
        Some(usize::try_from(capacity).unwrap_or(usize::MAX))
    });
    let weights = weights.iter().map(|amount| Some(amount.of(footprint)));
    let or_none = |list: Vec<Option<u64>>| if list.is_empty() { vec![None] } else { list };
    let weights = or_none(weights.collect());
    let mut capacities: Vec<_> = capacities.collect();
    if capacities.is_empty() {
        capacities.push(None);
    }
    let mut all = Vec::new();
    for capacity in capacities {
        for max_weight in &weights {
            let max_weight = *max_weight;
            let bound = Bound {
                capacity,
                max_weight,
            };
            if !all.contains(&bound) {
                all.push(bound);
            }
        }
    }
    all
}

/// What all keys together weigh, each as at its first access.
pub(crate) fn footprint(keys: &[u64], sizes: &[u64]) -> u64 {
    let mut seen: Map<u64, ()> = Map::default();
    let new = keys
        .iter()
        .zip(sizes)
        .filter(|(key, _)| seen.insert(**key, ()).is_none());
    new.fold(0_u64, |sum, (_, size)| sum.saturating_add(*size))
}

/// As the first columns of a table show it.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.capacity, self.max_weight) {
            (Some(capacity), None) => write!(f, "{capacity}"),
            (None, Some(weight)) => write!(f, "{weight}"),
            (Some(capacity), Some(weight)) => write!(f, "{capacity} / {weight}"),
            (None, None) => f.write_str("none"),
        }
    }
}
