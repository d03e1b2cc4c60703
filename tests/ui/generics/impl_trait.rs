// An argument's type without a name, in place of a parameter with one.
use memofn::memoize;

#[memoize]
fn length<const N: usize>(text: impl AsRef<str>) -> usize {
    text.as_ref().len() * N
}

fn main() {
    length::<2>("a");
}
