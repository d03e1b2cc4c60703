// A cache outlives what a type may borrow from.
use memofn::memoize;

#[memoize]
fn made<T: Default + Clone + Send + Sync>(n: u32) -> Vec<T> {
    vec![T::default(); n as usize]
}

fn main() {
    made::<u8>(1);
}
