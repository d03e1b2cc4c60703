// A type alias is no function.
use memofn::memoize;

#[memoize]
type Number = u32;

fn main() {
    let n: Number = 3;
    assert_eq!(n, 3);
}
