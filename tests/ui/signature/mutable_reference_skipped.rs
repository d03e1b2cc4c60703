// A hit doesn't write through an argument that is skipped either.
use memofn::memoize;

#[memoize(skip(list))]
fn push(list: &mut Vec<u32>, n: u32) -> usize {
    list.push(n);
    list.len()
}

fn main() {
    push(&mut vec![1], 2);
    push_uncached(&mut vec![1], 2);
    push_cache_clear();
}
