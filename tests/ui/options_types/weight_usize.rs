// A weight is a `u64`.
use memofn::memoize;

#[memoize(max_weight = "1KiB", weight = |_, text| text.len())]
fn shown(n: u32) -> String {
    n.to_string()
}

fn main() {
    shown(3);
    shown_cache_info();
}
