// An argument that borrows in a way only its own type knows.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Query<'a>(&'a str);

#[memoize]
fn length(query: Query<'_>) -> usize {
    query.0.len()
}

fn main() {
    length(Query("a"));
    length_uncached(Query("a"));
    length_cache_clear();
}
