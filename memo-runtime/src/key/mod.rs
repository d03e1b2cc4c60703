//! Keys as a call has them, borrowed, and as a cache keeps them, owned.
//!
//! A call builds a [`Key`] out of references to its arguments: a reference to what is `Hash + Eq`
//! (`&str`, `&[u32]`, `&User`, `u64`), [`Bits`] for floats and what consists of them, [`Opt`],
//! [`Seq`], [`Arr`] and tuples around these. The macro descends by tokens as far as the type is
//! written out; what a leaf is, [`crate::pick`] decides by type.
//!
//! A key hashes and compares without being owned; `to_stored` makes the owned form, on a miss
//! only. The owned form hashes and compares by itself too (`Cache::get(&K)`), through the same
//! functions, so both always agree: nothing rests on `Borrow` implementations being consistent.

mod bits;
mod compose;

pub use bits::Bits;
pub(crate) use bits::Bitwise;
pub(crate) use compose::Given;
pub use compose::{Arr, Opt, Seq};

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// A borrowed key.
pub trait Key {
    /// The form that a cache keeps.
    type Owned;
    /// Feeds the hasher, once a call.
    fn hash_into<H: Hasher>(&self, state: &mut H);
    /// Full equality: `argument == stored`, never the other way round.
    fn is(&self, stored: &Self::Owned) -> bool;
    /// Makes the key owned.
    fn to_stored(&self) -> Self::Owned;
    /// Feeds the hasher with what `hash_into` would.
    fn hash_stored<H: Hasher>(stored: &Self::Owned, state: &mut H);
    /// `argument == stored` for an argument that is owned already.
    fn same(argument: &Self::Owned, stored: &Self::Owned) -> bool;
    /// A copy of an owned key.
    fn clone_stored(stored: &Self::Owned) -> Self::Owned;
}

/// A leaf that hashes and compares by itself. A plain reference and no type of our own: its name
/// would stand in every helper of every function.
impl<T: ?Sized + Hash + Eq + ToOwned> Key for &T {
    type Owned = T::Owned;

    #[inline]
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
    #[inline]
    fn is(&self, stored: &T::Owned) -> bool {
        **self == *stored.borrow()
    }
    fn to_stored(&self) -> T::Owned {
        (**self).to_owned()
    }
    fn hash_stored<H: Hasher>(stored: &T::Owned, state: &mut H) {
        stored.borrow().hash(state);
    }
    fn same(argument: &T::Owned, stored: &T::Owned) -> bool {
        *argument.borrow() == *stored.borrow()
    }
    fn clone_stored(stored: &T::Owned) -> T::Owned {
        stored.borrow().to_owned()
    }
}

/// What can't be a key: never used, since the program doesn't compile, but there, so that only one
/// error follows from it.
#[derive(Debug)]
pub struct Refused<'a, T>(PhantomData<&'a T>);

impl<T> Refused<'_, T> {
    pub(crate) fn new(_: &T) -> Self {
        Self(PhantomData)
    }
}

impl<T> Key for Refused<'_, T> {
    type Owned = T;

    fn hash_into<H: Hasher>(&self, _: &mut H) {}
    fn is(&self, _: &T) -> bool {
        false
    }
    fn to_stored(&self) -> T {
        unreachable!()
    }
    fn hash_stored<H: Hasher>(_: &T, _: &mut H) {}
    fn same(_: &T, _: &T) -> bool {
        false
    }
    fn clone_stored(_: &T) -> T {
        unreachable!()
    }
}
