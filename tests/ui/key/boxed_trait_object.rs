// Nor has a boxed one.
use memofn::memoize;

#[memoize]
fn shown(what: Box<dyn std::fmt::Display + Send + Sync>) -> String {
    what.to_string()
}

fn main() {
    shown(Box::new(1));
    shown_cache_info();
}
