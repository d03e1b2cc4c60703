//! Every policy against a model that is too simple to be wrong, with all bounds and lifetimes.
//!
//! Lifetimes are days and the steps of the clock odd, so that neither the time the test itself takes
//! nor the percent by which an entry may expire early can matter: no entry is ever nearer to its
//! deadline than that.

mod model;

use memofn::Policy;
use model::pair::{Op, Pair, counts};
use model::rng::Xorshift;
use model::{Key, Setup, WEIGHTS};
use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::test_runner::TestRunner;
use std::sync::{Mutex, PoisonError};
use std::thread;

const CAPACITIES: [usize; 6] = [0, 1, 2, 3, 10, 1000];
/// Lighter than the heaviest value, so that some values can never fit.
const MAX_WEIGHT: u64 = 24;
const TTL: u64 = 100;
const TTI: u64 = 45;
const STEP: u64 = 7;

/// The clock is the whole process's: one test at a time may move it.
static CLOCK: Mutex<()> = Mutex::new(());

/// A cache, the operations on it, and whether everything is compared after each of them. If not, only
/// what they return is, so that expired entries are still there when the next operation comes.
#[derive(Clone, Debug)]
struct Case {
    setup: Setup,
    ops: Vec<Op>,
    compare_each: bool,
}

fn setups(policy: Policy, clock: bool) -> impl Strategy<Value = Setup> {
    let capacity = prop::sample::select(&CAPACITIES[..]);
    let bounds = match policy {
        Policy::Unbounded => Just((None, None)).boxed(),
        Policy::Size => (prop::option::of(capacity), Just(Some(MAX_WEIGHT))).boxed(),
        // Without any bound these have a default capacity, which isn't the matter here.
        _ => prop_oneof![
            capacity.clone().prop_map(|capacity| (Some(capacity), None)),
            capacity.prop_map(|capacity| (Some(capacity), Some(MAX_WEIGHT))),
            Just((None, Some(MAX_WEIGHT))),
        ]
        .boxed(),
    };
    let lifetimes = match clock {
        false => Just((None, None)).boxed(),
        true => prop_oneof![
            Just((Some(TTL), None)),
            Just((None, Some(TTI))),
            Just((Some(TTL), Some(TTI)))
        ]
        .boxed(),
    };
    (bounds, lifetimes).prop_map(move |((capacity, max_weight), (ttl, tti))| Setup {
        capacity,
        max_weight,
        ttl,
        tti,
        ..Setup::new(policy)
    })
}

fn op(setup: &Setup) -> impl Strategy<Value = Op> + use<> {
    let keys = setup
        .capacity
        .map_or(24, |capacity| 2 * capacity as Key + 2);
    let key = || 0..keys;
    let weight = || 0..WEIGHTS as u8;
    let mut ops = vec![
        (
            12,
            (key(), weight())
                .prop_map(|(key, weight)| Op::GetOrInsert(key, weight))
                .boxed(),
        ),
        (8, key().prop_map(Op::Get).boxed()),
        (
            6,
            (key(), weight())
                .prop_map(|(key, weight)| Op::Insert(key, weight))
                .boxed(),
        ),
        (4, key().prop_map(Op::Remove).boxed()),
        (2, key().prop_map(Op::Peek).boxed()),
        (2, key().prop_map(Op::Contains).boxed()),
        (1, (0..3u16).prop_map(Op::Retain).boxed()),
        (1, Just(Op::Clear).boxed()),
    ];
    if setup.policy != Policy::Unbounded {
        let capacity = prop::sample::select(&CAPACITIES[..]);
        ops.push((1, capacity.prop_map(Op::SetCapacity).boxed()));
    }
    if setup.ttl.is_some() || setup.tti.is_some() {
        ops.push((
            5,
            (1..=4u64)
                .prop_map(|steps| Op::Advance(steps * STEP))
                .boxed(),
        ));
    }
    Union::new_weighted(ops)
}

