// Only the middle argument is wrong.
use memofn::memoize;

#[derive(Clone)]
struct Config {
    factor: u32,
}

#[memoize]
fn scaled(name: &str, config: &Config, n: u32) -> u32 {
    name.len() as u32 * config.factor * n
}

fn main() {
    scaled("a", &Config { factor: 2 }, 3);
    scaled_cache_remove("a", &Config { factor: 2 }, 3);
}
