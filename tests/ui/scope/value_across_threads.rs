// A thread's cache can't be given to another one.
use memofn::memoize;

#[memoize(scope = "thread")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    let cache = square_cache();
    std::thread::spawn(move || cache.len());
}
