// A struct has no results to keep.
use memofn::memoize;

#[memoize]
struct Shape {
    sides: u32,
}

fn main() {
    let shape = Shape { sides: 3 };
    assert_eq!(shape.sides, 3);
}
