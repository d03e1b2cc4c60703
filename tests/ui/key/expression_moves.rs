// A key expression that moves an argument out of the body's reach.
use memofn::memoize;

#[memoize(key = into_key(name))]
fn length(name: String) -> usize {
    name.len()
}

fn into_key(name: String) -> String {
    name
}

fn main() {
    length("a".to_string());
    length_cache_get("a".to_string());
}
