// An alias hides a reference; the compiler has to say so.
use memofn::memoize;

type Text<'a> = &'a str;

#[memoize]
fn length(text: Text<'_>) -> usize {
    text.len()
}

fn main() {
    length("a");
    length_cache_clear();
}
