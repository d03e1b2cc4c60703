//! Keys that consist of keys: options, sequences, tuples; and the key that was given as a value.

use super::Key;
use std::hash::Hasher;
use std::marker::PhantomData;

/// A key that may be absent.
#[derive(Debug)]
pub struct Opt<A>(pub Option<A>);

impl<A: Key> Key for Opt<A> {
    type Owned = Option<A::Owned>;

    #[inline]
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        state.write_u8(u8::from(self.0.is_some()));
        if let Some(key) = &self.0 {
            key.hash_into(state);
        }
    }
    #[inline]
    fn is(&self, stored: &Self::Owned) -> bool {
        match (&self.0, stored) {
            (Some(key), Some(stored)) => key.is(stored),
            (key, stored) => key.is_none() && stored.is_none(),
        }
    }
    fn to_stored(&self) -> Self::Owned {
        self.0.as_ref().map(A::to_stored)
    }
    fn hash_stored<H: Hasher>(stored: &Self::Owned, state: &mut H) {
        state.write_u8(u8::from(stored.is_some()));
        if let Some(key) = stored {
            A::hash_stored(key, state);
        }
    }
    fn same(argument: &Self::Owned, stored: &Self::Owned) -> bool {
        match (argument, stored) {
            (Some(argument), Some(stored)) => A::same(argument, stored),
            (argument, stored) => argument.is_none() && stored.is_none(),
        }
    }
    fn clone_stored(stored: &Self::Owned) -> Self::Owned {
        stored.as_ref().map(A::clone_stored)
    }
}

/// A sequence of keys: `view` makes one out of each item.
pub struct Seq<'a, T, F> {
    items: &'a [T],
    view: F,
}

impl<'a, T, A: Key, F: Fn(&'a T) -> A> Seq<'a, T, F> {
    /// The items of a slice.
    pub fn new(items: &'a [T], view: F) -> Self {
        Self { items, view }
    }
}

impl<'a, T, A: Key, F: Fn(&'a T) -> A> Key for Seq<'a, T, F> {
    type Owned = Vec<A::Owned>;

    fn hash_into<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.items.len());
        for item in self.items {
            (self.view)(item).hash_into(state);
        }
    }
    fn is(&self, stored: &Self::Owned) -> bool {
        let pairs = self.items.iter().zip(stored);
        self.items.len() == stored.len() && { pairs }.all(|(item, key)| (self.view)(item).is(key))
    }
    fn to_stored(&self) -> Self::Owned {
        let items = self.items.iter();
        items.map(|item| (self.view)(item).to_stored()).collect()
    }
    fn hash_stored<H: Hasher>(stored: &Self::Owned, state: &mut H) {
        state.write_usize(stored.len());
        stored.iter().for_each(|key| A::hash_stored(key, state));
    }
    fn same(argument: &Self::Owned, stored: &Self::Owned) -> bool {
        argument.len() == stored.len() && argument.iter().zip(stored).all(|(a, b)| A::same(a, b))
    }
    fn clone_stored(stored: &Self::Owned) -> Self::Owned {
        stored.iter().map(A::clone_stored).collect()
    }
}

/// An array of keys: `view` makes one out of each item.
pub struct Arr<'a, T, F, const N: usize> {
    items: &'a [T; N],
    view: F,
}

impl<'a, T, A: Key, F: Fn(&'a T) -> A, const N: usize> Arr<'a, T, F, N> {
    /// The items of an array.
    pub fn new(items: &'a [T; N], view: F) -> Self {
        Self { items, view }
    }
}

impl<'a, T, A: Key, F: Fn(&'a T) -> A, const N: usize> Key for Arr<'a, T, F, N> {
    type Owned = [A::Owned; N];

    fn hash_into<H: Hasher>(&self, state: &mut H) {
        for item in self.items {
            (self.view)(item).hash_into(state);
        }
    }
    fn is(&self, stored: &Self::Owned) -> bool {
        let mut pairs = self.items.iter().zip(stored);
        pairs.all(|(item, key)| (self.view)(item).is(key))
    }
    fn to_stored(&self) -> Self::Owned {
        std::array::from_fn(|at| (self.view)(&self.items[at]).to_stored())
    }
    fn hash_stored<H: Hasher>(stored: &Self::Owned, state: &mut H) {
        stored.iter().for_each(|key| A::hash_stored(key, state));
    }
    fn same(argument: &Self::Owned, stored: &Self::Owned) -> bool {
        argument.iter().zip(stored).all(|(a, b)| A::same(a, b))
    }
    fn clone_stored(stored: &Self::Owned) -> Self::Owned {
        std::array::from_fn(|at| A::clone_stored(&stored[at]))
    }
}

/// A key that is owned already: the value of `key = expr`.
#[derive(Debug)]
pub struct Given<A, K> {
    key: K,
    how: PhantomData<A>,
}

impl<A, K> Given<A, K> {
    pub(crate) fn new(key: K) -> Self {
        let how = PhantomData;
        Self { key, how }
    }
}

impl<A: Key<Owned = K>, K> Key for Given<A, K> {
    type Owned = K;

    #[inline]
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        A::hash_stored(&self.key, state);
    }
    #[inline]
    fn is(&self, stored: &K) -> bool {
        A::same(&self.key, stored)
    }
    fn to_stored(&self) -> K {
        A::clone_stored(&self.key)
    }
    fn hash_stored<H: Hasher>(stored: &K, state: &mut H) {
        A::hash_stored(stored, state);
    }
    fn same(argument: &K, stored: &K) -> bool {
        A::same(argument, stored)
    }
    fn clone_stored(stored: &K) -> K {
        A::clone_stored(stored)
    }
}

/// No arguments: one key.
impl Key for () {
    type Owned = ();

    #[inline]
    fn hash_into<H: Hasher>(&self, _: &mut H) {}
    #[inline]
    fn is(&self, (): &()) -> bool {
        true
    }
    fn to_stored(&self) {}
    fn hash_stored<H: Hasher>((): &(), _: &mut H) {}
    fn same((): &(), (): &()) -> bool {
        true
    }
    fn clone_stored((): &()) {}
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*))*) => {$(
        impl<$($name: Key),*> Key for ($($name,)*) {
            type Owned = ($($name::Owned,)*);

            #[inline]
            fn hash_into<HASHER: Hasher>(&self, state: &mut HASHER) {
                $(self.$at.hash_into(state);)*
            }
            #[inline]
            fn is(&self, stored: &Self::Owned) -> bool {
                true $(&& self.$at.is(&stored.$at))*
            }
            fn to_stored(&self) -> Self::Owned {
                ($(self.$at.to_stored(),)*)
            }
            fn hash_stored<HASHER: Hasher>(stored: &Self::Owned, state: &mut HASHER) {
                $($name::hash_stored(&stored.$at, state);)*
            }
            fn same(argument: &Self::Owned, stored: &Self::Owned) -> bool {
                true $(&& $name::same(&argument.$at, &stored.$at))*
            }
            fn clone_stored(stored: &Self::Owned) -> Self::Owned {
                ($($name::clone_stored(&stored.$at),)*)
            }
        }
    )*};
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15)
}
