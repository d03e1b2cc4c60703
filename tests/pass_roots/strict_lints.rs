//! No lint of rustc fires at what the attribute writes, nor one of clippy (which only `cargo clippy` asks).
#![deny(
    warnings,
    unused,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations
)]
#![deny(
    rust_2018_idioms,
    let_underscore,
    nonstandard_style,
    future_incompatible,
    keyword_idents,
    refining_impl_trait
)]
#![deny(
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_lifetimes,
    unused_qualifications
)]
#![deny(
    unused_import_braces,
    unused_results,
    unit_bindings,
    variant_size_differences,
    redundant_lifetimes
)]
#![deny(
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    meta_variable_misuse,
    non_ascii_idents
)]
#![deny(
    absolute_paths_not_starting_with_crate,
    ambiguous_negative_literals,
    redundant_imports,
    macro_use_extern_crate
)]
#![deny(
    closure_returning_async_block,
    ffi_unwind_calls,
    impl_trait_overcaptures,
    unsafe_op_in_unsafe_fn
)]
#![deny(
    unsafe_code,
    unused_macro_rules,
    unnameable_types,
    unused_extern_crates
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

/// A module with a documented function.
pub mod numbers {
    use memofn::memoize;

    /// The square of `n`.
    #[memoize(capacity = 10, ttl = "1m")]
    #[must_use]
    pub fn square(n: u32) -> u32 {
        n * n
    }

    /// The length of both.
    #[memoize]
    #[must_use]
    pub fn lengths(text: &str, floats: &[f64], maybe: Option<&str>) -> usize {
        text.len() + floats.len() + maybe.map_or(0, str::len)
    }

    /// The half of `n`.
    ///
    /// # Errors
    /// If `n` is odd.
    #[memoize(skip(verbose))]
    pub fn half(n: u32, verbose: bool) -> Result<u32, String> {
        if verbose || n % 2 == 1 {
            Err("odd".to_string())
        } else {
            Ok(n / 2)
        }
    }

    /// A shape.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct Shape {
        /// How many sides it has.
        pub sides: u32,
    }

    impl Shape {
        /// Its area.
        #[memoize(policy = "fifo")]
        #[must_use]
        pub fn area(&self, (n, _): (u32, u32)) -> u32 {
            self.sides * n
        }

        /// One with so many sides.
        #[memoize]
        #[must_use]
        pub fn with_sides(sides: u32) -> Self {
            Self { sides }
        }
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(numbers::square(3), 9);
        assert_eq!(numbers::lengths("a", &[1.0], Some("b")), 3);
        assert_eq!(numbers::half(4, false), Ok(2));
        assert_eq!(numbers::Shape { sides: 3 }.area((2, 1)), 6);
        assert_eq!(numbers::Shape::with_sides(3).sides, 3);
    }
    assert_eq!(numbers::square_cache_info().hits, 1);
    assert_eq!(numbers::Shape::area_cache_info().hits, 1);
}
