// A trait object with a lifetime.
use memofn::memoize;
use std::sync::Arc;

#[memoize]
fn show<'a>(text: &'a &'a str) -> Arc<dyn std::fmt::Display + Send + Sync + 'a> {
    Arc::new(*text)
}

fn main() {
    show(&"a").to_string();
    show_cache_clear();
}
