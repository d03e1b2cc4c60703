//! How do results expire?
//!
//! `ttl`: some time after they were stored. `tti`: some time after they were last used. `jitter`: not all at once.
//! The times here are short so that the program ends soon; `"30s"`, `"1h 30m"` and `"7d"` are written the same way.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread::sleep;
use std::time::Duration;

use memofn::memoize;

/// Something that changes, and is slow to ask for.
static READINGS: AtomicU32 = AtomicU32::new(0);

/// Time to live: at most 60 ms old, however often it is asked for.
#[memoize(ttl = "60ms")]
fn temperature(room: &str) -> String {
    format!(
        "reading {} of the {room}",
        READINGS.fetch_add(1, Relaxed) + 1
    )
}

/// Time to idle: stays as long as it is used at least every 60 ms.
#[memoize(tti = "60ms")]
fn basket(user: u32) -> String {
    format!(
        "basket {} of user {user}",
        READINGS.fetch_add(1, Relaxed) + 1
    )
}

/// Each entry lives between 50 and 100 ms: `ttl`, shortened by a random share of up to half. Results stored together
/// (after a start, say) then don't have to be computed again together.
#[memoize(ttl = "100ms", jitter = "50%")]
fn page(number: u32) -> u32 {
    number * number
}

fn main() {
    println!("ttl = \"60ms\", asked every 25 ms:");
    for step in 0..6 {
        println!("  {:>3} ms  {}", 25 * step, temperature("kitchen"));
        wait(25);
    }
    println!("  {}", temperature_cache_info());

    println!("\ntti = \"60ms\", asked every 25 ms, then not for 100 ms:");
    for step in 0..5 {
        println!("  {:>3} ms  {}", 25 * step, basket(7));
        wait(25);
    }
    wait(75);
    println!("  {:>3} ms  {}", 200, basket(7));
    println!("  {}", basket_cache_info());

    println!("\nttl = \"100ms\", jitter = \"50%\", 40 results stored at once, how many are left:");
    for number in 0..40 {
        page(number);
    }
    for step in 0..=10 {
        println!("  {:>3} ms  {:>2}", 10 * step, page_cache().len());
        wait(10);
    }

    println!("\nas in force: {}", page_cache_parameters());
}

/// A sleep takes somewhat longer than asked for, so the times printed are approximate.
fn wait(millis: u64) {
    sleep(Duration::from_millis(millis));
}
