// `impl Trait` inside the type of the value.
use memofn::memoize;

#[memoize]
fn shown(n: u32) -> Option<impl std::fmt::Display + Clone> {
    Some(n)
}

fn main() {
    let _ = shown(3);
}
