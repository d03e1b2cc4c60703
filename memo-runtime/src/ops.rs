//! A cache's own functions on keys: behind one pointer, so that neither the hasher nor how a key is
//! compared is part of the cache's type, and a key need not be `Hash + Eq` (a tuple with an `f64`).

use crate::key::Key;
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::sync::Arc;

pub(crate) trait KeyOps<K>: Send + Sync {
    fn hash(&self, key: &K) -> u64;
    /// `argument == stored`.
    fn same(&self, argument: &K, stored: &K) -> bool;
    fn copy(&self, key: &K) -> K;
}

/// The hash of a key that is looked up.
#[inline]
pub(crate) fn hash_one<A: Key, S: BuildHasher>(hasher: &S, key: &A) -> u64 {
    let mut state = hasher.build_hasher();
    key.hash_into(&mut state);
    std::hash::Hasher::finish(&state)
}

/// Keys of the kind `A` under the hasher `S`.
pub(crate) struct Hashed<A, S> {
    hasher: Arc<S>,
    how: PhantomData<fn(A)>,
}

impl<A, S> Hashed<A, S> {
    pub(crate) fn new(hasher: Arc<S>) -> Self {
        let how = PhantomData;
        Self { hasher, how }
    }
}

impl<A: Key, S: BuildHasher + Send + Sync> KeyOps<A::Owned> for Hashed<A, S> {
    fn hash(&self, key: &A::Owned) -> u64 {
        let mut state = self.hasher.build_hasher();
        A::hash_stored(key, &mut state);
        std::hash::Hasher::finish(&state)
    }
    fn same(&self, argument: &A::Owned, stored: &A::Owned) -> bool {
        A::same(argument, stored)
    }
    fn copy(&self, key: &A::Owned) -> A::Owned {
        A::clone_stored(key)
    }
}
