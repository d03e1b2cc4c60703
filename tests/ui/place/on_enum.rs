// Nor has an enum.
use memofn::memoize;

#[memoize(capacity = 2)]
enum Shape {
    Square,
}

fn main() {
    let Shape::Square = Shape::Square;
}
