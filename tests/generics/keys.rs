//! Parameters that occur in keys and results, and lifetimes, which tell no instances apart.

use crate::{Kilometre, Metre, Plain, Unit, called, calls, twice};
use memofn::memoize;
use std::fmt::{Debug, Display};

#[memoize]
fn pair<T: Plain, U>(left: T, right: U) -> (U, T)
where
    U: Plain,
{
    called();
    (right, left)
}

#[memoize]
fn shown<T: Plain + Display>(value: &T, list: &[T], maybe: Option<&T>) -> String {
    called();
    format!("{value} {} {}", list.len(), maybe.is_some())
}

#[memoize]
fn sum<const N: usize>(numbers: [u32; N]) -> u32 {
    called();
    numbers.iter().sum()
}

#[memoize]
fn widened<const N: usize, T: Default + Copy + Plain>(value: T) -> [T; N] {
    called();
    [value; N]
}

#[test]
fn parameters_in_keys_and_values() {
    assert_eq!(twice(|| pair(1_u8, 'a')), (('a', 1), 1));
    assert_eq!(twice(|| pair(1_u16, 'a')), (('a', 1), 1));
    assert_eq!(twice(|| pair('a', 1_u8)), ((1, 'a'), 1));
    assert_eq!(twice(|| pair(1_u8, 'a')), (('a', 1), 0));
    assert_eq!(twice(|| shown(&1, &[2, 3], None)), ("1 2 false".into(), 1));
    assert_eq!(
        twice(|| shown(&"1", &["2", "3"], None)),
        ("1 2 false".into(), 1)
    );
    assert_eq!(
        twice(|| shown(&1, &[2, 3], Some(&4))),
        ("1 2 true".into(), 1)
    );
    assert_eq!(twice(|| sum([1, 2])), (3, 1));
    assert_eq!(twice(|| sum([1, 2, 0])), (3, 1));
    assert_eq!(twice(|| widened::<2, _>(7_u8)), ([7, 7], 1));
    assert_eq!(twice(|| widened::<2, _>(7_u16)), ([7, 7], 1));
    assert_eq!(twice(|| widened::<3, _>(7_u8)), ([7, 7, 7], 1));
}

#[memoize]
fn length<'a, T>(text: &'a str, of: &'a [T]) -> usize
where
    T: Plain,
    &'a [T]: Debug,
{
    called();
    text.len() + of.len()
}

struct Borrowing<'a, T>(&'a T);

// An early-bound lifetime inside a parameter: what differs in lifetimes only is one instance.
#[memoize(skip(holder))]
fn marked<H>(holder: H, n: u32) -> u32
where
    H: Sized,
{
    called();
    let _ = &holder;
    n
}

#[test]
fn lifetimes_make_no_instances() {
    let ends = String::from("ab");
    assert_eq!(twice(|| length("ab", &[1])), (3, 1));
    assert_eq!(twice(|| length(&ends, &Vec::from([1]))), (3, 0));
    let local = 5_u8;
    let of_the_call = Borrowing(&local);
    static FOREVER: u8 = 7;
    let of_the_program: Borrowing<'static, u8> = Borrowing(&FOREVER);
    assert_eq!((*of_the_call.0, *of_the_program.0), (5, 7));
    calls();
    assert_eq!(marked(&of_the_call, 1) + marked(&of_the_program, 1), 2);
    assert_eq!(calls(), 1);
    assert_eq!(marked(of_the_program, 1) + marked(of_the_call, 1), 2);
    assert_eq!(calls(), 1);
}

#[memoize(key = (value.to_string(), N))]
fn given<const N: usize, T: Display>(value: &T, _ignored: f64) -> String {
    called();
    value.to_string().repeat(N)
}

#[memoize(key = n % M)]
fn inferred<const M: u32, U: Unit>(n: u32) -> u32 {
    called();
    n % M * U::FACTOR
}

#[memoize(key = value)]
fn chosen<T: Plain, U>(value: &T, _other: &U) -> T {
    called();
    value.clone()
}

#[test]
fn keys_of_ones_own() {
    assert_eq!(twice(|| given::<2, _>(&1, 0.5)), ("11".into(), 1));
    assert_eq!(twice(|| given::<2, _>(&1, 1.5)), ("11".into(), 0));
    assert_eq!(twice(|| given::<2, _>(&"1", 0.5)), ("11".into(), 1));
    assert_eq!(twice(|| inferred::<7, Metre>(8)), (1, 1));
    assert_eq!(twice(|| inferred::<7, Metre>(15)), (1, 0));
    assert_eq!(twice(|| inferred::<7, Kilometre>(8)), (1000, 1));
    assert_eq!(twice(|| inferred::<3, Metre>(4)), (1, 1));
    assert_eq!(twice(|| chosen(&'a', &1)), ('a', 1));
    assert_eq!(twice(|| chosen(&'a', &2)), ('a', 0));
    assert_eq!(twice(|| chosen(&'a', &0.5)), ('a', 1));
}

#[memoize]
fn parsed<T: std::str::FromStr + Plain>(text: &str) -> Result<T, T::Err>
where
    T::Err: Send + Sync + 'static,
{
    called();
    text.parse()
}

#[memoize]
fn projected<I: Iterator + Plain>(items: I) -> Option<I::Item>
where
    I::Item: Plain,
{
    called();
    items.last()
}

#[test]
fn results_by_kind_and_projections() {
    assert_eq!(twice(|| parsed::<u8>("7")), (Ok(7), 1));
    assert_eq!(twice(|| parsed::<u16>("7")), (Ok(7), 1));
    assert_eq!(twice(|| parsed::<u8>("x").is_err()), (true, 2));
    assert_eq!(twice(|| projected(Counter(3))), (Some(0), 1));
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Counter(u32);

impl Iterator for Counter {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}
