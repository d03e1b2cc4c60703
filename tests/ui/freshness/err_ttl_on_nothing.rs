// `err_ttl` on a function that returns nothing.
use memofn::memoize;

#[memoize(err_ttl = "5s")]
fn square(n: u32) {
    println!("{n}")
}

fn main() {
    square(3);
    square_cache_clear();
}
