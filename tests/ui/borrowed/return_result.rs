// A reference inside a `Result`.
use memofn::memoize;

#[memoize]
fn text(bytes: &[u8]) -> Result<&str, std::str::Utf8Error> {
    std::str::from_utf8(bytes)
}

fn main() {
    let _ = text(b"a");
    let _ = text_uncached(b"a");
    text_cache_clear();
}
