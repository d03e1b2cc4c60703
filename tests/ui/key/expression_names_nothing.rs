// A slip of the pen in the key expression, which is written once and so complained of once.
use memofn::memoize;

#[memoize(key = nmae.len())]
fn length(name: &str) -> usize {
    name.len()
}

fn main() {
    length("a");
    length_cache_get("a");
    length_cache_insert("a", 1);
    length_cache_remove("a");
}
