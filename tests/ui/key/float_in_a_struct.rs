// A float inside a struct is not looked for.
use memofn::memoize;

#[derive(Clone, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

#[memoize]
fn norm(point: Point) -> f64 {
    point.x.hypot(point.y)
}

fn main() {
    norm(Point { x: 3.0, y: 4.0 });
    norm_cache_clear();
}
