// The future of a refresh may be polled by any caller.
use memofn::memoize;
use std::rc::Rc;

#[memoize(refresh_after = "1m")]
async fn length(text: &str) -> usize {
    let text = Rc::new(text);
    std::future::ready(()).await;
    text.len()
}

async fn user() {
    length("a").await;
    length_cache_clear();
}

fn main() {
    drop(user());
}
