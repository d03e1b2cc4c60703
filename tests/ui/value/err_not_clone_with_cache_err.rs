// A stored `Err` is given to later callers, so it has to be `Clone`.
use memofn::memoize;

#[memoize(cache_err)]
fn length(path: &str) -> std::io::Result<u64> {
    Ok(std::fs::metadata(path)?.len())
}

fn main() {
    let _ = length("a");
    let _ = length_uncached("a");
    let _ = length_cache_get("a");
    length_cache_clear();
}
