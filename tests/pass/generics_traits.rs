//! Methods with parameters in traits: provided, implemented, in blanket and generic `impl`s.
#![deny(warnings, unused)]
use memofn::memoize;
use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering};

static CALLS: AtomicU32 = AtomicU32::new(0);

fn calls() -> u32 {
    CALLS.swap(0, Ordering::Relaxed)
}

fn called() {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

trait Plain: Hash + Eq + Clone + Send + Sync + 'static {}
impl<T: Hash + Eq + Clone + Send + Sync + 'static> Plain for T {}

trait Store {
    type Item: Plain;
    type Many<T: Plain>: Plain + From<Vec<T>>;
    const LEN: usize;

    fn item(&self) -> Self::Item;

    #[memoize(helpers = false)]
    fn many<T: Plain>(&self, value: T) -> Self::Many<T>
    where
        Self: Plain,
    {
        called();
        vec![value; Self::LEN].into()
    }

    #[memoize(helpers = false)]
    fn items<const N: usize>(&self) -> [Self::Item; N]
    where
        Self: Plain,
        [Self::Item; N]: Plain,
    {
        called();
        std::array::from_fn(|_| self.item())
    }

    #[memoize(helpers = false, skip(self))]
    fn len<T>(&self) -> usize {
        called();
        Self::LEN * size_of::<T>()
    }

    // The item is no part of the key, the type is.
    #[memoize(helpers = false, key = n)]
    fn taken<T: From<u8> + Plain>(mut self, n: u8) -> Option<T>
    where
        Self: Sized + Iterator,
    {
        called();
        self.next()?;
        Some(n.into())
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Text(&'static str);

impl Store for Text {
    type Item = char;
    type Many<T: Plain> = Vec<T>;
    const LEN: usize = 2;

    fn item(&self) -> char {
        self.0.chars().next().unwrap_or_default()
    }
}

impl Iterator for Text {
    type Item = char;
    fn next(&mut self) -> Option<char> {
        self.0.chars().next()
    }
}

impl<T: Plain> Store for Vec<T> {
    type Item = T;
    type Many<U: Plain> = Vec<U>;
    const LEN: usize = 3;

    fn item(&self) -> T {
        self[0].clone()
    }
}

trait Named {
    fn name<T>(&self) -> String;
    fn twice<T: Plain>(value: T) -> (T, T);
}

impl<S: Store + ?Sized> Named for S {
    #[memoize(helpers = false, skip(self))]
    fn name<T>(&self) -> String {
        called();
        format!("{} {}", Self::LEN, std::any::type_name::<T>())
    }

    #[memoize(helpers = false)]
    fn twice<T: Plain>(value: T) -> (T, T) {
        called();
        (value.clone(), value)
    }
}

pub(crate) fn main() {
    let (text, other, list) = (Text("ab"), Text("b"), vec!['a']);
    for _ in 0..2 {
        assert_eq!(
            (text.many(1_u8), text.many(1_u16), list.many(1_u8)),
            (vec![1; 2], vec![1; 2], vec![1; 3])
        );
        assert_eq!(
            (text.items::<2>(), other.items::<2>(), list.items::<1>()),
            (['a'; 2], ['b'; 2], ['a'])
        );
    }
    assert_eq!(calls(), 6);
    for _ in 0..2 {
        assert_eq!(
            (
                text.len::<u8>(),
                other.len::<u8>(),
                text.len::<u16>(),
                Store::len::<u16>(&list)
            ),
            (2, 2, 4, 6)
        );
    }
    assert_eq!(calls(), 3);
    for _ in 0..2 {
        assert_eq!(
            (text.clone().taken::<u8>(7), other.clone().taken::<u16>(7)),
            (Some(7), Some(7))
        );
    }
    assert_eq!(calls(), 2);
    for _ in 0..2 {
        assert_eq!(
            (text.name::<u8>(), list.name::<u8>(), list.name::<str_>()).1,
            "3 u8"
        );
        assert_eq!(
            (Text::twice(1), <Vec<u8>>::twice('a')),
            ((1, 1), ('a', 'a'))
        );
    }
    assert_eq!(calls(), 5);
}

#[allow(non_camel_case_types)]
type str_ = &'static str;
