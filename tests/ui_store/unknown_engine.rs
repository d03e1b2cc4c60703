// Engines have names; others are paths.
use memofn::memoize;

#[memoize(store = "reddis")]
fn one(n: u64) -> u64 {
    n
}

#[memoize(store = "postgres")]
fn two(n: u64) -> u64 {
    n
}

#[memoize(store = 5)]
fn three(n: u64) -> u64 {
    n
}

fn main() {
    println!("{}", one(1) + two(1) + three(1));
}
