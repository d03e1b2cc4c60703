// The stored key can be lent for one call only.
use memofn::memoize;

#[memoize(refresh_after = "1m")]
fn length(text: &'static str) -> usize {
    text.len()
}

fn main() {
    length("a");
    length_cache_clear();
}
