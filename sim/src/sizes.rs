//! What each access of a trace weighs.

use crate::error::{Error, Result};
use crate::source::Source;
use crate::trace::numbers;

/// As many as there are accesses: 4 bytes each, or as the name of the file says (`.u64`, `.txt`).
pub(crate) fn read(path: &str, accesses: usize) -> Result<Vec<u64>> {
    let mut source = Source::open(path)?;
    let plain = path.strip_suffix(".xz").unwrap_or(path);
    let sizes = if plain.ends_with(".txt") {
        lines(&mut source)?
    } else if plain.ends_with(".u64") {
        numbers::<8>(&mut source, "a size", u64::from_le_bytes)?
    } else {
        numbers::<4>(&mut source, "a size", |bytes| {
            u32::from_le_bytes(bytes).into()
        })?
    };
    if sizes.len() == accesses {
        return Ok(sizes);
    }
    let reason = format!("{} sizes for a trace of {accesses} accesses", sizes.len());
    Err(Error::file(&source.name, reason))
}

fn lines(source: &mut Source) -> Result<Vec<u64>> {
    let (mut sizes, mut line, mut number) = (Vec::new(), Vec::new(), 1);
    while source.line(number, &mut line)? {
        let text = String::from_utf8_lossy(&line);
        let size = text.trim_end().parse().map_err(|_| {
            let reason = format!("`{}` is not a whole number", text.trim_end());
            Error::at(&source.name, format_args!("line {number}"), reason)
        });
        sizes.push(size?);
        number += 1;
    }
    Ok(sizes)
}
