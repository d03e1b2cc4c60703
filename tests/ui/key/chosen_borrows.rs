// A `key` that only names arguments takes them as they are: the one that borrows can't be kept.
use memofn::memoize;

struct Query<'a>(&'a str);

#[memoize(key = (query, n))]
fn length(query: Query<'_>, n: usize, verbose: bool) -> usize {
    query.0.len() + n + usize::from(verbose)
}

fn main() {
    length(Query("a"), 1, false);
    length_cache_clear();
}
