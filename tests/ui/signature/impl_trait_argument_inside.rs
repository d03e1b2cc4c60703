// `impl Trait` inside the type of an argument.
use memofn::memoize;

#[memoize]
fn length(text: Option<&impl AsRef<str>>) -> usize {
    text.map_or(0, |text| text.as_ref().len())
}

fn main() {
    length(Some(&"a"));
}
