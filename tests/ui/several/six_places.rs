// One mistake in each place that can hold one: option, value, `skip`, receiver, argument, return type.
use memofn::memoize;

struct Shape;

impl Shape {
    #[memoize(capcity = 2, ttl = "soon", skip(z))]
    fn area(&mut self, n: impl Into<u32>, text: &str) -> Option<&str> {
        let _ = (n.into(), text);
        None
    }
}

fn main() {
    Shape.area(1_u32, "a");
}
