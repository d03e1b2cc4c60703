// The same when the key is refused by a trait.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq)]
struct User(u32);

#[memoize]
fn id(user: &User, n: u32) -> u32 {
    user.0 + n
}

fn main() {
    let user = User(1);
    let value: u32 = id(&user, 2) + id_uncached(&user, 2) + id_cache_refresh(&user, 2);
    let stored: Option<u32> = id_cache_get(&user, 2);
    let old: Option<u32> = id_cache_insert(&user, 2, value);
    let gone: Option<u32> = id_cache_remove(&user, 2);
    println!("{stored:?} {old:?} {gone:?} {}", id_cache_info());
    println!("{}", id_cache_parameters());
    id_cache().clear();
    id_cache_clear();
}
