//! No lint of rustc fires at what the attribute writes beside functions with parameters, nor one of clippy.
#![deny(
    warnings,
    unused,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations,
    rust_2018_idioms,
    let_underscore,
    nonstandard_style,
    future_incompatible,
    keyword_idents,
    refining_impl_trait,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_lifetimes,
    unused_qualifications,
    unused_import_braces,
    unused_results,
    unit_bindings,
    variant_size_differences,
    redundant_lifetimes,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    meta_variable_misuse,
    redundant_imports,
    impl_trait_overcaptures,
    unsafe_code,
    unnameable_types
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

/// A module with documented functions.
pub mod numbers {
    use memofn::memoize;
    use std::fmt::Debug;
    use std::hash::Hash;

    /// The size of a type, `n` times.
    #[memoize(capacity = 10)]
    #[must_use]
    pub fn size<T>(n: usize) -> usize {
        n * size_of::<T>()
    }

    /// The first of these, if there is one.
    #[memoize]
    #[must_use]
    pub fn first<T: Hash + Eq + Clone + Send + Sync + 'static>(
        list: &[T],
        other: Option<&T>,
    ) -> Option<T> {
        list.first().or(other).cloned()
    }

    /// All of them.
    ///
    /// # Errors
    /// If there is none.
    #[memoize(skip(verbose))]
    pub fn all<const N: usize, T>(value: T, verbose: bool) -> Result<[T; N], String>
    where
        T: Hash + Eq + Copy + Debug + Send + Sync + 'static,
    {
        if verbose || N == 0 {
            Err(format!("none of {value:?}"))
        } else {
            Ok([value; N])
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
        pub fn area<const N: u32>(&self, (n, _): (u32, u32)) -> u32 {
            self.sides * n * N
        }

        /// One with so many sides.
        #[memoize(key = sides.clone())]
        #[must_use]
        pub fn with_sides<T: Into<u32> + Hash + Eq + Clone + Send + Sync + 'static>(
            sides: T,
        ) -> Self {
            let sides = sides.into();
            Self { sides }
        }
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(numbers::size::<u16>(3), 6);
        assert_eq!(numbers::first(&[1, 2], None), Some(1));
        assert_eq!(numbers::all::<2, _>(1, false), Ok([1, 1]));
        assert_eq!(numbers::Shape { sides: 3 }.area::<2>((2, 1)), 12);
        assert_eq!(numbers::Shape::with_sides(3_u8).sides, 3);
    }
    assert_eq!(numbers::size_cache_info::<u16>().hits, 1);
    assert_eq!(numbers::Shape::area_cache_info::<2>().hits, 1);
}
