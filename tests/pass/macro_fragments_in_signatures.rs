//! Fragments of `macro_rules` in the signature, types in invisible parentheses included.
#![deny(warnings, unused)]
use memofn::memoize;

macro_rules! typed {
    ($name:ident($($arg:ident: $t:ty),*) -> $r:ty $body:block) => {
        #[memoize]
        fn $name($($arg: $t),*) -> $r $body
    };
}

typed!(length(text: &str, more: &[u32]) -> usize { text.len() + more.len() });
typed!(inner(text: Option<&str>, x: (f64, f32)) -> f64 { text.map_or(0.0, |text| text.len() as f64) + x.0 });
typed!(fails(n: u32) -> Result<u32, std::fmt::Error> { n.checked_sub(1).ok_or(std::fmt::Error) });
typed!(nothing() -> () { });

macro_rules! element {
    ($name:ident, $t:ty, $lifetime:lifetime) => {
        #[memoize]
        fn $name<$lifetime>(one: &$lifetime $t, many: &[$t], maybe: Option<$t>) -> usize {
            let _ = (one, maybe);
            many.len()
        }
    };
}

element!(floats, f64, 'a);
element!(texts, &'static str, 'b);

macro_rules! pattern {
    ($name:ident, $pattern:pat => $body:expr) => {
        #[memoize]
        fn $name($pattern: (u32, u32)) -> u32 {
            $body
        }
    };
}

pattern!(sum, (a, b) => a + b);

macro_rules! whole {
    ($item:item) => {
        #[memoize]
        $item
    };
}

whole! {
    /// Doubles.
    fn double(n: u32) -> u32 {
        n * 2
    }
}

struct Scale;

macro_rules! method {
    ($self:ident, $name:ident, $t:ty) => {
        #[memoize(skip($self))]
        fn $name(&$self, n: $t) -> $t {
            let Scale = $self;
            n * 3
        }
    };
}

impl Scale {
    method!(self, triple, u32);
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(length("ab", &[1, 2, 3]), 5);
        assert_eq!(inner(Some("a"), (0.5, 1.0)), 1.5);
        assert_eq!(fails(0), Err(std::fmt::Error));
        assert_eq!(fails(1), Ok(0));
        nothing();
        assert_eq!(floats(&0.5, &[f64::NAN], None), 1);
        assert_eq!(texts(&"a", &["a", "b"], Some("c")), 2);
        assert_eq!(sum((1, 2)), 3);
        assert_eq!(double(2), 4);
        assert_eq!(Scale.triple(2), 6);
    }
    assert_eq!(
        (length_cache_info().hits, length_cache_info().misses),
        (1, 1)
    );
    assert_eq!((inner_cache_info().hits, inner_cache_info().misses), (1, 1));
    assert_eq!((fails_cache_info().hits, fails_cache_info().misses), (1, 3));
    assert_eq!(
        (nothing_cache_info().hits, nothing_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (floats_cache_info().hits, floats_cache_info().misses),
        (1, 1)
    );
    assert_eq!((texts_cache_info().hits, texts_cache_info().misses), (1, 1));
    assert_eq!(sum_cache_get((1, 2)), Some(3));
    assert_eq!(double_cache_info().hits, 1);
    assert_eq!(Scale::triple_cache_get(2), Some(6));
}
