//! Modules of the user's that are called `core`, `std`, `alloc` and `memofn`, and functions inside them.
#![deny(warnings, unused)]

mod outer {
    pub mod core {
        #[::memofn::memoize]
        pub fn square(n: u32) -> u32 {
            n * n
        }
    }

    pub mod std {
        #[::memofn::memoize(ttl = ::std::time::Duration::from_secs(60))]
        pub fn cube(text: &str) -> usize {
            text.len().pow(3)
        }
    }

    pub mod alloc {
        #[::memofn::memoize]
        pub fn list(n: u32) -> Vec<u32> {
            vec![n]
        }
    }

    pub mod memofn {
        #[::memofn::memoize]
        pub fn half(n: u32) -> Option<u32> {
            (n % 2 == 0).then_some(n / 2)
        }

        pub mod memo_runtime {}
    }

    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct Shape(pub u32);

    impl Shape {
        #[::memofn::memoize(policy = "fifo", capacity = 2, hasher = ::std::hash::RandomState)]
        pub fn area(&self, floats: &[f64], names: Option<&str>) -> usize {
            self.0 as usize * floats.len() + names.map_or(0, str::len)
        }
    }
}

fn main() {
    for _ in 0..2 {
        assert_eq!(outer::core::square(3), 9);
        assert_eq!(outer::std::cube("ab"), 8);
        assert_eq!(outer::alloc::list(3), [3]);
        assert_eq!(outer::memofn::half(4), Some(2));
        assert_eq!(outer::Shape(2).area(&[0.5], Some("a")), 3);
    }
    assert_eq!(outer::core::square_cache_info().hits, 1);
    assert_eq!(outer::std::cube_cache_info().hits, 1);
    assert_eq!(outer::alloc::list_cache_info().hits, 1);
    assert_eq!(outer::memofn::half_cache_info().hits, 1);
    assert_eq!(outer::Shape::area_cache_info().hits, 1);
}
