//! What can't be read is told with file, place and reason: 1; a command that is wrong: 2.

use crate::tools::{Scratch, run, trace, u64le};
use std::fs;

/// Refused as input.
fn refused(words: &str, input: &[u8]) -> String {
    let done = run(words, input);
    assert_eq!(
        (done.code, done.output.as_str()),
        (Some(1), ""),
        "{words}: {}",
        done.error
    );
    let text = done.error.strip_prefix("memofn-sim: ").expect("its name");
    text.trim_end().into()
}

/// Refused as a command.
fn misused(words: &str) -> String {
    let done = run(words, b"a\nb\n");
    assert_eq!(
        (done.code, done.output.as_str()),
        (Some(2), ""),
        "{words}: {}",
        done.error
    );
    let text = done.error.strip_prefix("memofn-sim: ").expect("its name");
    text.strip_suffix("\nmemofn-sim --help says more\n")
        .expect("where to look")
        .into()
}

#[test]
fn keys_that_end_early() {
    let cut = &u64le(&[1, 2])[..11];
    assert_eq!(
        refused("-", cut),
        "standard input: byte 8: the file ends within a key: 3 of 8 bytes"
    );
    let scratch = Scratch::new();
    let file = scratch.file("cut.u64", cut);
    assert_eq!(
        refused(&file, b""),
        format!("{file}: byte 8: the file ends within a key: 3 of 8 bytes")
    );
    // Beyond what is read at once.
    let long = vec![1; (1 << 17) + 1];
    assert_eq!(
        refused("-", &long),
        "standard input: byte 131072: the file ends within a key: 1 of 8 bytes"
    );
}

#[test]
fn lines_that_are_no_keys() {
    let text = |input: &[u8]| refused("- --format text", input);
    assert_eq!(
        text(b"a\n\nb\n"),
        "standard input: line 2: empty; each line is a key"
    );
    assert_eq!(text(b"a\nb\n\xff\n"), "standard input: line 3: not UTF-8");
    assert_eq!(text(b""), "standard input: no accesses");
}

#[test]
fn columns_that_are_not_there() {
    let table =
        |column: &str, input: &str| refused(&format!("- --format csv:{column}"), input.as_bytes());
    assert_eq!(
        table("key", "time,id\n1,2\n"),
        "standard input: line 1: no column `key`; there are `time`, `id`"
    );
    assert_eq!(
        table("id", "time,id\n1,2\n3\n"),
        "standard input: line 3: no column 2: the line has 1"
    );
    assert_eq!(
        table("3", "1,2\n"),
        "standard input: line 1: no column 3: the line has 2"
    );
    assert_eq!(
        table("2", "1,\"2\n3\n"),
        "standard input: line 1: a quote that is never closed"
    );
    assert_eq!(
        table("1", "a\n\"b\"c\n"),
        "standard input: line 2: text after a closing quote"
    );
    // A row of two lines before it.
    assert_eq!(
        table("2", "1,\"a\nb\"\n\n"),
        "standard input: line 3: no column 2: the line has 1"
    );
    assert_eq!(table("id", ""), "standard input: empty; no row of names");
    assert_eq!(table("id", "id\n"), "standard input: no accesses");
}

#[test]
fn packed_files_that_are_broken() {
    let bytes = fs::read(trace("cache2k-web07")).expect("committed");
    let scratch = Scratch::new();
    let cut = scratch.file("cut.u64.xz", &bytes[..50_000]);
    assert_eq!(
        refused(&cut, b""),
        format!("{cut}: byte 50000 of the packed file: bad xz: the file ends too early")
    );
    assert_eq!(
        refused("-", &bytes[..50_000]),
        "standard input: byte 50000 of the packed file: bad xz: the file ends too early"
    );
    let mut changed = bytes.clone();
    changed[50_000..50_008].fill(b'X');
    let changed = scratch.file("changed.u64.xz", &changed);
    let text = refused(&changed, b"");
    assert!(
        text.starts_with(&format!("{changed}: byte ")) && text.contains("bad xz: "),
        "{text}"
    );
    // What the check sum is for.
    let mut checked = bytes;
    let end = checked.len() - 40;
    checked[end] ^= 1;
    assert!(refused("-", &checked).contains("bad xz: "));
    let plain = scratch.file("plain.xz", b"not packed");
    assert_eq!(
        refused(&plain, b""),
        format!("{plain}: byte 0: not an xz file")
    );
    let empty = scratch.file("empty.xz", b"");
    assert_eq!(
        refused(&empty, b""),
        format!("{empty}: byte 0: not an xz file")
    );
}

#[test]
fn files_that_are_not_there() {
    assert!(refused("/no/such/file", b"").starts_with("/no/such/file: "));
    let folder = env!("CARGO_TARGET_TMPDIR");
    assert!(refused(folder, b"").starts_with(folder));
    let plot = refused("- --format text --plot /no/such/folder/x.svg", b"a\n");
    assert!(plot.starts_with("/no/such/folder/x.svg: "), "{plot}");
}

