// `impl Trait` as an argument.
use memofn::memoize;

#[memoize]
fn length(text: impl AsRef<str>) -> usize {
    text.as_ref().len()
}

fn main() {
    length("a");
    length(String::new());
}
