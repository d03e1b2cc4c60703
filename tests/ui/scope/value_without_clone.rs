// Each caller gets a copy, in one thread too.
use memofn::memoize;

struct Page;

#[memoize(scope = "thread")]
fn page(n: u32) -> Page {
    Page
}

fn main() {
    page(3);
}
