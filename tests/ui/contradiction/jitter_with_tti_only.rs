// `jitter` shortens `ttl`, not `tti`.
use memofn::memoize;

#[memoize(tti = "30s", jitter = "10%")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
