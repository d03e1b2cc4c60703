//! What is advised, where one can tell what is right.

use crate::tools::{Scratch, output, trace, u64le};

/// The attribute that is advised.
fn attribute(advice: &str) -> &str {
    let mut lines = advice.lines().filter(|line| line.starts_with("#[memoize"));
    lines.next().expect(advice)
}

#[test]
fn a_loop_is_kept_as_a_whole_or_not() {
    let rounds: Vec<u64> = (0..40_000).map(|call| call % 1000).collect();
    let bytes = u64le(&rounds);
    let advice = output("advise -", &bytes);
    let head = "stdin: 40000 calls, 1000 different keys; a cache without a bound hits 97.50 %\n\n#[memoize]\n\n\
                It hits 97.50 %, the most that any cache can: each miss is the first call of its key.\n\nwhy\n";
    assert!(advice.starts_with(head), "{advice}");
    assert!(
        advice
            .contains("where others may come, write #[memoize(policy = \"lru\", capacity = 1024)]"),
        "{advice}"
    );
    let bounded = output("advise - --max-capacity 700", &bytes);
    assert!(bounded.contains("advised          700"), "{bounded}");
    assert!(
        !attribute(&bounded).contains("\"lru\""),
        "lru has no hit here: {bounded}"
    );
}

#[test]
fn recent_keys_need_a_small_cache() {
    // Each key three times and never again, with 23 others in between: 16 entries are too few.
    let calls: Vec<u64> = (0..10_000)
        .flat_map(|key| [key, key + 8, key + 16])
        .collect();
    let advice = output("advise -", &u64le(&calls));
    assert_eq!(
        attribute(&advice),
        "#[memoize(policy = \"lru\", capacity = 32)]"
    );
    assert!(
        advice.contains("100 % of the hits without a bound"),
        "{advice}"
    );
}

#[test]
fn nothing_to_gain() {
    let once = output("advise -", &u64le(&(0..5000).collect::<Vec<_>>()));
    assert_eq!(
        once,
        "stdin: 5000 calls, 5000 different keys; a cache without a bound hits 0.00 %\n\n\
         Every key comes once: there is nothing to gain, don't memoize.\n"
    );
    let mut few: Vec<u64> = (0..5000).collect();
    few.extend(4900..5000);
    assert!(output("advise -", &u64le(&few)).contains("little to gain"));
    let short = output("advise - --format text", b"a\na\n");
    assert!(
        short.contains("(a short trace: ") && attribute(&short) == "#[memoize]",
        "{short}"
    );
}

#[test]
fn half_and_twice_are_what_the_table_says() {
    let web = trace("cache2k-web07");
    let advice = output(&format!("advise {web}"), b"");
    let row = |which: &str| -> (String, f64) {
        let line = advice
            .lines()
            .find(|line| line.starts_with(which))
            .expect(&advice);
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[1].into(), words[2].parse().expect("a share"))
    };
    let policy = attribute(&advice)
        .split('"')
        .nth(1)
        .expect("a policy")
        .to_string();
    let rows = ["half", "advised", "twice"].map(row);
    let capacities: Vec<u64> = rows
        .iter()
        .map(|(capacity, _)| capacity.parse().expect("a number"))
        .collect();
    assert_eq!(
        [capacities[0] * 2, capacities[1] * 2],
        [capacities[1], capacities[2]]
    );
    for (capacity, share) in rows {
        let table = output(
            &format!("{web} --policies {policy} --capacities {capacity}"),
            b"",
        );
        let found: f64 = table
            .split_whitespace()
            .last()
            .expect("a share")
            .parse()
            .expect("a share");
        assert_eq!(found, share, "{table}");
    }
}

#[test]
fn by_weight() {
    let scratch = Scratch::new();
    // A few small ones that come often, many large ones that come twice.
    let mut calls = Vec::new();
    for round in 0..2_u64 {
        for large in 0..2000 {
            calls.push((1_000_000 + large, 1 << 20));
            calls.extend((0..4).map(|small| ((large + round + small) % 50, 1 << 10)));
        }
    }
    let keys: Vec<u64> = calls.iter().map(|(key, _)| *key).collect();
    let sizes: Vec<u64> = calls.iter().map(|(_, size)| *size).collect();
    let sizes = scratch.file("sizes.u64", &u64le(&sizes));
    let advice = output(
        &format!("advise - --sizes {sizes} --max-weight 500MiB"),
        &u64le(&keys),
    );
    assert!(attribute(&advice).contains("max_weight = \""), "{advice}");
    assert!(advice.contains("of bytes"), "{advice}");
}
