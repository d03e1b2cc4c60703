//! Which policy evicts what?
//!
//! The same uses of the same four entries, then a fifth entry comes into the full cache: who leaves? The sixth
//! strategy, expiry, needs no full cache: entries leave when their time is over.
//!
//! A `Cache` is used here because its policy can be chosen in a loop; the attribute takes the same words.

use std::thread::sleep;
use std::time::Duration;

use memofn::{Cache, Policy};

const ENTRIES: [(&str, &str); 4] = [
    ("a", "short"),
    ("b", "short"),
    ("c", "short"),
    ("d", "the longest of the values"),
];
const USES: [&str; 6] = ["b", "b", "c", "a", "d", "d"];

fn main() {
    let stored: Vec<&str> = ENTRIES.iter().map(|(key, _)| *key).collect();
    println!("stored in this order: {}", stored.join(" "));
    println!("then used:            {}", USES.join(" "));
    println!("then stored:          e\n");
    println!("{:<34} {:<7} because", "#[memoize(...)]", "leaves");

    show(
        Policy::Lru,
        r#"policy = "lru", capacity = 4"#,
        "it was used least recently",
    );
    show(
        Policy::Lfu,
        r#"policy = "lfu", capacity = 4"#,
        "used as seldom as a, but longer ago",
    );
    show(
        Policy::Fifo,
        r#"policy = "fifo", capacity = 4"#,
        "it was stored first",
    );
    show(
        Policy::Random,
        r#"policy = "random", capacity = 4"#,
        "each had the same chance",
    );
    show(
        Policy::Size,
        r#"policy = "size", max_weight = 40"#,
        "it is the largest",
    );
    expiry();
}

fn show(policy: Policy, options: &str, because: &str) {
    let builder = Cache::builder().policy(policy);
    // "size" asks how much the entries weigh together, not how many there are. Here an entry weighs what its value
    // is long: the four weigh 40. Without `weight` it would be the bytes that key and value take in memory.
    let builder = if policy == Policy::Size {
        builder
            .max_weight(40)
            .weight(|_key, value: &String| value.len() as u64)
    } else {
        builder.capacity(4).seed(1)
    };
    let cache = builder.build();

    for (key, value) in ENTRIES {
        cache.insert(key, value.to_owned());
    }
    for key in USES {
        let _use_it = cache.get(&key);
    }
    cache.insert("e", "short".to_owned());

    print(options, &left(&cache), because);
}

/// Time-based: no bound at all, but whatever was stored 20 ms ago or longer is gone.
fn expiry() {
    let cache = Cache::builder().ttl(Duration::from_millis(20)).build();
    for (key, value) in ENTRIES {
        cache.insert(key, value.to_owned());
    }
    sleep(Duration::from_millis(40));
    cache.insert("e", "short".to_owned());

    print(
        r#"ttl = "20ms", after 40 ms"#,
        &left(&cache),
        "their time was over",
    );
}

/// Which of the first four are not there any more. `contains_key` is no use of an entry: asking changes nothing.
fn left(cache: &Cache<&'static str, String>) -> String {
    let keys = ENTRIES.iter().map(|(key, _)| *key);
    let left: Vec<&str> = keys.filter(|key| !cache.contains_key(key)).collect();
    left.join(" ")
}

fn print(options: &str, left: &str, because: &str) {
    println!("{options:<34} {left:<7} {because}");
}
