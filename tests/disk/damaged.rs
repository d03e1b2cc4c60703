//! A file that isn't what was written: a clear error, or nothing, and never something else than was stored.

use crate::at;
use crate::servers::Folder;
use crate::servers::processes::{role, said_by};
use memofn::store::{Store, StoreErrorKind};
use std::collections::HashSet;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};

const COUNT: u32 = 300;

fn value(n: u32) -> Vec<u8> {
    n.to_le_bytes().repeat(50 + 10 * n as usize)
}

/// A file with some entries of several sizes.
fn stored(path: &Path) -> Vec<u8> {
    let disk = at(path);
    for n in 0..COUNT {
        disk.put(&format!("memo:{n}"), &value(n), None).unwrap();
    }
    drop(disk);
    fs::read(path).unwrap()
}

/// What is read from it is right, or nothing is. How many of them are right?
fn right(path: &Path) -> Result<u32, String> {
    let disk = at(path);
    let mut right = 0;
    disk.flush().map_err(|error| {
        assert_eq!(error.kind(), StoreErrorKind::Refused, "{error}");
        error.to_string()
    })?;
    for n in 0..COUNT {
        match disk.get(&format!("memo:{n}")) {
            Ok(Some(held)) => {
                assert!(held == value(n), "a wrong value");
                right += 1;
            }
            Ok(None) => {}
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Refused, "{error}"),
        }
    }
    Ok(right)
}

#[test]
fn a_truncated_file() {
    let folder = Folder::new();
    let path = folder.path().join("results");
    let whole = stored(&path);
    assert_eq!(right(&path), Ok(COUNT));
    let mut refused = 0;
    for cut in [
        1,
        7,
        100,
        4_095,
        4_096,
        whole.len() / 3,
        whole.len() / 2,
        whole.len() - 1,
    ] {
        fs::write(&path, &whole[..cut]).unwrap();
        match right(&path) {
            Ok(right) => assert!(right < COUNT, "cut to {cut} of {}", whole.len()),
            Err(error) => {
                assert!(error.contains("damaged"), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
}

#[test]
fn another_file() {
    let folder = Folder::new();
    let path = folder.path().join("results");
    let text = b"SQLite format 3\0 and then whatever".repeat(1_000);
    fs::write(&path, &text).unwrap();
    let error = right(&path).unwrap_err();
    assert!(error.contains("isn't one of memofn's"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), text, "it is left as it is");
    // Nor is a folder one, nor what nobody can make.
    assert!(at(folder.path()).get("memo:key").is_err());
    assert!(
        at("/dev/null/results")
            .put("memo:key", b"value", None)
            .is_err()
    );
}

/// Functions only count errors; so standard error is told why there are any, and not again and again.
#[test]
fn standard_error_is_told_once() {
    let name = "damaged::standard_error_is_told_once";
    if role().is_some() {
        let disk = at(std::env::var_os("MEMOFN_TEST_FILE").unwrap());
        // It is tried again after a second.
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(2_500) {
            assert!(disk.get("memo:key").is_err());
        }
        return;
    }
    let folder = Folder::new();
    let path = folder.path().join("results");
    fs::write(&path, "something else".repeat(1_000)).unwrap();
    let said = said_by(
        name,
        "reads",
        &[("MEMOFN_TEST_FILE", path.to_str().unwrap())],
    );
    let lines: Vec<_> = said
        .lines()
        .filter(|line| line.contains("memofn"))
        .collect();
    assert_eq!(lines.len(), 1, "{said}");
    let begin = format!(
        "memofn: {}: the file is damaged, or isn't one of memofn's",
        path.display()
    );
    assert!(lines[0].starts_with(&begin), "{said}");
}

/// Bits anywhere: the file is refused, or what it gives is right.
#[test]
fn bits_that_flip() {
    let folder = Folder::new();
    let path = folder.path().join("results");
    let whole = stored(&path);
    let random = RandomState::new();
    let (mut refused, mut good) = (0, 0);
    for round in 0_u64..150 {
        let mut bytes = whole.clone();
        for flip in 0..1 + round % 3 {
            let mut hasher = random.build_hasher();
            hasher.write_u64(round * 10 + flip);
            let place = hasher.finish() as usize % (bytes.len() * 8);
            // Half of them where the file describes itself.
            let place = if round % 2 == 0 {
                place % (4_096 * 8)
            } else {
                place
            };
            bytes[place / 8] ^= 1 << (place % 8);
        }
        fs::write(&path, &bytes).unwrap();
        match right(&path) {
            Ok(_) => good += 1,
            Err(_) => refused += 1,
        }
    }
    println!("{refused} files were refused, {good} were not");
    assert!(refused > 0 && good > 0);
}

/// While it is open, behind its back: each value is checked when it is read.
#[test]
fn what_changes_under_an_open_file_is_not_believed() {
    let folder = Folder::new();
    let path = folder.path().join("results");
    let whole = stored(&path);
    let disk = at(&path);
    disk.flush().unwrap();
    // Bytes of all values but that of zeros, and nothing of the structure. A long one isn't in one place.
    let mut bytes = whole;
    let mut changed = HashSet::new();
    let mut from = 0;
    while let Some(part) = bytes.get_mut(from..from + 200) {
        let n = u32::from_le_bytes(*part.first_chunk().unwrap());
        if (1..COUNT).contains(&n) && part.chunks(4).all(|chunk| chunk == n.to_le_bytes()) {
            part[100] ^= 1;
            changed.insert(n);
            from += 200;
        } else {
            from += 1;
        }
    }
    assert_eq!(changed.len() as u32, COUNT - 1);
    fs::write(&path, &bytes).unwrap();
    let mut noticed = 0;
    for n in 0..COUNT {
        match disk.get(&format!("memo:{n}")) {
            // From memory, as it was.
            Ok(held) => assert_eq!(held, Some(value(n))),
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::Refused, "{error}");
                noticed += 1;
                // It has gone, and can be computed again.
                let key = format!("memo:{n}");
                assert_eq!(disk.get(&key).unwrap(), None);
                disk.put(&key, b"new", None).unwrap();
            }
        }
    }
    println!("{noticed} of {COUNT} were noticed, the others came from memory");
    assert!(noticed > 0);
    disk.flush().unwrap();
}
