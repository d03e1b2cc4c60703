// A reference three levels down.
use memofn::memoize;
use std::collections::HashMap;

#[memoize]
fn index<'a>(text: &'a str, n: usize) -> HashMap<usize, Vec<(usize, &'a str)>> {
    HashMap::from([(n, vec![(0, text)])])
}

fn main() {
    index("a", 1);
    index_cache_clear();
}
