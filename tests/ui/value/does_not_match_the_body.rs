// The body has a mistake of its own, which is told once.
use memofn::memoize;

#[memoize]
fn length(text: &str) -> usize {
    text
}

fn main() {
    length("a");
    length_uncached("a");
    length_cache_refresh("a");
}