fn cases(policy: Policy, clock: bool) -> impl Strategy<Value = Case> {
    setups(policy, clock).prop_flat_map(move |setup| {
        let ops = prop::collection::vec(op(&setup), 1..150);
        // What these evict is known only by looking after each operation; and where the hand of "sieve" goes
        // depends on when expired entries leave.
        let looked_at = [
            Policy::Random,
            Policy::WTinyLfu,
            Policy::Adaptive,
            Policy::Sieve,
        ];
        let compare_each = match clock && !looked_at.contains(&policy) {
            true => any::<bool>().boxed(),
            false => Just(true).boxed(),
        };
        (ops, compare_each).prop_map(move |(ops, compare_each)| Case {
            setup,
            ops,
            compare_each,
        })
    })
}

fn run(case: &Case) {
    let mut pair = Pair::new(case.setup);
    // Large caches are nearly full from the start.
    let entries = case
        .setup
        .capacity
        .filter(|capacity| *capacity >= 1000)
        .map_or(0, |capacity| capacity - 5);
    for key in 0..entries {
        pair.apply(&Op::Insert(key as Key, (key % 3) as u8));
        if !pair.model.is_foretold() && case.setup.max_weight.is_some() {
            pair.compare();
        }
    }
    for op in &case.ops {
        pair.apply(op);
        if case.compare_each {
            pair.compare();
        }
    }
    pair.compare();
}

fn check(policy: Policy) {
    // A failure prints the shortest sequence found; no file of failures is kept.
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let test = |case: Case| {
        run(&case);
        Ok(())
    };
    TestRunner::new(config.clone())
        .run(&cases(policy, false), test)
        .unwrap();
    let _clock = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
    TestRunner::new(config)
        .run(&cases(policy, true), test)
        .unwrap();
}

#[test]
fn unbounded() {
    check(Policy::Unbounded);
}

#[test]
fn lru() {
    check(Policy::Lru);
}

#[test]
fn lfu() {
    check(Policy::Lfu);
}

#[test]
fn fifo() {
    check(Policy::Fifo);
}

#[test]
fn size() {
    check(Policy::Size);
}

#[test]
fn sieve() {
    check(Policy::Sieve);
}

#[test]
fn s3_fifo() {
    check(Policy::S3Fifo);
}

#[test]
fn random() {
    check(Policy::Random);
}

/// Which entry leaves is compared with a reference (`reference.rs`); here, that all else holds.
#[test]
fn w_tinylfu() {
    check(Policy::WTinyLfu);
}

#[test]
fn adaptive() {
    check(Policy::Adaptive);
}

/// A hundred thousand calls at capacity 1000, most of them for few keys, compared call by call.
fn long_run(setup: Setup, seed: u64) {
    let mut rng = Xorshift::new(seed);
    let mut pair = Pair::new(setup);
    for call in 0..100_000 {
        let key = match rng.below(10) {
            0..=5 => rng.below(600),
            6..=8 => 600 + rng.below(1_400),
            _ => 2_000 + rng.below(40_000),
        } as Key;
        let weight = rng.below(WEIGHTS) as u8;
        pair.apply(&match rng.below(40) {
            0 => Op::Insert(key, weight),
            1 => Op::Remove(key),
            2 => Op::Get(key),
            _ => Op::GetOrInsert(key, weight),
        });
        assert_eq!(
            counts(&pair.cache.info()),
            pair.model.counts,
            "after call {call}"
        );
    }
    let counts = pair.model.counts;
    assert!(
        counts.hits > 20_000 && counts.evictions > 20_000,
        "a dull run: {counts:?}"
    );
    pair.compare();
}

fn thousand(policy: Policy) -> Setup {
    Setup {
        capacity: Some(1000),
        ..Setup::new(policy)
    }
}

#[test]
fn long_run_lru() {
    long_run(thousand(Policy::Lru), 0x9E37_79B9_7F4A_7C15);
}

#[test]
fn long_run_lfu() {
    long_run(thousand(Policy::Lfu), 0xD1B5_4A32_D192_ED03);
}

