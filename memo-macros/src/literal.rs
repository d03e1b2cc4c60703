//! What stands between the quotes: durations, sizes and percentages as people write them, and the
//! nearest of several spellings. Plain text in, number or message out; spans are the caller's.

const TIME_EXAMPLE: &str = "expected a duration such as \"30s\", \"1h 30m\" or \"250ms\"";
const SIZE_EXAMPLE: &str = "expected a size such as \"64MiB\", \"1.5GB\" or \"512B\"";
const PERCENT_EXAMPLE: &str = "expected a share such as \"10%\"";

/// Unit and its length in nanoseconds. Both signs that look like µ are in use.
const TIME_UNITS: [(&str, u64); 10] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
    ("w", 604_800_000_000_000),
];

/// Unit and its bytes. No bare `K`, `M`, `G`: nobody knows whether they mean 1000 or 1024.
const SIZE_UNITS: [(&str, u64); 10] = [
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// What an entry with no lifetime comes to.
pub(crate) const NOTHING_FOUND: &str = "nothing would ever be found again";

/// Nanoseconds of `"1h 30m"`.
pub(crate) fn duration(text: &str) -> Result<u64, String> {
    duration_or(text, NOTHING_FOUND)
}

/// The same; `without` says what no time at all would come to.
pub(crate) fn duration_or(text: &str, without: &str) -> Result<u64, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(format!("the duration is empty: {TIME_EXAMPLE}"));
    }
    let mut total = 0u64;
    while !rest.is_empty() {
        let (number, unit, after) =
            quantity(rest).ok_or_else(|| format!("`{text}` is not a duration: {TIME_EXAMPLE}"))?;
        if unit.is_empty() {
            return Err(format!(
                "`{text}` has no unit: write \"{}s\", or one of the units ns, us, ms, s, m, h, d, w",
                text.trim()
            ));
        }
        let scale = lookup(&TIME_UNITS, unit).ok_or_else(|| {
            format!(
                "`{unit}` is no unit of time (they are ns, us, ms, s, m, h, d and w): {TIME_EXAMPLE}"
            )
        })?;
        total = number
            .times(scale)
            .and_then(|part| total.checked_add(part))
            .ok_or_else(|| {
                format!(
                    "`{text}` is longer than 584 years, the most there is room for: {TIME_EXAMPLE}"
                )
            })?;
        rest = after;
    }
    if total == 0 {
        return Err(format!(
            "`{text}` is no time at all, so {without}: {TIME_EXAMPLE}"
        ));
    }
    Ok(total)
}

/// Bytes of `"64MiB"`.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    if text.trim().is_empty() {
        return Err(format!("the size is empty: {SIZE_EXAMPLE}"));
    }
    let (number, unit, after) =
        quantity(text.trim()).ok_or_else(|| format!("`{text}` is not a size: {SIZE_EXAMPLE}"))?;
    if unit.is_empty() {
        return Err(format!(
            "`{text}` has no unit: write \"{}B\" for bytes, or one of the units kB, MB, GB, TB, KiB, MiB, GiB, TiB",
            text.trim()
        ));
    }
    if !after.is_empty() {
        return Err(format!("`{text}` is not a size: {SIZE_EXAMPLE}"));
    }
    let scale = lookup(&SIZE_UNITS, unit).ok_or_else(|| {
        format!(
            "`{unit}` is no unit of size (they are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB): {SIZE_EXAMPLE}"
        )
    })?;
    let bytes = number
        .times(scale)
        .ok_or_else(|| format!("`{text}` does not fit in 64 bits: {SIZE_EXAMPLE}"))?;
    if bytes == 0 {
        return Err(format!(
            "`{text}` has room for nothing: {SIZE_EXAMPLE}, or write `capacity = 0` to store nothing"
        ));
    }
    Ok(bytes)
}

/// The share that `"10%"` is: 0.1. A whole is excluded: it would leave nothing.
pub(crate) fn percentage(text: &str) -> Result<f64, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(format!("the percentage is empty: {PERCENT_EXAMPLE}"));
    }
    let (digits, sign) = match trimmed.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), true),
        None => (trimmed, false),
    };
    // Only digits and a point: `f64` itself would also read "inf", "nan" and "1e1".
    let percent = match decimal(digits) {
        Some((_, "")) => digits.parse::<f64>().ok(),
        _ => None,
    };
    let percent =
        percent.ok_or_else(|| format!("`{text}` is not a percentage: {PERCENT_EXAMPLE}"))?;
    if !sign {
        return Err(format!(
            "`{text}` has no percent sign: {PERCENT_EXAMPLE}, which is a tenth"
        ));
    }
    if percent > 0.0 && percent < 100.0 {
        Ok(percent / 100.0)
    } else {
        Err(format!(
            "`{text}` is not between 0% and 100%, both excluded: {PERCENT_EXAMPLE}"
        ))
    }
}

/// The candidate that `word` is most likely a misspelling of, if any is near enough.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    // The distance costs the product of the lengths, and no option is that long.
    if word.len() > 40 {
        return None;
    }
    let limit = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        // A word of which nothing is left is no misspelling.
        .filter(|(edits, _)| *edits <= limit && *edits < word.len())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Edit distance in which two letters swapped count once (optimal string alignment).
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            let mut edits = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + changed);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                edits = edits.min(before[j - 2] + 1);
            }
            row.push(edits);
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

/// A decimal number kept exactly: `digits / 10^places`.
struct Decimal {
    /// `None`: too many of them to count.
    digits: Option<u128>,
    places: u32,
}

impl Decimal {
    /// Rounded down; `None` if it does not fit.
    fn times(&self, scale: u64) -> Option<u64> {
        let product = self.digits?.checked_mul(u128::from(scale))?;
        match 10u128.checked_pow(self.places) {
            Some(divisor) => u64::try_from(product / divisor).ok(),
            None => Some(0),
        }
    }
}

/// A number, the unit behind it (perhaps empty) and the rest.
fn quantity(text: &str) -> Option<(Decimal, &str, &str)> {
    let (number, rest) = decimal(text)?;
    let rest = rest.trim_start();
    let end = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(end);
    // Without this the junk in "5 %" would look like a missing unit.
    if unit.is_empty() && !rest.is_empty() {
        return None;
    }
    Some((number, unit, rest.trim_start()))
}

fn decimal(text: &str) -> Option<(Decimal, &str)> {
    let (whole, mut rest) = digits(text);
    if whole.is_empty() {
        return None;
    }
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        (fraction, rest) = digits(after);
        if fraction.is_empty() {
            return None;
        }
    }
    let digits = whole.bytes().chain(fraction.bytes()).try_fold(0, |n, d| {
        u128::checked_mul(n, 10)?.checked_add(u128::from(d - b'0'))
    });
    let places = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    Some((Decimal { digits, places }, rest))
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn lookup(units: &[(&str, u64)], unit: &str) -> Option<u64> {
    units
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, scale)| *scale)
}
