// The attribute goes on each function, not on the module.
use memofn::memoize;

#[memoize]
mod numbers {
    pub fn square(n: u32) -> u32 {
        n * n
    }
}

fn main() {
    numbers::square(3);
}
