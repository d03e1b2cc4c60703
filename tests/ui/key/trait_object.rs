// A trait object has no equality.
use memofn::memoize;

#[memoize]
fn shown(what: &dyn std::fmt::Display) -> String {
    what.to_string()
}

fn main() {
    shown(&1);
    shown_uncached(&1);
    shown_cache_clear();
}
