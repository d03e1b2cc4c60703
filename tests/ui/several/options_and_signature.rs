// A mistake in the options, one in an argument and one in the return type.
use memofn::memoize;

#[memoize(jitter = "10%")]
fn first<'a>(text: &'a str, seen: &mut u32) -> &'a str {
    *seen += 1;
    &text[..1]
}

fn main() {
    first("a", &mut 0);
    first_uncached("a", &mut 0);
    first_cache_clear();
}
