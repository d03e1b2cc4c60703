use crate::literal::{duration, nearest, percentage, size};

const SECOND: u64 = 1_000_000_000;

#[test]
fn durations() {
    for (text, nanos) in [
        ("30s", 30 * SECOND),
        ("1h 30m", 5_400 * SECOND),
        ("1h30m", 5_400 * SECOND),
        ("250ms", SECOND / 4),
        ("1.5s", 3 * SECOND / 2),
        ("0.5 h", 1_800 * SECOND),
        ("1ns", 1),
        ("2us", 2_000),
        ("2\u{b5}s", 2_000),
        ("2\u{3bc}s", 2_000),
        ("1d", 86_400 * SECOND),
        ("1w", 604_800 * SECOND),
        (" 1s ", SECOND),
        ("0s 1s", SECOND),
        ("1.0000000000000000000000000s", SECOND),
    ] {
        assert_eq!(duration(text), Ok(nanos), "{text}");
    }
}

#[test]
fn durations_refused() {
    for (text, part) in [
        (
            "",
            "the duration is empty: expected a duration such as \"30s\"",
        ),
        ("   ", "the duration is empty"),
        ("30", "`30` has no unit: write \"30s\""),
        ("1h 30", "`1h 30` has no unit: write \"1h 30s\""),
        (
            "soon",
            "`soon` is not a duration: expected a duration such as",
        ),
        ("-5s", "`-5s` is not a duration"),
        ("1.s", "`1.s` is not a duration"),
        (".5s", "`.5s` is not a duration"),
        ("1,5s", "`1,5s` is not a duration"),
        ("30sec", "`sec` is no unit of time"),
        ("5M", "`M` is no unit of time"),
        ("0s", "`0s` is no time at all"),
        ("0.1ns", "`0.1ns` is no time at all"),
        ("585y", "`y` is no unit of time"),
        ("40000w", "`40000w` is longer than 584 years"),
        (
            "99999999999999999999999999999999999999999s",
            "is longer than 584 years",
        ),
        ("18446744073709551615ns 1ns", "is longer than 584 years"),
    ] {
        let message = duration(text).expect_err(text);
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn sizes() {
    for (text, bytes) in [
        ("64MiB", 64 << 20),
        ("1KB", 1_000),
        ("1kB", 1_000),
        ("512B", 512),
        ("1.5 KiB", 1_536),
        ("2GB", 2_000_000_000),
        ("3GiB", 3 << 30),
        ("1TB", 1_000_000_000_000),
        ("1TiB", 1 << 40),
        ("1.3KiB", 1_331),
    ] {
        assert_eq!(size(text), Ok(bytes), "{text}");
    }
    for (text, part) in [
        ("", "the size is empty"),
        ("64", "`64` has no unit: write \"64B\" for bytes"),
        ("64M", "`M` is no unit of size"),
        ("64mb", "`mb` is no unit of size"),
        ("big", "`big` is not a size"),
        ("1GiB 2MiB", "`1GiB 2MiB` is not a size"),
        ("0B", "`0B` has room for nothing"),
        ("99999999TiB", "`99999999TiB` does not fit in 64 bits"),
        ("-1B", "`-1B` is not a size"),
    ] {
        let message = size(text).expect_err(text);
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn percentages() {
    assert_eq!(percentage("10%"), Ok(0.1));
    assert_eq!(percentage("2.5 %"), Ok(0.025));
    for (text, part) in [
        ("", "the percentage is empty"),
        ("10", "`10` has no percent sign"),
        ("0.1", "`0.1` has no percent sign"),
        ("0%", "`0%` is not between 0% and 100%"),
        ("100%", "`100%` is not between 0% and 100%"),
        ("-1%", "`-1%` is not a percentage"),
        ("inf%", "`inf%` is not a percentage"),
        ("nan%", "`nan%` is not a percentage"),
        ("1e1%", "`1e1%` is not a percentage"),
        ("%", "`%` is not a percentage"),
        ("10%%", "`10%%` is not a percentage"),
    ] {
        let message = percentage(text).expect_err(text);
        assert!(message.contains(part), "{text}: {message}");
        assert!(message.contains("\"10%\""), "{text}: {message}");
    }
}

#[test]
fn the_nearest_word() {
    let words = ["policy", "capacity", "ttl", "tti", "max_weight"];
    assert_eq!(nearest("capasity", words), Some("capacity"));
    assert_eq!(nearest("polcy", words), Some("policy"));
    assert_eq!(nearest("ttll", words), Some("ttl"));
    assert_eq!(nearest("tlt", words), Some("ttl"));
    assert_eq!(nearest("max_wieght", words), Some("max_weight"));
    assert_eq!(nearest("Policy", words), Some("policy"));
    assert_eq!(nearest("frobnicate", words), None);
    assert_eq!(nearest("", words), None);
    assert_eq!(nearest("c", ["a", "b"]), None);
    assert_eq!(nearest(&"capacity".repeat(1000), words), None);
}

/// Every string of up to four of these characters, and longer random ones.
#[test]
fn garbage_never_panics() {
    let alphabet = [
        '0', '9', '.', ' ', 's', 'm', 'B', 'i', 'K', '%', '-', '\u{b5}', 'é', '\0', '٣', '𝟘',
    ];
    let read = |text: &str| {
        let _ = (duration(text), size(text), percentage(text));
        let _ = nearest(text, ["ttl", "é𝟘", ""]);
    };
    let mut texts = vec![String::new()];
    for _ in 0..4 {
        texts = texts
            .iter()
            .flat_map(|text| alphabet.map(|c| format!("{text}{c}")))
            .collect();
        texts.iter().for_each(|text| read(text));
    }
    let mut seed = 1u64;
    for length in 0..2000 {
        let text: String = (0..length % 60)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                alphabet[(seed >> 60) as usize]
            })
            .collect();
        read(&text);
    }
}
