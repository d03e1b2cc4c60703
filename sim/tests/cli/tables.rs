//! Tables, line for line; hits were counted by hand.

use crate::tools::{Scratch, output, program, run_args, trace, u64le};
use std::fs;
use std::process::Stdio;

const CALLS: &[u8] = b"a\nb\na\nc\na\nb\nc\n";

const LINES: &str = "trace,capacity,policy,accesses,hits
stdin,2,lru,7,2
stdin,2,fifo,7,1
stdin,2,lfu,7,2
stdin,2,opt,7,3
";

#[test]
fn lines_for_programs() {
    let words = "--policies lru,fifo,lfu,opt --capacities 2 --csv --format";
    let lines = |format: &str, input: &[u8]| output(&format!("- {words} {format}"), input);
    assert_eq!(lines("text", CALLS), LINES);
    assert_eq!(lines("text", b"a\r\nb\r\na\r\nc\r\na\r\nb\r\nc"), LINES);
    assert_eq!(
        lines("u64le", &u64le(&[7, 1 << 63, 7, 0, 7, 1 << 63, 0])),
        LINES
    );
    let table = "\u{feff}time,\"the \"\"key\"\"\",x\n1,\"a,b\nc\",\n2,b,\n3,\"a,b\nc\",\n4,,\n5,\"a,b\nc\",\n6,b,\n7,,\n";
    assert_eq!(
        lines("csv:2", table.as_bytes()).lines().nth(1),
        Some("stdin,2,lru,8,2")
    );
    let named = [
        "-",
        "--format",
        "csv:the \"key\"",
        "--policies",
        "lru,fifo,lfu,opt",
        "--capacities",
        "2",
        "--csv",
    ];
    assert_eq!(run_args(&named, table.as_bytes()).output, LINES);
    let tabs = b"200\ta \"x\n200\tb\n200\ta \"x\n200\tc\n200\ta \"x\n200\tb\n200\tc\n";
    assert_eq!(lines("tsv:2", tabs), LINES);
}

#[test]
fn a_table_for_each_trace() {
    let scratch = Scratch::new();
    let one = scratch.file("one.txt", CALLS);
    let other = scratch.file("other.txt", b"a\na\na\na\n");
    let table = output(
        &format!("{one} {other} --format text --policies lru,opt --capacities 2,50%"),
        b"",
    );
    let expected = "\
one: 7 accesses, 3 different keys; without a bound 57.14 % are hits

hits in %
capacity     lru     opt
       2   28.57   42.86
       1    0.00   28.57

other: 4 accesses, 1 different keys; without a bound 75.00 % are hits

hits in %
capacity     lru     opt
       2   75.00   75.00
       1   75.00   75.00
";
    assert_eq!(table, expected);
}

#[test]
fn all_policies_have_a_column() {
    let table = output("- --format text --csv", CALLS);
    let bounded = memofn::Policy::ALL
        .iter()
        .filter(|policy| !matches!(policy, memofn::Policy::Unbounded | memofn::Policy::Size));
    let names = bounded.map(ToString::to_string).chain(["opt".into()]);
    // Of three keys, 1 % and 10 % come to the same.
    let expected: Vec<String> = names.map(|name| format!("stdin,1,{name},7")).collect();
    let lines = table.lines().skip(1);
    let found: Vec<&str> = lines
        .map(|line| line.rsplit_once(',').expect("a line").0)
        .collect();
    assert_eq!(found, expected);
    let unbounded = output("- --format text --csv --policies unbounded,lru", CALLS);
    assert!(unbounded.contains("stdin,1,unbounded,7,4\n"), "{unbounded}");
}

#[test]
fn packed_or_not_from_a_file_or_not() {
    let packed = trace("cache2k-web07");
    let words = "--policies lru --capacities 300,2000 --csv";
    let lines = "trace,capacity,policy,accesses,hits\ncache2k-web07,300,lru,76118,31895\ncache2k-web07,2000,lru,76118,";
    let whole = output(&format!("{packed} {words}"), b"");
    assert!(whole.starts_with(lines), "{whole}");
    let bytes = fs::read(&packed).expect("committed");
    let piped = output(&format!("- {words}"), &bytes);
    assert_eq!(piped, whole.replace("cache2k-web07", "stdin"));
    // Two packed files one after the other are a packed file.
    let twice = output(&format!("- {words}"), &[&bytes[..], &bytes[..]].concat());
    assert!(twice.contains(",152236,"), "{twice}");
    let scratch = Scratch::new();
    let misnamed = scratch.file("cache2k-web07.u64", &bytes);
    assert_eq!(output(&format!("{misnamed} {words}"), b""), whole);
}

#[test]
fn what_is_random_is_repeatable() {
    let packed = trace("cache2k-web07");
    let of = |seed: &str| {
        output(
            &format!("{packed} --policies random --capacities 100 --csv --seed {seed}"),
            b"",
        )
    };
    assert_eq!(of("7"), of("7"));
    assert_ne!(of("7"), of("8"));
}

#[test]
fn by_weight() {
    let scratch = Scratch::new();
    let sizes: Vec<u8> = [4_u32, 3, 4, 5, 4]
        .iter()
        .flat_map(|size| size.to_le_bytes())
        .collect();
    let sizes = scratch.file("x.sizes.u32", &sizes);
    let written = scratch.file("sizes.txt", b"4\n3\n4\n5\n4\n");
    let wide = scratch.file("sizes.u64", &u64le(&[4, 3, 4, 5, 4]));
    let words = "- --format text --max-weight 8 --policies lru,fifo,size --csv --sizes";
    let calls = b"x\ny\nx\nz\nx\n";
    let lines = output(&format!("{words} {sizes}"), calls);
    // z makes y and x leave; of the largest ones first, x.
    let expected = "trace,capacity,policy,accesses,hits,max_weight,bytes,hit_bytes
stdin,,lru,5,1,8,20,4
stdin,,fifo,5,1,8,20,4
stdin,,size,5,1,8,20,4
";
    assert_eq!(lines, expected);
    assert_eq!(output(&format!("{words} {written}"), calls), lines);
    assert_eq!(output(&format!("{words} {wide}"), calls), lines);

    let both = output(
        &format!(
            "- --format text --sizes {sizes} --capacities 1,2 --max-weight 100% --policies lru"
        ),
        calls,
    );
    let expected = "\
stdin: 5 accesses, 3 different keys; without a bound 40.00 % are hits

hits in % of accesses
capacity / max weight     lru
               1 / 12    0.00
               2 / 12   40.00

hits in % of bytes
capacity / max weight     lru
               1 / 12    0.00
               2 / 12   40.00
";
    assert_eq!(both, expected);
    // Without a bound by weight, sizes only count.
    let counted = output(
        &format!("- --format text --sizes {sizes} --capacities 2 --policies opt --csv"),
        calls,
    );
    assert!(counted.ends_with("stdin,2,opt,5,2,,20,8\n"), "{counted}");
}

#[test]
fn nobody_has_to_read_it_all() {
    let mut child = program()
        .arg("--help")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it is built");
    drop(child.stdout.take());
    let done = child.wait_with_output().expect("it ends");
    assert_eq!(
        (done.status.code(), done.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn help_and_version() {
    assert!(output("--help", b"").contains("memofn-sim advise TRACE"));
    assert_eq!(
        output("-V", b""),
        format!("memofn-sim {}\n", env!("CARGO_PKG_VERSION"))
    );
}
