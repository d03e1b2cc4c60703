//! A cache's own functions on keys: behind one pointer, so that neither the hasher nor how a key is
//! compared is part of the cache's type, and a key need not be `Hash + Eq` (a tuple with an `f64`).

use crate::builder::DefaultHasher;
use crate::key::Key;
use std::any::{Any, TypeId};
use std::borrow::Borrow;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::hash::{BuildHasher, Hash, Hasher};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Hashes, compares and copies keys.
pub trait KeyOps<K>: Send + Sync {
    /// The hash of a key.
    fn hash(&self, key: &K) -> u64;
    /// The hash of what feeds the hasher as a key would.
    fn hash_as(&self, feed: &dyn Fn(&mut dyn Hasher)) -> u64;
    /// `argument == stored`.
    fn same(&self, argument: &K, stored: &K) -> bool;
    /// A copy of a key.
    fn copy(&self, key: &K) -> K;
}

/// What a [`Cache`](crate::Cache) with keys `K` can be asked for: a `&K`, and where keys are `String`,
/// `PathBuf`, `OsString` or `CString` also what they are borrowed as.
///
/// ```
/// let cache = memofn::Cache::new(10);
/// cache.insert("key".to_string(), 7);
/// assert_eq!(cache.get("key"), Some(7));
/// assert_eq!(cache.get(&"key".to_string()), Some(7));
/// ```
#[diagnostic::on_unimplemented(
    message = "a cache with keys `{K}` can't be asked for a `{Self}`",
    label = "not a `{K}`",
    note = "give a reference to a key of the cache's own type; `str`, `Path`, `OsStr` and `CStr` do for their owned types"
)]
pub trait LookUp<K>: sealed::Sealed<K> {
    #[doc(hidden)]
    fn hash_by(&self, ops: &dyn KeyOps<K>) -> u64;
    #[doc(hidden)]
    fn is(&self, ops: &dyn KeyOps<K>, stored: &K) -> bool;
    #[doc(hidden)]
    fn to_key(&self, ops: &dyn KeyOps<K>) -> K;
}

mod sealed {
    pub trait Sealed<K> {}
}

impl<K> sealed::Sealed<K> for K {}

impl<K> LookUp<K> for K {
    fn hash_by(&self, ops: &dyn KeyOps<K>) -> u64 {
        ops.hash(self)
    }
    fn is(&self, ops: &dyn KeyOps<K>, stored: &K) -> bool {
        ops.same(self, stored)
    }
    fn to_key(&self, ops: &dyn KeyOps<K>) -> K {
        ops.copy(self)
    }
}

/// These hash as their owned types do, in whatever way the cache was made.
macro_rules! borrowed {
    ($($borrowed:ty => $owned:ty),*) => {$(
        impl sealed::Sealed<$owned> for $borrowed {}

        impl LookUp<$owned> for $borrowed {
            fn hash_by(&self, ops: &dyn KeyOps<$owned>) -> u64 {
                ops.hash_as(&|mut state| self.hash(&mut state))
            }
            fn is(&self, _: &dyn KeyOps<$owned>, stored: &$owned) -> bool {
                let stored: &Self = stored.borrow();
                *self == *stored
            }
            fn to_key(&self, _: &dyn KeyOps<$owned>) -> $owned {
                self.to_owned()
            }
        }
    )*};
}
borrowed!(str => String, Path => PathBuf, OsStr => OsString, CStr => CString);

/// Spreads what a hasher gives over the high half, from which the index takes what it needs: it probes
/// linearly, and clusters would make it slow. Foldhash mixes enough for a multiplication to do the
/// rest (of 1,024 keys in a row, a look-up that misses probes 2.5 slots; 4.7 without).
#[inline]
fn spread<S: 'static>(hash: u64) -> u64 {
    let mixed = if TypeId::of::<S>() == TypeId::of::<DefaultHasher>() {
        hash
    } else {
        hash ^ (hash >> 32)
    };
    mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// In a hash that a look without a lock has failed with: it met another key with this hash. Of no
/// use to the index.
pub(crate) const COLLIDED: u64 = 2;

/// The form in which caches know a hash: not 0, and without [`COLLIDED`].
#[inline]
pub(crate) fn normal(hash: u64) -> u64 {
    hash & !COLLIDED | 1
}

/// A function's hasher, for its calls. The default one is held twice: where calls find it without
/// following a pointer, too.
pub(crate) struct Hashing<S> {
    shared: Arc<S>,
    near: DefaultHasher,
}

impl<S: BuildHasher + 'static> Hashing<S> {
    pub(crate) fn new(shared: Arc<S>) -> Self {
        let any: &dyn Any = &*shared;
        let near = any.downcast_ref::<DefaultHasher>().cloned();
        let near = near.unwrap_or_default();
        Self { shared, near }
    }

    /// The hash of a key that is looked up.
    #[inline]
    pub(crate) fn hash_one<A: Key>(&self, key: &A) -> u64 {
        // Known when this is compiled.
        let hash = if TypeId::of::<S>() == TypeId::of::<DefaultHasher>() {
            hash_by(&self.near, key)
        } else {
            hash_by(&*self.shared, key)
        };
        spread::<S>(hash)
    }
}

#[inline]
fn hash_by<A: Key>(hasher: &impl BuildHasher, key: &A) -> u64 {
    let mut state = hasher.build_hasher();
    key.hash_into(&mut state);
    state.finish()
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

impl<A: Key, S: BuildHasher + Send + Sync + 'static> KeyOps<A::Owned> for Hashed<A, S> {
    fn hash(&self, key: &A::Owned) -> u64 {
        let mut state = self.hasher.build_hasher();
        A::hash_stored(key, &mut state);
        normal(spread::<S>(state.finish()))
    }
    fn hash_as(&self, feed: &dyn Fn(&mut dyn Hasher)) -> u64 {
        let mut state = self.hasher.build_hasher();
        feed(&mut state);
        normal(spread::<S>(state.finish()))
    }
    fn same(&self, argument: &A::Owned, stored: &A::Owned) -> bool {
        A::same(argument, stored)
    }
    fn copy(&self, key: &A::Owned) -> A::Owned {
        A::clone_stored(key)
    }
}
