//! What a function's cache is made of: the values of the attribute's options, and the proofs that its
//! types may be kept.
//!
//! A static that all threads share may be named before anybody knows whether its types can be
//! shared (`memo.rs`). It holds nothing before a [`Config`] is made, and that takes a proof ([`Kept`])
//! for the key and for the value that only types which are `Send + Sync + 'static` have; of the hasher
//! [`Config::new`] asks the same. An `Err` that is neither stored nor shared with those who wait
//! ([`OnlyOk`](crate::outcome::OnlyOk)) never leaves the thread whose body gave it, and is not asked.

use crate::builder::CacheBuilder;
use crate::key::Key;
use crate::ops::Hashed;
use crate::outcome::{Outcome, Outcomes, Plain};
use crate::pick::{Shareable, ShareableBy};
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::sync::Arc;

/// Proof that a type is `Send + Sync + 'static`, or as much of it as is ever stored.
#[derive(Debug)]
pub struct Kept<T>(PhantomData<fn(T) -> T>);

/// The proof for a type that is. See `Shareable` for the error otherwise.
#[must_use]
pub fn kept<T: Shareable>() -> Kept<T> {
    Kept(PhantomData)
}

/// Gives the proof for results with which this is done. See `ShareableBy` for the error otherwise.
#[derive(Debug)]
pub struct KeptBy<O>(pub O);

impl<O> KeptBy<O> {
    /// A method, so that `O` is known before the compiler looks which results it fits.
    pub fn proof<V: ShareableBy<O>>(self) -> Kept<V> {
        Kept(PhantomData)
    }
}

/// Proof that a key is `Send + Sync + 'static`: one for each of its parts. Sealed, since soundness
/// rests on it.
pub trait AllKept<K>: sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

impl<T> sealed::Sealed for Kept<T> {}
impl<T> AllKept<T> for Kept<T> {}

macro_rules! tuples {
    ($(($($name:ident),*))*) => {$(
        impl<$($name),*> sealed::Sealed for ($(Kept<$name>,)*) {}
        impl<$($name),*> AllKept<($($name,)*)> for ($(Kept<$name>,)*) {}
    )*};
}
tuples! {
    ()
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
    (A, B, C, D, E, F)
    (A, B, C, D, E, F, G)
    (A, B, C, D, E, F, G, H)
    (A, B, C, D, E, F, G, H, I)
    (A, B, C, D, E, F, G, H, I, J)
    (A, B, C, D, E, F, G, H, I, J, L)
    (A, B, C, D, E, F, G, H, I, J, L, M)
    (A, B, C, D, E, F, G, H, I, J, L, M, N)
    (A, B, C, D, E, F, G, H, I, J, L, M, N, O)
    (A, B, C, D, E, F, G, H, I, J, L, M, N, O, P)
    (A, B, C, D, E, F, G, H, I, J, L, M, N, O, P, Q)
}

/// What a function's cache is made of: the values of the attribute's options.
pub struct Config<K, V, S> {
    /// Takes the options.
    pub builder: CacheBuilder<K, V>,
    pub(crate) hasher: Arc<S>,
}

impl<K: 'static, V: 'static, S: BuildHasher + Default + Send + Sync + 'static> Config<K, V, S> {
    /// Nothing set yet. `_keys` and `_value` are the proofs that a [`Memo`] rests on; `key` says by its
    /// type how keys hash and compare.
    pub fn new<A: Key<Owned = K> + 'static, O: Outcome<V>>(
        _keys: impl AllKept<K>,
        _value: Kept<V>,
        key: Option<A>,
        outcome: O,
    ) -> Self {
        let LocalConfig { builder, hasher } = LocalConfig::new(key, outcome);
        Self { builder, hasher }
    }

    /// The same where the tokens tell the types: keys of the kind `A`, values that are all stored.
    #[must_use]
    pub fn plain<A: Key<Owned = K> + 'static>() -> Self
    where
        K: Send + Sync,
        V: Clone + Send + Sync,
    {
        Self::new(Kept::<K>(PhantomData), Kept(PhantomData), None::<A>, Plain)
    }
}

/// The same for a cache of one thread, which needs no proof. Another type, since what all threads share
/// rests on the proofs.
pub struct LocalConfig<K, V, S> {
    /// Takes the options.
    pub builder: CacheBuilder<K, V>,
    pub(crate) hasher: Arc<S>,
}

impl<K: 'static, V: 'static, S: BuildHasher + Default + Send + Sync + 'static>
    LocalConfig<K, V, S>
{
    /// Nothing set yet. `_key` says by its type how keys hash and compare.
    pub fn new<A: Key<Owned = K> + 'static, O: Outcome<V>>(_key: Option<A>, _outcome: O) -> Self {
        let hasher = Arc::new(S::default());
        let keys = Box::new(Hashed::<A, S>::new(Arc::clone(&hasher)));
        let builder = CacheBuilder::with(keys, Outcomes::of::<O>());
        Self { builder, hasher }
    }

    /// The same where the tokens tell the types: keys of the kind `A`, values that are all stored.
    #[must_use]
    pub fn plain<A: Key<Owned = K> + 'static>() -> Self
    where
        V: Clone,
    {
        Self::new(None::<A>, Plain)
    }
}

/// An argument in code that is compiled for its type only.
pub fn never<T>() -> T {
    unreachable!("only the type of this code is used")
}

/// `MEMOFN_DISABLE=1` turns every memoized function into its body.
pub(crate) fn switched_off() -> bool {
    static OFF: once_cell::sync::Lazy<bool> =
        once_cell::sync::Lazy::new(|| match std::env::var_os("MEMOFN_DISABLE") {
            None => false,
            Some(value) if value == "1" => true,
            Some(value) => {
                if !(value.is_empty() || value == "0") {
                    eprintln!(
                        "memofn: MEMOFN_DISABLE={} means nothing: 1 disables all caches",
                        value.to_string_lossy()
                    );
                }
                false
            }
        });
    *OFF
}
