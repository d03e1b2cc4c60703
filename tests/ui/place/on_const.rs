// A constant is computed once as it is.
use memofn::memoize;

#[memoize]
const ANSWER: u32 = 42;

fn main() {
    assert_eq!(ANSWER, 42);
}
