//! Twelve arguments of several kinds, each of which counts; and more than std's tuples have traits for.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
fn twelve(
    a: u8,
    b: &str,
    c: f64,
    d: Option<&str>,
    e: &[u32],
    f: String,
    g: (u8, &str),
    h: [f32; 2],
    i: char,
    j: bool,
    k: (),
    l: &[&str],
) -> usize {
    let () = k;
    usize::from(a)
        + b.len()
        + c as usize
        + d.map_or(0, str::len)
        + e.len()
        + f.len()
        + g.1.len()
        + h.len()
        + i.len_utf8()
        + usize::from(j)
        + l.len()
}

#[memoize]
#[rustfmt::skip]
fn fourteen(a: u8, b: u8, c: u8, d: u8, e: &str, f: f64, g: u8, h: u8, i: u8, j: u8, k: u8, l: u8, m: &[&str], n: u8) -> u64 {
    let digits = [a, b, c, d, e.len() as u8, f as u8, g, h, i, j, k, l, m.len() as u8, n];
    digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

pub(crate) fn main() {
    let call = |a, b, c, d, j, l: &[&str]| {
        twelve(
            a,
            b,
            c,
            d,
            &[1, 2],
            "f".to_string(),
            (1, "g"),
            [0.5, 1.5],
            'i',
            j,
            (),
            l,
        )
    };
    assert_eq!(call(1, "b", 2.0, Some("d"), true, &["l"]), 14);
    assert_eq!(call(1, "b", 2.0, Some("d"), true, &["l"]), 14);
    assert_eq!(
        (twelve_cache_info().hits, twelve_cache_info().misses),
        (1, 1)
    );
    for value in [
        call(2, "b", 2.0, Some("d"), true, &["l"]),
        call(1, "c", 2.0, Some("d"), true, &["l"]),
        call(1, "b", -2.0, Some("d"), true, &["l"]),
        call(1, "b", 2.0, None, true, &["l"]),
        call(1, "b", 2.0, Some("d"), false, &["l"]),
        call(1, "b", 2.0, Some("d"), true, &["m"]),
    ] {
        assert!(value > 0);
    }
    assert_eq!(
        (twelve_cache_info().hits, twelve_cache_info().misses),
        (1, 7)
    );
    let get = |l: &[&str]| {
        twelve_cache_get(
            1,
            "b",
            2.0,
            Some("d"),
            &[1, 2],
            "f".to_string(),
            (1, "g"),
            [0.5, 1.5],
            'i',
            true,
            (),
            l,
        )
    };
    assert_eq!((get(&["l"]), get(&["n"])), (Some(14), None));

    let call = |e, f, n| fourteen(1, 2, 3, 4, e, f, 7, 8, 9, 0, 1, 2, &["a", "b", "c"], n);
    for _ in 0..2 {
        assert_eq!(
            (call("abcde", 6.0, 4), call("abcde", 6.0, 5)),
            (12_345_678_901_234, 12_345_678_901_235)
        );
        assert_eq!(call("edcba", 6.5, 4), 12_345_678_901_234);
    }
    assert_eq!(
        (fourteen_cache_info().hits, fourteen_cache_info().misses),
        (3, 3)
    );
    fourteen_cache_clear();
    assert!(fourteen_cache().is_empty());
}
