//! Macros of the user's with the names of those in std, and a prelude that is switched off.
#![deny(warnings)]
#![allow(unused_macros)]

mod user {
    macro_rules! module_path {
        () => {
            this_is_not_the_macro_of_std
        };
    }
    macro_rules! stringify {
        ($($t:tt)*) => {
            this_is_not_the_macro_of_std
        };
    }
    macro_rules! concat {
        ($($t:tt)*) => {
            this_is_not_the_macro_of_std
        };
    }
    macro_rules! line {
        () => {
            this_is_not_the_macro_of_std
        };
    }
    macro_rules! panic {
        ($($t:tt)*) => {
            this_is_not_the_macro_of_std
        };
    }
    macro_rules! unreachable {
        ($($t:tt)*) => {
            this_is_not_the_macro_of_std
        };
    }
    macro_rules! matches {
        ($($t:tt)*) => {
            this_is_not_the_macro_of_std
        };
    }

    #[memofn::memoize(capacity = 3)]
    pub fn square(n: u32) -> u32 {
        n * n
    }

    pub struct Shape;

    impl Shape {
        #[memofn::memoize(skip(self))]
        pub fn area(&self, text: &str) -> usize {
            text.len()
        }
    }
}

#[no_implicit_prelude]
mod bare {
    #[::memofn::memoize(capacity = 3, ttl = "1m", key = n % 10)]
    pub fn square(n: u32) -> u32 {
        n * n
    }

    #[::memofn::memoize]
    pub fn length(text: &str, many: &[&str], float: f64) -> ::std::option::Option<usize> {
        ::std::option::Option::Some(text.len() + many.len() + float as usize)
    }

    pub struct Shape(u32);

    impl Shape {
        #[::memofn::memoize]
        pub fn made(n: u32) -> u32 {
            Self(n).0
        }
    }
}

fn main() {
    for _ in 0..2 {
        assert_eq!(user::square(3), 9);
        assert_eq!(user::Shape.area("ab"), 2);
        assert_eq!(bare::square(3), 9);
        assert_eq!(bare::length("a", &["b"], 2.0), Some(4));
        assert_eq!(bare::Shape::made(5), 5);
    }
    assert_eq!(user::square_cache_info().hits, 1);
    assert_eq!(user::Shape::area_cache_info().hits, 1);
    assert_eq!(bare::square_cache_info().hits, 1);
    assert_eq!(bare::length_cache_info().hits, 1);
    assert_eq!(bare::Shape::made_cache_info().hits, 1);
}
