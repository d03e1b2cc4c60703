// What can't be stored is said once.
use memofn::memoize;

struct User(u32);

#[memoize(refresh_after = "1m", ttl = "1h", stale_if_error = "1h")]
fn user(n: u32) -> Result<User, String> {
    Ok(User(n))
}

fn main() {
    let _ = user(3).map(|user| user.0);
    user_cache_clear();
}
