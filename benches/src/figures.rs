//! Figures, as they are shown.

/// The middle of them.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 {
        numbers[middle]
    } else {
        f64::midpoint(numbers[middle - 1], numbers[middle])
    }
}

/// A ratio in as many digits as it deserves.
pub(crate) fn digits(ratio: f64) -> String {
    match ratio {
        ..10.0 => format!("{ratio:.2}"),
        ..100.0 => format!("{ratio:.1}"),
        _ => format!("{ratio:.0}"),
    }
}

/// The version of a package in the workspace's lock file; of several, the newest, which is ours.
pub(crate) fn version(package: &str) -> String {
    const LOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
    let start = format!("name = \"{package}\"\nversion = \"");
    let lock = std::fs::read_to_string(LOCK).unwrap_or_default();
    let version = lock
        .rsplit_once(&start)
        .and_then(|(_, rest)| rest.split('"').next());
    version.unwrap_or("?").to_owned()
}
