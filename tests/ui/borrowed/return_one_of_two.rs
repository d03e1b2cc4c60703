// One half of the tuple is `'static`, the other is not.
use memofn::memoize;

#[memoize]
fn both(text: &str) -> (&'static str, &str) {
    ("a", text)
}

fn main() {
    both("b");
    both_cache_info();
}
