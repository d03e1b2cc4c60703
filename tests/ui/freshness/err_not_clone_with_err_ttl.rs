// With `err_ttl` an `Err` is stored, so it is cloned for each caller.
use memofn::memoize;

#[memoize(err_ttl = "5s")]
fn read(path: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

fn main() {
    let _ = read("a");
    read_cache_clear();
}
