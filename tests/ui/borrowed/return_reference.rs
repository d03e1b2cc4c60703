// The value borrows from the argument.
use memofn::memoize;

#[memoize]
fn first(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

fn main() {
    first("a b");
    first_uncached("a b");
    first_cache_clear();
}
