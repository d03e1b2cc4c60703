//! Keys that are compared by their bits: floats, which are neither `Hash` nor `Eq`.

use super::Key;
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

/// A type that is compared by its bits: floats, and what consists of floats. `0.0` and `-0.0` are
/// two keys, and a NaN finds itself.
pub trait Bitwise: ToOwned {
    /// Feeds the hasher.
    fn hash_bits<H: Hasher>(&self, state: &mut H);
    /// Are all bits equal?
    fn same_bits(&self, stored: &Self) -> bool;
}

macro_rules! floats {
    ($($float:ty),*) => {$(
        impl Bitwise for $float {
            #[inline]
            fn hash_bits<H: Hasher>(&self, state: &mut H) {
                self.to_bits().hash(state);
            }
            #[inline]
            fn same_bits(&self, stored: &Self) -> bool {
                self.to_bits() == stored.to_bits()
            }
        }
    )*};
}
floats!(f32, f64);

macro_rules! bitwise_by_eq {
    ($($plain:ty),*) => {$(
        impl Bitwise for $plain {
            #[inline]
            fn hash_bits<H: Hasher>(&self, state: &mut H) {
                self.hash(state);
            }
            #[inline]
            fn same_bits(&self, stored: &Self) -> bool {
                self == stored
            }
        }
    )*};
}
bitwise_by_eq!(
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    bool,
    char,
    String,
    ()
);

impl<T: Bitwise + Clone> Bitwise for [T] {
    fn hash_bits<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.iter().for_each(|item| item.hash_bits(state));
    }
    fn same_bits(&self, stored: &Self) -> bool {
        self.len() == stored.len() && self.iter().zip(stored).all(|(a, b)| a.same_bits(b))
    }
}

impl<T: Bitwise + Clone> Bitwise for Vec<T> {
    fn hash_bits<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash_bits(state);
    }
    fn same_bits(&self, stored: &Self) -> bool {
        self.as_slice().same_bits(stored)
    }
}

impl<T: Bitwise + Clone, const N: usize> Bitwise for [T; N] {
    fn hash_bits<H: Hasher>(&self, state: &mut H) {
        self.iter().for_each(|item| item.hash_bits(state));
    }
    fn same_bits(&self, stored: &Self) -> bool {
        self.iter().zip(stored).all(|(a, b)| a.same_bits(b))
    }
}

impl<T: Bitwise + Clone> Bitwise for Option<T> {
    fn hash_bits<H: Hasher>(&self, state: &mut H) {
        state.write_u8(u8::from(self.is_some()));
        self.iter().for_each(|item| item.hash_bits(state));
    }
    fn same_bits(&self, stored: &Self) -> bool {
        match (self, stored) {
            (Some(a), Some(b)) => a.same_bits(b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }
}

/// A key that is compared by its bits.
#[derive(Debug)]
pub struct Bits<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized + Bitwise> Key for Bits<'_, T> {
    type Owned = T::Owned;

    #[inline]
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        self.0.hash_bits(state);
    }
    #[inline]
    fn is(&self, stored: &T::Owned) -> bool {
        self.0.same_bits(stored.borrow())
    }
    fn to_stored(&self) -> T::Owned {
        self.0.to_owned()
    }
    fn hash_stored<H: Hasher>(stored: &T::Owned, state: &mut H) {
        stored.borrow().hash_bits(state);
    }
    fn same(argument: &T::Owned, stored: &T::Owned) -> bool {
        argument.borrow().same_bits(stored.borrow())
    }
    fn clone_stored(stored: &T::Owned) -> T::Owned {
        stored.borrow().to_owned()
    }
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*))*) => {$(
        impl<$($name: Bitwise + Clone),*> Bitwise for ($($name,)*) {
            fn hash_bits<HASHER: Hasher>(&self, state: &mut HASHER) {
                $(self.$at.hash_bits(state);)*
            }
            fn same_bits(&self, stored: &Self) -> bool {
                true $(&& self.$at.same_bits(&stored.$at))*
            }
        }
    )*};
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}
