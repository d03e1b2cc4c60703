//! `return`, `?`, loops and labelled breaks in the body behave as in any function.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
fn early(n: u32) -> u32 {
    if n > 10 {
        return 10;
    }
    n
}

#[memoize]
fn question(text: &str) -> Result<u32, std::num::ParseIntError> {
    let n: u32 = text.parse()?;
    if n == 0 {
        return Ok(1);
    }
    Ok(n)
}

#[memoize]
fn maybe(list: &[u32]) -> Option<u32> {
    let first = list.first()?;
    Some(first + 1)
}

#[memoize]
fn labelled(n: u32) -> u32 {
    let found = 'outer: loop {
        for a in 1..n {
            for b in a..n {
                if a * b == n {
                    break 'outer a;
                }
                if b > 100 {
                    continue 'outer;
                }
            }
        }
        break 0;
    };
    let block = 'block: {
        if found > 0 {
            break 'block found;
        }
        n
    };
    while block == 0 {
        return 0;
    }
    block
}

#[memoize]
fn returns_only(n: u32) -> u32 {
    return n;
}

#[memoize]
fn diverges(n: u32) -> u32 {
    match n {
        0 => panic!("zero"),
        n => n,
    }
}

#[memoize]
fn always_fails(n: u32) -> u32 {
    unreachable!("{n}")
}

#[memoize]
fn closures(n: u32) -> u32 {
    let add = |m: u32| -> u32 {
        if m == 0 {
            return n;
        }
        n + m
    };
    let fails = || -> Option<u32> { Some(add(1).checked_sub(100)? + 1) };
    add(0) + add(1) + fails().unwrap_or(1000)
}

#[memoize]
fn shadows(n: u32) -> u32 {
    let n = n + 1;
    let n = { n * 2 };
    #[allow(unused_mut)]
    let mut m = n;
    let n = m;
    n
}

#[memoize]
fn moves(text: String, list: Vec<String>) -> Vec<String> {
    let mut all = list;
    all.push(text);
    all
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!((early(5), early(50)), (5, 10));
        assert_eq!((question("0"), question("7")), (Ok(1), Ok(7)));
        assert!(question("x").is_err());
        assert_eq!((maybe(&[]), maybe(&[1])), (None, Some(2)));
        assert_eq!((labelled(15), labelled(7), labelled(0)), (3, 7, 0));
        assert_eq!(returns_only(1), 1);
        assert_eq!(diverges(1), 1);
        assert_eq!(closures(1), 1 + 2 + 1000);
        assert_eq!(shadows(1), 4);
        assert_eq!(moves("b".to_string(), vec!["a".to_string()]), ["a", "b"]);
    }
    assert_eq!((early_cache_info().hits, early_cache_info().misses), (2, 2));
    assert_eq!(
        (question_cache_info().hits, question_cache_info().misses),
        (2, 4)
    );
    assert_eq!((maybe_cache_info().hits, maybe_cache_info().misses), (2, 2));
    assert_eq!(
        (labelled_cache_info().hits, labelled_cache_info().misses),
        (3, 3)
    );
    assert_eq!((moves_cache_info().hits, moves_cache_info().misses), (1, 1));
    assert_eq!((early_uncached(50), early_cache_refresh(50)), (10, 10));

    // A panic stores nothing, counts as a miss, and leaves the cache as it was.
    std::panic::set_hook(Box::new(|_| {}));
    assert!(std::panic::catch_unwind(|| diverges(0)).is_err());
    assert!(std::panic::catch_unwind(|| always_fails(0)).is_err());
    assert_eq!(
        (
            diverges_cache_info().hits,
            diverges_cache_info().misses,
            diverges_cache_info().len
        ),
        (1, 2, 1)
    );
    assert_eq!(diverges(1), 1);
}
