//! The runtime under another name, by way of `crate = path`, and the attribute under another name too.
#![deny(warnings, unused)]

pub mod facade {
    pub use memofn as engine;
    pub use memofn::memoize as remember;
}

mod user {
    use crate::facade::remember;

    #[remember(crate = crate::facade::engine, capacity = 2, ttl = "1m", policy = "lfu")]
    pub fn square(n: u32) -> u32 {
        n * n
    }

    #[remember(crate = crate::facade::engine)]
    pub fn half(text: &str, n: f64) -> Result<f64, String> {
        if text.is_empty() {
            Err("empty".to_string())
        } else {
            Ok(n / 2.0)
        }
    }

    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct Shape(pub u32);

    impl Shape {
        #[remember(crate = super::facade::engine, key = (self.0, n))]
        pub fn area(&self, n: u32) -> u32 {
            self.0 * n
        }
    }
}

macro_rules! from_a_crate {
    ($name:ident, $path:path) => {
        #[facade::remember(crate = $path)]
        fn $name(n: u32) -> u32 {
            n * 3
        }
    };
}

from_a_crate!(triple, crate::facade::engine);

#[facade::engine::memoize(crate = ::memofn)]
fn quadruple(n: u32) -> u32 {
    n * 4
}

fn main() {
    for _ in 0..2 {
        assert_eq!(user::square(3), 9);
        assert_eq!(user::half("a", 3.0), Ok(1.5));
        assert_eq!(user::Shape(2).area(3), 6);
        assert_eq!(triple(3), 9);
        assert_eq!(quadruple(3), 12);
    }
    let info: facade::engine::CacheInfo = user::square_cache_info();
    assert_eq!((info.hits, info.misses), (1, 1));
    assert_eq!(user::half_cache_info().hits, 1);
    assert_eq!(user::Shape::area_cache_info().hits, 1);
    assert_eq!(triple_cache_info().hits, 1);
    assert_eq!(quadruple_cache_info().hits, 1);
}
