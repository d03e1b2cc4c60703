// A boxed closure is neither `Clone` nor `Send`.
use memofn::memoize;

#[memoize]
fn adder(n: u32) -> Box<dyn Fn(u32) -> u32> {
    Box::new(move |m| n + m)
}

fn main() {
    adder(1)(2);
    adder_cache_clear();
}
