//! Policy "random" evicts each entry with the same chance, whatever its age, use and past.
//!
//! All draws come from fixed seeds, so a run is the same every time; each statistic is chi-squared and
//! held against the value that a fair choice exceeds once in a thousand seeds.

use memofn::{Cache, Policy};

type Entries = Cache<u32, u32>;

fn cache(capacity: usize, seed: u64) -> Entries {
    Cache::builder()
        .policy(Policy::Random)
        .capacity(capacity)
        .seed(seed)
        .build()
}

/// Sum of (observed - expected)² / expected when all cells are equally likely.
fn chi_squared(observed: &[u64]) -> f64 {
    let expected = observed.iter().sum::<u64>() as f64 / observed.len() as f64;
    observed
        .iter()
        .map(|&cell| (cell as f64 - expected).powi(2) / expected)
        .sum()
}

/// The value exceeded with p = 0.001 at these degrees of freedom, from the tables.
fn threshold(cells: usize) -> f64 {
    match cells - 1 {
        9 => 27.877,
        63 => 103.442,
        99 => 148.230,
        other => panic!("no threshold for {other} degrees of freedom"),
    }
}

fn assert_fair(observed: &[u64], what: &str) {
    let expected = observed.iter().sum::<u64>() / observed.len() as u64;
    assert!(expected >= 100, "{what}: too few trials");
    let (found, limit) = (chi_squared(observed), threshold(observed.len()));
    assert!(
        found < limit,
        "{what}: chi-squared {found:.1} is over {limit}: {observed:?}"
    );
}

/// Stores a key that isn't in the full cache; which of `keys` left for it?
fn evicted_for(cache: &Entries, newcomer: u32, keys: &[u32]) -> usize {
    let before = cache.info();
    cache.insert(newcomer, newcomer);
    let after = cache.info();
    assert_eq!(after.evictions, before.evictions + 1);
    assert_eq!(after.len, before.len);
    assert!(
        cache.contains_key(&newcomer),
        "the newest entry is never its own victim"
    );
    let mut gone = (0..keys.len()).filter(|&place| !cache.contains_key(&keys[place]));
    let place = gone.next().expect("somebody left");
    assert_eq!(gone.next(), None, "only one left");
    place
}

/// Entries stand in order of storing; each step replaces one and puts the newcomer last.
fn by_age(
    capacity: usize,
    seed: u64,
    trials: u64,
    mut before_each: impl FnMut(&Entries, &[u32]),
) -> (Vec<u64>, Vec<u64>) {
    let cache = cache(capacity, seed);
    let mut keys: Vec<u32> = (0..capacity as u32).collect();
    for &key in &keys {
        cache.insert(key, key);
    }
    let mut ages = vec![0; capacity];
    let mut pairs = vec![0; capacity * capacity];
    let mut previous = None;
    for trial in 0..trials {
        before_each(&cache, &keys);
        let newcomer = capacity as u32 + trial as u32;
        let place = evicted_for(&cache, newcomer, &keys);
        keys.remove(place);
        keys.push(newcomer);
        ages[place] += 1;
        // Disjoint pairs, so that they are independent of each other.
        match previous.take() {
            Some(first) => pairs[first * capacity + place] += 1,
            None => previous = Some(place),
        }
    }
    (ages, pairs)
}

#[test]
fn every_age_is_evicted_with_the_same_chance() {
    let (ages, pairs) = by_age(10, 42, 40_000, |_, _| ());
    assert_fair(&ages, "ages among 10");
    assert_fair(&pairs, "pairs of successive victims among 10");
    let (ages, _) = by_age(64, 43, 40_000, |_, _| ());
    assert_fair(&ages, "ages among 64");
}

#[test]
fn use_protects_from_nothing() {
    let (ages, _) = by_age(10, 44, 40_000, |cache, keys| {
        for key in &keys[..5] {
            for _ in 0..3 {
                assert_eq!(cache.get(key), Some(*key));
            }
        }
    });
    assert_fair(&ages, "ages when the older half is in use");
}

#[test]
fn replacing_protects_from_nothing() {
    let (ages, _) = by_age(10, 45, 40_000, |cache, keys| {
        assert_eq!(cache.insert(keys[3], keys[3]), Some(keys[3]));
        assert_eq!(cache.insert(keys[7], keys[7]), Some(keys[7]));
    });
    assert_fair(
        &ages,
        "ages when two entries are replaced before each eviction",
    );
}

/// A fixed set of ten keys and a guest: who leaves comes back before the next trial.
#[test]
fn entries_that_left_and_came_back_are_evicted_with_the_same_chance() {
    const GUEST: u32 = 1000;
    let keys: Vec<u32> = (0..10).collect();
    let cache = cache(keys.len(), 46);
    for &key in &keys {
        cache.insert(key, key);
    }
    let mut victims = vec![0; keys.len()];
    for trial in 0..40_000 {
        let place = evicted_for(&cache, GUEST, &keys);
        victims[place] += 1;
        assert_eq!(cache.remove(&GUEST), Some(GUEST));
        cache.insert(keys[place], keys[place]);
        // Two more leave by hand and come back the other way round; which two changes every time.
        let (first, second) = (keys[trial % 10], keys[(trial + 3) % 10]);
        assert_eq!(cache.remove(&first), Some(first));
        assert_eq!(cache.remove(&second), Some(second));
        cache.insert(second, second);
        cache.insert(first, first);
    }
    assert_fair(&victims, "keys that come and go");
}

/// One eviction each from many caches: the first draw of a seed is as fair as the later ones.
#[test]
fn the_first_victims_of_many_seeds_are_fair() {
    let keys: Vec<u32> = (0..10).collect();
    let mut victims = vec![0; keys.len()];
    for seed in 0..5_000 {
        let cache = cache(keys.len(), seed);
        for &key in &keys {
            cache.insert(key, key);
        }
        victims[evicted_for(&cache, 10, &keys)] += 1;
    }
    assert_fair(&victims, "first victims");
}

#[test]
fn shrinking_evicts_each_entry_with_the_same_chance() {
    let keys: Vec<u32> = (0..10).collect();
    let cache = cache(keys.len(), 47);
    let mut stayed = vec![0; keys.len()];
    for _ in 0..20_000 {
        cache.set_capacity(keys.len());
        for &key in &keys {
            cache.insert(key, key);
        }
        cache.set_capacity(1);
        let (survivor, _) = cache.iter().next().expect("one stays");
        assert_eq!(cache.len(), 1);
        stayed[survivor as usize] += 1;
    }
    assert_fair(&stayed, "survivors");
}

#[test]
fn a_cache_of_one_evicts_the_one() {
    let cache = cache(1, 48);
    for key in 0..1_000 {
        assert_eq!(cache.get_or_insert_with(&key, || key + 1), key + 1);
        assert_eq!(cache.iter().collect::<Vec<_>>(), [(key, key + 1)]);
    }
    assert_eq!(cache.info().evictions, 999);
}

#[test]
fn a_seed_fixes_the_victims() {
    let victims = |seed| {
        let cache = cache(100, seed);
        for key in 0..200 {
            cache.insert(key, key);
        }
        let mut left: Vec<u32> = cache.iter().map(|(key, _)| key).collect();
        left.sort_unstable();
        left
    };
    assert_eq!(victims(7), victims(7));
    assert_ne!(victims(7), victims(8));
}
