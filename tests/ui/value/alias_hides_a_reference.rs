// An alias hides the lifetime of the value; the compiler's own error has to stand on the return type.
use memofn::memoize;

type Text<'a> = std::borrow::Cow<'a, str>;

#[memoize]
#[allow(elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
fn tidy(text: &str) -> Text {
    text.into()
}

fn main() {
    tidy("a");
    tidy_cache_clear();
}
