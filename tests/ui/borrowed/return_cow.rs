// A `Cow` that may borrow from the argument.
use memofn::memoize;
use std::borrow::Cow;

#[memoize]
fn tidy(text: &str) -> Cow<'_, str> {
    if text.contains(' ') {
        text.replace(' ', "").into()
    } else {
        text.into()
    }
}

fn main() {
    tidy("a b");
    tidy_cache_info();
}
