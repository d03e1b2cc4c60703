// The value borrows, by a lifetime with a name.
use memofn::memoize;

#[memoize]
fn longer<'a>(a: &'a str, b: &'a str) -> &'a str {
    if a.len() < b.len() { b } else { a }
}

fn main() {
    longer("a", "b");
    longer_cache_clear();
}
