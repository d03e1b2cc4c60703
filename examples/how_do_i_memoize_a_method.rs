//! How do I memoize a method?
//!
//! `self` is an argument like any other: it is part of the key, so its type must be `Hash + Eq + Clone`. If it can't
//! be, or if all instances give the same results, leave it out with `skip(self)`.

use std::cell::Cell;

use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Polygon {
    corners: Vec<(i32, i32)>,
}

impl Polygon {
    /// The key is `(self, scale)`: equal polygons share results, different ones don't.
    #[memoize(capacity = 100)]
    fn area(&self, scale: u32) -> f64 {
        println!("    (computing)");
        let doubled: i32 = self.sides().map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
        f64::from(doubled.abs()) / 2.0 * f64::from(scale * scale)
    }

    /// Without `self` nothing is different. (In a generic `impl` the signature has to name `Self`, since the attribute
    /// can't see the `impl`: `where Self: Sized` will do.)
    #[memoize]
    fn angles_of_a_regular_one(corners: u32) -> f64 {
        println!("    (computing)");
        180.0 * (f64::from(corners) - 2.0) / f64::from(corners)
    }

    fn sides(&self) -> impl Iterator<Item = (&(i32, i32), &(i32, i32))> {
        self.corners.iter().zip(self.corners.iter().cycle().skip(1))
    }
}

/// Neither `Hash` nor `Eq`.
struct Translator {
    lookups: Cell<u32>,
}

impl Translator {
    /// The key is `word` alone: what one translator has looked up, every other one finds.
    #[memoize(skip(self))]
    fn translate(&self, word: &str) -> String {
        self.lookups.set(self.lookups.get() + 1);
        word.chars().rev().collect()
    }
}

trait Shape {
    fn perimeter(&self) -> f64;
}

impl Shape for Polygon {
    /// An implementation of a trait may contain nothing but what the trait names, so there is no place for helpers.
    #[memoize(helpers = false)]
    fn perimeter(&self) -> f64 {
        println!("    (computing)");
        let length =
            |a: &(i32, i32), b: &(i32, i32)| f64::from(a.0 - b.0).hypot(f64::from(a.1 - b.1));
        self.sides().map(|(a, b)| length(a, b)).sum()
    }
}

fn main() {
    let square = Polygon {
        corners: vec![(0, 0), (3, 0), (3, 3), (0, 3)],
    };
    let equal = square.clone();

    println!("a method, self in the key");
    println!("  square.area(1) = {}", square.area(1));
    println!("  square.area(1) = {}", square.area(1));
    println!("  equal.area(1)  = {}", equal.area(1));
    println!("  square.area(2) = {}", square.area(2));

    // Helpers stand next to the method. Those that need a key are methods themselves, the others are called with the
    // type's name.
    println!("  get(1)    = {:?}", square.area_cache_get(1));
    println!("  remove(1) = {:?}", square.area_cache_remove(1));
    println!("  get(1)    = {:?}", square.area_cache_get(1));
    println!("  {}", Polygon::area_cache_info());

    println!("\nan associated function");
    for _ in 0..2 {
        println!(
            "  angles_of_a_regular_one(6) = {}",
            Polygon::angles_of_a_regular_one(6)
        );
    }

    println!("\na method with skip(self)");
    let (first, second) = (
        Translator {
            lookups: Cell::new(0),
        },
        Translator {
            lookups: Cell::new(0),
        },
    );
    println!(
        "  first.translate(\"desserts\")  = {}",
        first.translate("desserts")
    );
    println!(
        "  second.translate(\"desserts\") = {}",
        second.translate("desserts")
    );
    println!(
        "  lookups: first {}, second {}",
        first.lookups.get(),
        second.lookups.get()
    );
    // The skipped `self` is not asked for here either.
    println!(
        "  get(\"desserts\") = {:?}",
        Translator::translate_cache_get("desserts")
    );

    println!("\na trait's method");
    for _ in 0..2 {
        println!("  square.perimeter() = {}", square.perimeter());
    }
}
