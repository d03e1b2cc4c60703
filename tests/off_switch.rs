//! `MEMOFN_DISABLE=1` turns every memoized function into its body. The variable is read once in a
//! process, so each case runs in a process of its own: this test program again, with one test.

use memofn::memoize;
use std::process::Command;

#[memoize(capacity = 10)]
fn square(n: u64) -> Result<u64, String> {
    if n > 100 {
        Err("large".to_owned())
    } else {
        Ok(n * n)
    }
}

/// The calls that the cases make, with what the statistics say after them.
fn calls() -> String {
    for n in [3, 3, 101, 3] {
        let _ = square(n);
    }
    let _ = square_cache_insert(5, Ok(0));
    assert_eq!(square_uncached(5), Ok(25));
    let five = square(5);
    square_cache().set_capacity(20);
    let info = square_cache_info();
    format!(
        "five={five:?} hits={} misses={} errors={} len={}",
        info.hits, info.misses, info.errors, info.len
    )
}

#[test]
fn prints_what_it_counts() {
    println!("counted: {}", calls());
}

fn with(value: Option<&str>) -> (String, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "prints_what_it_counts", "--nocapture"]);
    match value {
        Some(value) => command.env("MEMOFN_DISABLE", value),
        None => command.env_remove("MEMOFN_DISABLE"),
    };
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    let counted = out.lines().find_map(|line| line.split_once("counted: "));
    (counted.unwrap().1.to_owned(), err)
}

#[test]
fn one_disables_and_counts_nothing() {
    let (counted, complaint) = with(Some("1"));
    assert_eq!(counted, "five=Ok(25) hits=0 misses=0 errors=0 len=0");
    assert_eq!(complaint, "");
}

#[test]
fn without_it_results_are_stored() {
    let stored = "five=Ok(0) hits=3 misses=2 errors=1 len=2";
    assert_eq!(with(None), (stored.to_owned(), String::new()));
    assert_eq!(with(Some("0")), (stored.to_owned(), String::new()));
}

#[test]
fn a_value_that_means_nothing_is_said_so() {
    let (counted, complaint) = with(Some("yes"));
    assert_eq!(counted, "five=Ok(0) hits=3 misses=2 errors=1 len=2");
    assert_eq!(
        complaint,
        "memofn: MEMOFN_DISABLE=yes means nothing: 1 disables all caches\n"
    );
}
