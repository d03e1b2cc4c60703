// Every helper is used, and none of them causes a second error.
use memofn::memoize;

#[memoize(capcity = 2)]
fn scaled(text: &str, n: u32) -> u32 {
    text.len() as u32 * n
}

fn main() {
    let value: u32 = scaled("a", 2) + scaled_uncached("a", 2) + scaled_cache_refresh("a", 2);
    let stored: Option<u32> = scaled_cache_get("a", 2);
    let old: Option<u32> = scaled_cache_insert("a", 2, value);
    let gone: Option<u32> = scaled_cache_remove("a", 2);
    let info: memofn::CacheInfo = scaled_cache_info();
    let parameters: memofn::CacheParameters = scaled_cache_parameters();
    println!("{stored:?} {old:?} {gone:?} {info} {parameters}");
    scaled_cache().set_capacity(3);
    scaled_cache_clear();
}
