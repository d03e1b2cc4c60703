// What is stored outlives the call.
use memofn::memoize;

#[memoize]
async fn first(text: &str) -> &str {
    text
}

fn main() {
    drop(first("a"));
}