#[test]
fn hits_of_another_trace() {
    let scratch = Scratch::new();
    let also = |line: &str| {
        let also = scratch.file("also.csv", line.as_bytes());
        refused(
            &format!("- --format text --capacities 1 --also {also}"),
            b"a\nb\n",
        )
    };
    let other = also("stdin,1,theirs,5,1\n");
    assert!(
        other.contains("also.csv: line 1: it isn't about this trace"),
        "{other}"
    );
    assert!(
        also("stdin,1,theirs,2\n").contains("line 1: not trace,capacity"),
        "{other}"
    );
    assert!(
        also("stdin,1,theirs,2,x\n").contains("the hits are no number"),
        "{other}"
    );
}

#[test]
fn sizes_of_another_trace() {
    let scratch = Scratch::new();
    let three = scratch.file("three.u32", &[0; 12]);
    let text = refused(&format!("- --format text --sizes {three}"), b"a\nb\n");
    assert_eq!(text, format!("{three}: 3 sizes for a trace of 2 accesses"));
    let cut = scratch.file("cut.u32", &[0; 7]);
    let text = refused(&format!("- --format text --sizes {cut}"), b"a\nb\n");
    assert_eq!(
        text,
        format!("{cut}: byte 4: the file ends within a size: 3 of 4 bytes")
    );
    let words = scratch.file("words.txt", b"12\nmany\n");
    let text = refused(&format!("- --format text --sizes {words}"), b"a\nb\n");
    assert_eq!(
        text,
        format!("{words}: line 2: `many` is not a whole number")
    );
}

#[test]
fn policies_that_are_not_there() {
    let near = misused("- --policies lru,lur");
    assert!(
        near.starts_with("no policy `lur`. Did you mean `lru`? There are unbounded, lru, "),
        "{near}"
    );
    let far = misused("- --policies clock");
    assert!(
        far.starts_with("no policy `clock`. There are unbounded, lru, ")
            && far.ends_with(", opt, all"),
        "{far}"
    );
    assert_eq!(
        misused("- --policies size"),
        "policy `size` evicts by weight: it needs --sizes and --max-weight"
    );
}

#[test]
fn amounts_that_are_none() {
    for bad in [
        "0",
        "-1",
        "1.5",
        "x",
        "",
        "1,,2",
        "0%",
        "101%",
        "%",
        "1e3",
        "99999999999999999999",
        "64MiB",
    ] {
        // A word of its own: a number below 0 isn't an option.
        let text = misused(&format!("- --capacities={bad}"));
        assert!(
            text.starts_with("--capacities: `") && text.contains("is not an amount"),
            "{bad}: {text}"
        );
    }
}

#[test]
fn commands_that_say_nothing_or_too_much() {
    assert_eq!(
        misused(""),
        "no trace is named: a file, or - for the standard input"
    );
    assert_eq!(misused("- -"), "the standard input is named twice");
    assert_eq!(
        misused("a b --sizes c"),
        "--sizes belongs to one trace: name one"
    );
    assert_eq!(
        misused("- --sizes -"),
        "the standard input can't be both trace and sizes"
    );
    assert_eq!(
        misused("- --max-weight 1MiB"),
        "--max-weight needs --sizes: what does an entry weigh?"
    );
    assert_eq!(
        misused("- --csv --format text --format text"),
        "--format is given twice"
    );
    assert_eq!(
        misused("- --format"),
        "missing argument for option '--format'"
    );
    assert_eq!(misused("- --farmat text"), "invalid option '--farmat'");
    assert_eq!(
        misused("- --format json"),
        "--format json: there are u64le, text, csv:COLUMN, tsv:COLUMN"
    );
    assert_eq!(
        misused("- --format csv:"),
        "--format csv:: which column? Its name, or its number from 1"
    );
    assert_eq!(
        misused("- --format csv:0"),
        "--format: columns count from 1"
    );
    assert_eq!(
        misused("- --max-capacity 10"),
        "--max-capacity is for `advise`; here it is --capacities"
    );
    assert_eq!(
        misused("x --sizes y --max-weight 1% --policies opt"),
        "`opt` knows no weights: leave it out, or --max-weight"
    );
    assert_eq!(
        misused("x --sizes y --max-weight 1%,2% --capacities 1,2 --plot z"),
        "--plot draws over capacities or over weights: one of them has one value"
    );
    assert_eq!(
        misused("advise - --csv"),
        "--csv is for tables, not for `advise`"
    );
    assert_eq!(misused("advise a b"), "`advise` is for one trace");
    assert_eq!(
        misused("advise - --max-capacity 1,2"),
        "--max-capacity: one amount"
    );
    assert_eq!(
        misused("advise a --sizes b --max-capacity 1"),
        "with --sizes the bound is a weight: --max-weight"
    );
}
