// A struct of one's own that borrows.
use memofn::memoize;

#[derive(Clone)]
struct Parsed<'a>(&'a str);

#[memoize]
fn parse(text: &str) -> Parsed<'_> {
    Parsed(text.trim())
}

fn main() {
    parse("a").0.len();
    parse_cache_clear();
}
