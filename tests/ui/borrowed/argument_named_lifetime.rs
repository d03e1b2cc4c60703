// The same with a lifetime that has a name, behind a reference.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Query<'a>(&'a str);

#[memoize]
fn length<'a>(query: &Query<'a>, more: usize) -> usize {
    query.0.len() + more
}

fn main() {
    length(&Query("a"), 1);
    length_cache_info();
}
