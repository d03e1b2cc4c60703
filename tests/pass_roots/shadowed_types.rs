//! The user's own `Option`, `Result`, `Some`, `Ok`, `Vec`, `String`, `Clone`, `Send`, … are none of the expansion's business.
#![deny(warnings)]
#![allow(dead_code)]

mod user {
    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Box;
    pub struct Vec;
    pub struct Arc;
    pub struct Rc;
    pub struct Duration;
    pub struct Instant;
    pub struct HashMap;
    pub struct PhantomData;
    pub struct OnceLock;
    pub struct LazyLock;
    pub struct Mutex;
    pub struct Cache;
    pub struct CacheInfo;
    pub struct CacheParameters;
    pub struct Policy;
    pub struct TypeId;
    pub trait Clone {}
    pub trait Copy {}
    pub trait Send {}
    pub trait Sync {}
    pub trait Sized {}
    pub trait Hash {}
    pub trait Eq {}
    pub trait PartialEq {}
    pub trait Default {}
    pub trait Drop {}
    pub trait Fn {}
    pub trait FnOnce {}
    pub trait FnMut {}
    pub trait ToOwned {}
    pub trait ToString {}
    pub trait Into {}
    pub trait From {}
    pub trait AsRef {}
    pub trait Iterator {}
    pub trait Any {}
    pub trait Borrow {}
    pub trait Debug {}
    pub trait Weight {}

    #[derive(
        ::std::clone::Clone,
        ::std::cmp::PartialEq,
        ::std::cmp::Eq,
        ::std::hash::Hash,
        ::std::fmt::Debug,
    )]
    pub struct String(pub u32);

    #[derive(
        ::std::clone::Clone,
        ::std::cmp::PartialEq,
        ::std::cmp::Eq,
        ::std::hash::Hash,
        ::std::fmt::Debug,
    )]
    pub struct Result(pub u32);

    pub fn drop() {}
    pub fn size_of() {}

    impl Result {
        #[memofn::memoize]
        pub fn method(&self, s: &String, text: &str, floats: &[f64]) -> Result {
            Result(self.0 + s.0 + text.len() as u32 + floats.len() as u32)
        }

        #[memofn::memoize]
        pub fn associated(n: u32) -> Self {
            Self(n)
        }
    }

    #[memofn::memoize(
        policy = "lru",
        capacity = 10,
        ttl = "1m",
        tti = "1m",
        jitter = "1%",
        max_weight = "1MiB"
    )]
    pub fn function(s: String, text: &str, float: f32) -> Result {
        Result(s.0 + text.len() as u32 + float as u32)
    }

    #[memofn::memoize]
    pub fn fails(n: u32) -> ::core::result::Result<u32, String> {
        n.checked_sub(1).ok_or(String(0))
    }

    #[memofn::memoize(key = n, cache_if = |v| *v > 0, weight = |_, _| 1, max_weight = 3)]
    pub fn options(n: u32, _a: u32) -> u32 {
        n
    }

    #[memofn::memoize]
    pub fn deep(pairs: &[(::core::option::Option<&str>, f64)], u: ()) -> usize {
        let () = u;
        pairs.len()
    }
}

fn main() {
    use user::{Result, String};

    for _ in 0..2 {
        assert_eq!(Result(1).method(&String(2), "abc", &[0.0]), Result(7));
        assert_eq!(Result::associated(1), Result(1));
        assert_eq!(user::function(String(1), "ab", 3.0), Result(6));
        assert_eq!(user::fails(0), Err(String(0)));
        assert_eq!(user::options(1, 2), 1);
        assert_eq!(user::deep(&[(Some("a"), 0.0)], ()), 1);
    }
    assert_eq!(Result::method_cache_info().hits, 1);
    assert_eq!(Result::associated_cache_info().hits, 1);
    assert_eq!(user::function_cache_info().hits, 1);
    assert_eq!(
        (
            user::fails_cache_info().hits,
            user::fails_cache_info().misses
        ),
        (0, 2)
    );
    assert_eq!(user::options_cache_info().hits, 1);
    assert_eq!(user::options_cache_get(1, 3), Some(1));
    assert_eq!(user::deep_cache_info().hits, 1);
    assert_eq!(user::function_cache_parameters().capacity, Some(10));
}
