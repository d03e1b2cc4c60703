// A macro is no function.
use memofn::memoize;

#[memoize]
macro_rules! three {
    () => {
        3
    };
}

fn main() {
    assert_eq!(three!(), 3);
}
