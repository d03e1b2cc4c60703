//! What suits one part of the calls is wrong for the next.

use crate::work::{cache, call, looping, opt, popular, recent};
use memofn::Policy;

/// Hits in the second half of each part, the most, and LRU's in that half: by then it has adapted.
fn parts(capacity: usize, parts: &[Vec<u64>]) -> Vec<[u64; 3]> {
    let (adaptive, lru) = (
        cache(Policy::Adaptive, capacity),
        cache(Policy::Lru, capacity),
    );
    let of = |part: &Vec<u64>| {
        let (first, second) = part.split_at(part.len() / 2);
        call(&adaptive, first);
        call(&lru, first);
        [
            call(&adaptive, second),
            opt(part, capacity) - opt(first, capacity),
            call(&lru, second),
        ]
    };
    parts.iter().map(of).collect()
}

#[test]
fn a_loop_then_recency_then_a_loop() {
    let all = [
        looping(0, 1_100, 60_000),
        recent(10_000, 60_000, 200),
        looping(0, 1_100, 60_000),
    ];
    let hits = parts(1_000, &all);
    println!("{hits:?}");
    let [
        [loop_1, opt_1, lru_1],
        [recent, _, lru],
        [loop_2, opt_2, lru_2],
    ] = hits[..]
    else {
        unreachable!()
    };
    // LRU has no hit in a loop, and all there are where what was used lately is used again.
    assert!(lru_1 == 0 && lru_2 == 0 && lru >= 19_500);
    assert!(loop_1 * 100 >= opt_1 * 96, "{loop_1} of {opt_1}");
    assert!(recent * 100 >= lru * 96, "{recent} of {lru}");
    assert!(loop_2 * 100 >= opt_2 * 90, "{loop_2} of {opt_2}");
}

#[test]
fn popular_keys_between_two_scans() {
    let scan = |first: u64| (first..first + 20_000).collect::<Vec<_>>();
    let all = [
        popular(0, 20_000, 60_000),
        scan(1_000_000),
        popular(0, 20_000, 60_000),
    ];
    let hits = parts(500, &all);
    println!("{hits:?}");
    for [ours, _, lru] in [hits[0], hits[2]] {
        assert!(ours * 100 >= lru * 104, "{ours} against {lru}");
    }
}

#[test]
fn a_loop_that_just_fits_and_one_that_just_does_not() {
    // A sample of the keys may have fewer of them than the miniatures hold, or more.
    for keys in [990, 1_000, 1_010, 1_050] {
        let keys = looping(0, keys, 100_000);
        let [[ours, most, _]] = parts(1_000, std::slice::from_ref(&keys))[..] else {
            unreachable!()
        };
        assert!(ours * 100 >= most * 96, "{ours} of {most}");
    }
}

#[test]
fn the_same_seed_gives_the_same_hits() {
    let keys = popular(0, 5_000, 30_000);
    let run = || call(&cache(Policy::Adaptive, 200), &keys);
    assert_eq!(run(), run());
}
