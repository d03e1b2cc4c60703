// A reference inside an `Option`.
use memofn::memoize;

#[memoize]
fn first(text: &str) -> Option<&str> {
    text.split(' ').next()
}

fn main() {
    first("a b");
    first_uncached("a b");
    first_cache_info();
}
