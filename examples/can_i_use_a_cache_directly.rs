//! Can I use a cache directly?
//!
//! Yes: `Cache` is the type behind the attribute. It is for results that no single function computes, for a policy
//! that is known only at run time, and for several caches of one kind.

use memofn::Cache;

fn main() {
    two_entries();
    fibonacci();
    shared_between_threads();
}

/// A cache for two entries, least recently used first to leave.
fn two_entries() {
    println!("a cache for two entries");
    let cache = Cache::new(2);
    let get = |key| println!("  get {key}: {}", cache.get(&key).unwrap_or("none"));
    let put = |key, value| {
        println!("  put {key} {value:?}");
        cache.insert(key, value);
    };

    put(1, "hello");
    put(2, "world");
    get(1);
    get(2);
    put(3, "foo"); // 1 leaves: 2 was used after it
    get(1);
    get(2);
    get(3);
    put(4, "bar"); // 2 leaves: 3 was used after it
    get(1);
    get(2);
    get(3);
    get(4);
    println!("  {}", cache.info());
}

/// `get_or_insert_with` computes what is missing. No lock is held meanwhile, so the computation may use the cache.
fn fib(cache: &Cache<u64, u64>, n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    cache.get_or_insert_with(&n, || {
        // The smaller number first: the larger one is then built on two results that are still there. In the other
        // order the two places are taken by the wrong numbers, and there are 157,420 misses instead of 35.
        let two_before = fib(cache, n - 2);
        two_before + fib(cache, n - 1)
    })
}

fn fibonacci() {
    let cache = Cache::new(2);
    println!("\nfib(36) through a cache for two entries");
    println!("  fib(36) = {}", fib(&cache, 36));
    println!("  {}", cache.info());
}

/// A cache is shared by reference (or in an `Arc`, or a `static`); all its methods take `&self`.
fn shared_between_threads() {
    println!("\none cache, four threads");
    let cache = Cache::unbounded();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..1000_u64 {
                    assert_eq!(cache.get_or_insert_with(&n, || n * n), n * n);
                }
            });
        }
    });
    println!(
        "  {} entries from {} calls",
        cache.len(),
        cache.info().hits + cache.info().misses
    );

    // The rest of what a cache can do, briefly.
    cache.retain(|n, _square| n % 100 == 0);
    println!("  after retain: {}", cache.len());
    println!(
        "  remove(200) = {:?}, peek(200) = {:?}",
        cache.remove(&200),
        cache.peek(&200)
    );
    let mut squares: Vec<(u64, u64)> = cache.iter().filter(|(n, _)| *n < 500).collect();
    squares.sort_unstable();
    println!("  {squares:?}");
    cache.clear();
    println!("  after clear: {}", cache.info());
}
