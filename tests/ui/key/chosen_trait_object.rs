// A `key` that names a trait object, which has no `Hash` and `Eq`.
use std::fmt::Display;

use memofn::memoize;

#[memoize(key = what)]
fn length(what: &dyn Display, verbose: bool) -> usize {
    what.to_string().len() + usize::from(verbose)
}

fn main() {
    length(&1, false);
    length_cache_get(&1, false);
}
