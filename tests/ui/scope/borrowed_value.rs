// What is stored outlives the call, in one thread too.
use memofn::memoize;

#[memoize(scope = "thread")]
fn first(text: &str) -> &str {
    text
}

fn main() {
    first("a");
}
