// A `&mut` argument stays one when it is skipped; the other is told how to be passed instead.
use memofn::memoize;

#[memoize(skip(seen))]
fn square(seen: &mut Vec<u32>, n: u32) -> u32 {
    seen.push(n);
    n * n
}

#[memoize]
fn push(list: &mut Vec<u32>, n: u32) -> usize {
    list.push(n);
    list.len()
}

fn main() {
    square(&mut Vec::new(), 3);
    square_cache_get(3);
    push(&mut Vec::new(), 3);
}
