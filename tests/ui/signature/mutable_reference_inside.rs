// A mutable reference inside an `Option` is one all the same.
use memofn::memoize;

#[memoize]
fn bump(n: Option<&mut u32>) -> u32 {
    n.map_or(0, |n| {
        *n += 1;
        *n
    })
}

fn main() {
    bump(Some(&mut 1));
    bump_cache_info();
}
