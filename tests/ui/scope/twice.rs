// Two scopes.
use memofn::memoize;

#[memoize(scope = "thread", capacity = 3, scope = "global")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
