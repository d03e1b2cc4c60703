// `cache_if` looks at the value, it doesn't take it.
use memofn::memoize;

fn is_long(text: String) -> bool {
    text.len() > 3
}

#[memoize(cache_if = is_long)]
fn shown(n: u32) -> String {
    n.to_string()
}

fn main() {
    shown(3);
    shown_cache_clear();
}
