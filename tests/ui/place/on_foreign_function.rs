// A foreign function has no body to run once.
use memofn::memoize;

unsafe extern "C" {
    #[memoize]
    safe fn abs(n: i32) -> i32;
}

fn main() {
    abs(-3);
}
