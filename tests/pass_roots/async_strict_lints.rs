//! No lint of rustc fires at what the attribute writes beside async functions, nor one of clippy.
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
    closure_returning_async_block,
    impl_trait_overcaptures,
    async_fn_in_trait,
    unsafe_code,
    unnameable_types
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

/// A module with documented functions.
pub mod numbers {
    use memofn::memoize;
    use std::cell::Cell;
    use std::hash::Hash;
    use std::rc::Rc;

    /// The square of `n`. Nothing is awaited.
    #[memoize(capacity = 10, ttl = "1m")]
    pub async fn square(n: u32) -> u32 {
        n * n
    }

    /// The length of both.
    #[memoize]
    pub async fn lengths(text: &str, floats: &[f64], maybe: Option<&str>) -> usize {
        let half = square(2).await as usize / 4;
        text.len() + floats.len() + maybe.map_or(0, str::len) * half
    }

    /// The half of `n`.
    ///
    /// # Errors
    /// If `n` is odd.
    #[memoize(skip(verbose))]
    pub async fn half(n: u32, verbose: bool) -> Result<u32, String> {
        if verbose || n % 2 == 1 {
            return Err("odd".to_string());
        }
        Ok(square(n).await / n / 2)
    }

    /// All of them.
    #[memoize]
    pub async fn all<const N: usize, T>(value: T) -> [T; N]
    where
        T: Hash + Eq + Copy + Send + Sync + 'static,
    {
        [value; N]
    }

    #[memoize(skip(count))]
    #[allow(clippy::future_not_send)]
    async fn counted(n: u32, count: Rc<Cell<u32>>) -> u32 {
        count.set(square(n).await);
        count.get()
    }

    /// Counts what is not sent anywhere.
    #[allow(clippy::future_not_send)]
    pub async fn count(n: u32) -> u32 {
        counted(n, Rc::default()).await
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
        pub async fn area(&self, (n, _): (u32, u32)) -> u32 {
            self.sides * square(n).await
        }

        /// One with so many sides.
        #[memoize]
        pub async fn with_sides(sides: u32) -> Self {
            Self { sides }
        }
    }

    trait Perimeter {
        async fn perimeter(&self, length: u32) -> u32;
    }

    impl Perimeter for Shape {
        #[memoize(helpers = false)]
        async fn perimeter(&self, length: u32) -> u32 {
            if length == 0 {
                return 0;
            }
            self.sides * square(length).await
        }
    }

    /// Its perimeter.
    pub async fn perimeter(shape: Shape) -> u32 {
        shape.perimeter(2).await
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        futures::executor::block_on(async {
            assert_eq!(numbers::square(3).await, 9);
            assert_eq!(numbers::lengths("a", &[1.0], Some("b")).await, 3);
            assert_eq!(numbers::half(4, false).await, Ok(2));
            assert_eq!(numbers::all::<2, _>(1).await, [1, 1]);
            assert_eq!(numbers::count(3).await, 9);
            assert_eq!(numbers::Shape { sides: 3 }.area((2, 1)).await, 12);
            assert_eq!(numbers::Shape::with_sides(3).await.sides, 3);
            assert_eq!(numbers::perimeter(numbers::Shape { sides: 3 }).await, 12);
        });
    }
    assert_eq!(numbers::lengths_cache_info().hits, 1);
    assert_eq!(numbers::Shape::area_cache_info().hits, 1);
}
