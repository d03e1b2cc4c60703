// An iterator of std that borrows.
use memofn::memoize;

#[memoize]
fn letters(text: &str) -> std::str::Chars<'_> {
    text.chars()
}

fn main() {
    letters("a").count();
    letters_uncached("a").count();
}
