// `cache_err` on a function that returns `()`.
use memofn::memoize;

#[memoize(cache_err)]
fn log(text: &str) {
    println!("{text}");
}

fn main() {
    log("a");
    log_cache_clear();
}
