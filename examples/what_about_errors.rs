//! What about errors?
//!
//! An `Err` is returned but not stored, so the next call tries again. `cache_err` stores it like any value, and
//! `cache_if` decides for each value. A body that panics stores nothing.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use memofn::memoize;

static TRIES: AtomicU32 = AtomicU32::new(0);

/// Fails the first two times. `?` and `return` work as in any function.
#[memoize]
fn download(page: u32) -> Result<String, String> {
    let this_try = TRIES.fetch_add(1, Relaxed) + 1;
    if this_try < 3 {
        return Err(format!("try {this_try}: no connection"));
    }
    Ok(format!("page {page}, got in try {this_try}"))
}

/// What is no number today will be none tomorrow: the error is as good a result as any.
#[memoize(cache_err)]
fn number(text: &str) -> Result<i64, std::num::ParseIntError> {
    println!("    (parsing {text:?})");
    text.trim().parse()
}

/// `None` is stored, unlike `Err`. If it should not be, say so: `cache_if` sees the value and answers whether to
/// store it.
#[memoize(cache_if = Option::is_some)]
fn find_user(name: &str) -> Option<u32> {
    println!("    (searching {name})");
    (name == "ada").then_some(1)
}

#[memoize]
fn root(n: i64) -> i64 {
    assert!(n >= 0, "no root of {n}");
    n.isqrt()
}

fn main() {
    println!("Err is not stored");
    for _ in 0..4 {
        println!("  {:?}", download(1));
    }
    println!("  {}", download_cache_info());

    println!("\ncache_err: it is");
    for text in ["12", "twelve", "twelve"] {
        match number(text) {
            Ok(number) => println!("  {number}"),
            Err(error) => println!("  error: {error}"),
        }
    }

    println!("\ncache_if = Option::is_some");
    for name in ["ada", "ada", "bob", "bob"] {
        println!("  {name}: {:?}", find_user(name));
    }

    // The message on the standard error stream is the one that any panic prints.
    println!("\na panic stores nothing and leaves the cache usable");
    println!(
        "  root(-1) panicked: {}",
        catch_unwind(|| root(-1)).is_err()
    );
    println!("  root(49) = {}", root(49));
    println!("  {}", root_cache_info());
}
