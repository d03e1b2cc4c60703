// Each caller gets a copy.
use memofn::memoize;

struct Page;

#[memoize]
async fn page(n: u32) -> Page {
    let _ = n;
    Page
}

fn main() {
    drop(page(3));
}
