// A thing of std that has no copy.
use memofn::memoize;

#[memoize]
fn open(path: &str) -> std::io::Result<std::fs::File> {
    std::fs::File::open(path)
}

fn main() {
    let _ = open("a");
    open_cache_clear();
}
