//! Eight threads and one cache: every answer is right and every call is counted.

use memofn::{Cache, CacheInfo, memoize};
use std::sync::Barrier;
use std::thread;

const THREADS: u32 = 8;
const CALLS: u32 = 20_000;
const KEYS: u32 = 200;

fn answer(key: u32) -> String {
    format!("{key} and {}", key * 31)
}

#[memoize]
fn unbounded(key: u32) -> String {
    answer(key)
}

#[memoize(policy = "lru", capacity = 64)]
fn lru(key: u32) -> String {
    answer(key)
}

#[memoize(policy = "lfu", capacity = 64)]
fn lfu(key: u32) -> String {
    answer(key)
}

#[memoize(policy = "fifo", capacity = 64)]
fn fifo(key: u32) -> String {
    answer(key)
}

#[memoize(policy = "random", capacity = 64)]
fn random(key: u32) -> String {
    answer(key)
}

#[memoize(policy = "size", max_weight = 3_000, weight = |_: &u32, value: &String| value.len() as u64 * 3)]
fn size(key: u32) -> String {
    answer(key)
}

#[memoize(policy = "lru", capacity = 64, ttl = "1h", tti = "30m")]
fn expiring(key: u32) -> String {
    answer(key)
}

/// Eight threads, each with an order of its own, start together.
fn all_at_once(work: impl Fn(u32) + Sync) {
    let start = Barrier::new(THREADS as usize);
    thread::scope(|threads| {
        for thread in 0..THREADS {
            let (start, work) = (&start, &work);
            threads.spawn(move || {
                start.wait();
                for call in 0..CALLS {
                    // Near keys often, far ones now and then.
                    let mixed = (call ^ (thread << 7)).wrapping_mul(0x9E37_79B1) >> 16;
                    work(if mixed % 4 == 0 {
                        mixed / 4 % KEYS
                    } else {
                        mixed % 40
                    });
                }
            });
        }
    });
}

fn hammer(function: fn(u32) -> String, info: fn() -> CacheInfo, most: usize) {
    all_at_once(|key| assert_eq!(function(key), answer(key)));
    let info = info();
    assert_eq!(
        info.hits + info.misses,
        u64::from(THREADS * CALLS),
        "{info}"
    );
    assert!(info.len <= most && info.hits > 0, "{info}");
}

#[test]
fn answers_are_right_without_a_bound() {
    hammer(unbounded, unbounded_cache_info, KEYS as usize);
    assert_eq!(unbounded_cache_info().len, KEYS as usize);
    assert_eq!(unbounded_cache_info().evictions, 0);
}

#[test]
fn answers_are_right_under_each_policy() {
    hammer(lru, lru_cache_info, 64);
    hammer(lfu, lfu_cache_info, 64);
    hammer(fifo, fifo_cache_info, 64);
    hammer(random, random_cache_info, 64);
    hammer(size, size_cache_info, KEYS as usize);
    hammer(expiring, expiring_cache_info, 64);
}

/// What is stored is what left or is there, in whichever order it was.
#[test]
fn nothing_is_lost_or_doubled() {
    let cache: Cache<u32, String> = Cache::new(64);
    all_at_once(|key| assert_eq!(cache.get_or_insert_with(&key, || answer(key)), answer(key)));
    let info = cache.info();
    let mut keys: Vec<_> = cache.iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!((keys.len(), info.len), (64, 64));
    assert!(info.evictions + 64 <= info.misses, "{info}");
    assert!(cache.iter().all(|(key, value)| value == answer(key)));
}

#[memoize(policy = "lru", capacity = 64)]
fn disturbed(key: u32) -> String {
    answer(key)
}

#[test]
fn answers_are_right_while_entries_come_and_go() {
    all_at_once(|key| {
        assert_eq!(disturbed(key), answer(key));
        match key {
            1 => drop(disturbed_cache_remove(key + 1)),
            2 => drop(disturbed_cache_insert(key + 1, answer(key + 1))),
            3 => assert_eq!(disturbed_cache_refresh(key), answer(key)),
            4 => disturbed_cache().retain(|key, value| key % 3 == 0 && *value == answer(*key)),
            5 => disturbed_cache().set_capacity(40),
            6 => disturbed_cache().set_capacity(64),
            7 => assert!(
                disturbed_cache()
                    .iter()
                    .all(|(key, value)| value == answer(key))
            ),
            8 => assert!(disturbed_cache_get(key).is_none_or(|value| value == answer(key))),
            199 => disturbed_cache_clear(),
            _ => assert!(disturbed_cache_info().len <= 64),
        }
    });
    let info = disturbed_cache_info();
    assert_eq!(info.len, disturbed_cache().iter().count());
    disturbed_cache_clear();
    assert_eq!(disturbed_cache_info().len, 0);
}

#[memoize]
fn short_lived(key: u32) -> u32 {
    key + 1
}

/// What a thread counted stays counted when it ends.
#[test]
fn threads_that_end_leave_their_counts() {
    for round in 1..=50 {
        let ends: Vec<_> = (0..4)
            .map(|_| thread::spawn(|| (0..25).map(short_lived).sum::<u32>()))
            .collect();
        for end in ends {
            assert_eq!(end.join().unwrap(), (1..=25).sum::<u32>());
        }
        let info = short_lived_cache_info();
        assert_eq!((info.hits + info.misses, info.len), (round * 100, 25));
    }
    short_lived_cache_clear();
    let info = short_lived_cache_info();
    assert_eq!((info.hits, info.misses), (0, 0));
}

/// A clear by one thread isn't undone by what another had counted before.
#[test]
fn clear_zeroes_what_all_threads_counted() {
    let cache: Cache<u32, u32> = Cache::new(8);
    let (count, look) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|threads| {
        threads.spawn(|| {
            for round in 0..200 {
                for key in 0..round % 7 {
                    assert_eq!(cache.get(&key), None);
                }
                count.wait();
                look.wait();
            }
        });
        for round in 0..200 {
            count.wait();
            let info = cache.info();
            assert_eq!((info.hits, info.misses), (0, u64::from(round % 7u32)));
            cache.clear();
            assert_eq!((cache.info().hits, cache.info().misses), (0, 0));
            look.wait();
        }
    });
}
