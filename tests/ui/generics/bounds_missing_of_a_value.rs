// A type parameter in the result has to be one that can be kept.
use memofn::memoize;

#[memoize]
fn made<T: Default + Clone>(n: u32) -> Vec<T> {
    vec![T::default(); n as usize]
}

fn main() {
    made::<u8>(1);
    made_cache_clear::<u8>();
}