#[test]
fn long_run_fifo() {
    long_run(thousand(Policy::Fifo), 0x8CB9_2BA7_2F3D_8DD7);
}

#[test]
fn long_run_sieve() {
    long_run(thousand(Policy::Sieve), 0x2F0B_4C47_9C1A_55E1);
}

#[test]
fn long_run_s3_fifo() {
    long_run(thousand(Policy::S3Fifo), 0x7A3D_91E4_B06C_2F85);
}

#[test]
fn long_run_s3_fifo_by_weight() {
    let setup = Setup {
        max_weight: Some(8_000),
        ..thousand(Policy::S3Fifo)
    };
    long_run(setup, 0x51C6_0E9D_37AB_F423);
}

#[test]
fn long_run_size() {
    let setup = Setup {
        max_weight: Some(8_000),
        ..thousand(Policy::Size)
    };
    long_run(setup, 0xA076_1D64_78BD_642F);
}

#[test]
fn long_run_lru_by_weight() {
    let setup = Setup {
        max_weight: Some(8_000),
        ..thousand(Policy::Lru)
    };
    long_run(setup, 0xE703_7ED1_A0B4_28DB);
}

/// Thousands of hits between two misses, and two caches that the same thread uses in turn.
#[test]
fn many_hits_between_misses() {
    let all = [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Sieve,
        Policy::S3Fifo,
    ];
    for policy in all {
        let mut rng = Xorshift::new(0x2545_F491_4F6C_DD1D);
        let setup = Setup {
            capacity: Some(40),
            ..Setup::new(policy)
        };
        let mut pairs = [Pair::new(setup), Pair::new(setup)];
        for round in 0..20 {
            let [busy, idle] = &mut pairs;
            for _ in 0..60 {
                busy.apply(&Op::GetOrInsert(rng.below(80) as Key, 0));
            }
            let present = busy.model.contents();
            for _ in 0..5_000 {
                let (key, _) = present[rng.below(present.len() as u64) as usize];
                busy.apply(&Op::Get(key));
            }
            for _ in 0..10 {
                idle.apply(&Op::GetOrInsert(rng.below(80) as Key, 0));
            }
            pairs.iter_mut().for_each(Pair::compare);
            if round % 3 == 0 {
                pairs.swap(0, 1);
            }
        }
    }
}

/// Between threads only the hits since the last miss may be taken in any order: a cache that goes from
/// thread to thread right before or after a miss keeps its order exactly. Each thread is a new one.
#[test]
fn handed_on_at_a_miss() {
    let all = [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Size,
        Policy::Sieve,
        Policy::S3Fifo,
    ];
    for policy in all {
        let mut rng = Xorshift::new(0x6C07_8965_D1B5_4A33);
        let mut pair = Pair::new(Setup {
            capacity: Some(30),
            max_weight: Some(600),
            ..Setup::new(policy)
        });
        let mut new_keys = 1_000..;
        for turn in 0..300 {
            let mut miss = |pair: &mut Pair| {
                let key = new_keys.next().unwrap();
                pair.apply(&Op::GetOrInsert(key, 1));
            };
            let work = || {
                // Every other thread has a miss at both ends.
                if turn % 2 == 0 {
                    miss(&mut pair);
                }
                for _ in 0..rng.below(60) {
                    let weight = rng.below(WEIGHTS) as u8;
                    pair.apply(&Op::GetOrInsert(rng.below(60) as Key, weight));
                }
                // Now and then thousands of hits.
                let present = pair.model.contents();
                for _ in 0..if turn % 10 < 2 { 5_000 } else { 5 } {
                    let (key, _) = present[rng.below(present.len() as u64) as usize];
                    pair.apply(&Op::Get(key));
                }
                if turn % 2 == 0 {
                    miss(&mut pair);
                }
            };
            thread::scope(|threads| {
                threads.spawn(work);
            });
            pair.compare();
        }
    }
}
