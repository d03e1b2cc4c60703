// A store needs its cargo feature.
use memofn::memoize;

static STORE: u8 = 0;

#[memoize(store = STORE)]
fn one(n: u64) -> u64 {
    n
}

fn main() {
    println!("{} {STORE}", one(1));
}
