// A reference inside an `Arc` is not looked through.
use memofn::memoize;
use std::sync::Arc;

#[memoize]
fn length(text: Arc<&str>) -> usize {
    text.len()
}

fn main() {
    length(Arc::new("a"));
    length_cache_clear();
}
