// The expansion imports nothing that a closure in an option could see.
use memofn::memoize;

#[memoize(max_weight = "1KiB", weight = |key, value| Weight::weight(key) + Weight::weight(value))]
fn shown(n: u32) -> String {
    n.to_string()
}

fn main() {
    shown(3);
}
