// A weigher takes the key and the value.
use memofn::memoize;

#[memoize(max_weight = "1KiB", weight = |text: &String| text.len() as u64)]
fn shown(n: u32) -> String {
    n.to_string()
}

fn main() {
    shown(3);
    shown_cache_clear();
}
