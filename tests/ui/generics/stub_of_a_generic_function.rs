// After a mistake, what calls the function and its helpers with parameters causes no second error.
use memofn::memoize;

#[memoize(frobnicate = 1)]
fn made<'a, T: Clone, const N: usize>(value: &'a T, more: [T; N]) -> Vec<T>
where
    T: PartialEq,
{
    vec![value.clone(); N + more.len()]
}

fn main() {
    made::<u8, 2>(&1, [2, 3]);
    made_uncached::<u8, 2>(&1, [2, 3]);
    made_cache_refresh::<u8, 2>(&1, [2, 3]);
    made_cache_clear::<u8, 2>();
    println!("{}", made_cache_info::<u8, 2>().hits + made_cache_parameters::<u8, 2>().capacity.iter().count() as u64);
    made_cache_get::<u8, 2>(&1, [2, 3]);
    made_cache_insert::<u8, 2>(&1, [2, 3], vec![1]);
    made_cache_remove::<u8, 2>(&1, [2, 3]);
    made_cache::<u8, 2>().len();
}
