//! What a leaf of a key and the type of a result are, found out by the compiler where the function
//! is defined: method look-up tries the impl for `&&&Probe` first, then the one for `&&Probe`, and
//! so on, and takes the first whose bounds hold. The last one always applies and has its bound on
//! the method, so that what fits nowhere gets one error, in our words.
//!
//! Each family is imported as `_` by the expansion and called on as many `&` as it has levels.

use crate::key::{Bits, Bitwise, Given, Key, Refused};
use crate::outcome::{MaybeNone, NotStored, OkAndErr, OnlyOk, OnlyOkSharedErr, Plain};
use crate::weight::Weight;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

/// Can be part of a key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be part of the key of a memoized function",
    label = "not `Hash + Eq + Clone`",
    note = "name what identifies it, owned: `key = …`; or, if the result doesn't depend on it, leave it out: `skip(…)`",
    note = "a type of your own can derive `Hash`, `Eq` and `Clone`; floats inside it can't: `key = (p.x, p.y)`; a type parameter needs these three and `Send + Sync + 'static` as bounds"
)]
pub trait CacheKey {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + Hash + Eq + ToOwned> CacheKey for T {}

/// Can be stored.
#[diagnostic::on_unimplemented(
    message = "a memoized function can't store `{Self}`",
    label = "not `Clone`: every caller gets a copy of the stored value",
    note = "derive `Clone` for it, or return `std::sync::Arc<…>`, whose clones are free"
)]
pub trait CacheValue {}

#[diagnostic::do_not_recommend]
impl<T: Clone> CacheValue for T {}

/// Is a `Result` that can be stored whole.
#[diagnostic::on_unimplemented(
    message = "`cache_err` can't store `{Self}`",
    label = "not a `Result` whose value and error are both `Clone`",
    note = "leave `cache_err` out, or return a `Result` whose error is `Clone`, such as `Result<T, std::sync::Arc<E>>`"
)]
pub trait CacheResult {}

#[diagnostic::do_not_recommend]
impl<T: Clone, E: Clone> CacheResult for Result<T, E> {}

/// Is a `Result` whose error can be stored for a time.
#[diagnostic::on_unimplemented(
    message = "`err_ttl` can't store `{Self}`",
    label = "not a `Result` whose value and error are both `Clone`",
    note = "leave `err_ttl` out, or return a `Result` whose error is `Clone`, such as `Result<T, std::sync::Arc<E>>`"
)]
pub trait ErrTtlResult {}

#[diagnostic::do_not_recommend]
impl<T: Clone, E: Clone> ErrTtlResult for Result<T, E> {}

/// Is a `Result` whose last `Ok` can stand in for an `Err`.
#[diagnostic::on_unimplemented(
    message = "`stale_if_error` can't stand in for `{Self}`",
    label = "not a `Result` whose value is `Clone`",
    note = "leave `stale_if_error` out, or return a `Result`: an `Err` is then answered with the last `Ok`"
)]
pub trait StaleResult {}

#[diagnostic::do_not_recommend]
impl<T: Clone, E> StaleResult for Result<T, E> {}

/// Is an `Option` whose `None` can have a lifetime of its own.
#[diagnostic::on_unimplemented(
    message = "`none_ttl` finds no `None` in `{Self}`",
    label = "not an `Option` whose value is `Clone`",
    note = "leave `none_ttl` out, or return an `Option`; another type's lifetimes are told by `expires`"
)]
pub trait NoneTtlOption {}

#[diagnostic::do_not_recommend]
impl<T: Clone> NoneTtlOption for Option<T> {}

/// Can be shared between threads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be kept in a cache that all threads share",
    label = "not `Send + Sync + 'static`",
    note = "a memoized function's keys and values are shared between threads: use `Arc` in place of `Rc`, `Mutex` or an atomic in place of `RefCell` and `Cell`, `Box<dyn Error + Send + Sync>` in place of `Box<dyn Error>`; a type parameter needs `Send + Sync + 'static` as bounds",
    note = "or give each thread a cache of its own, where nothing crosses threads: `scope = \"thread\"`"
)]
pub trait Shareable {}

#[diagnostic::do_not_recommend]
impl<T: MaybeSend<Same: Sync> + 'static> Shareable for T {}

/// The same of results with which `O` is done: an `Err` that is neither stored nor shared stays where
/// it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be kept in a cache that all threads share",
    label = "not `Send + Sync + 'static`",
    note = "a memoized function's keys and values are shared between threads: use `Arc` in place of `Rc`, `Mutex` or an atomic in place of `RefCell` and `Cell`, `Box<dyn Error + Send + Sync>` in place of `Box<dyn Error>`; a type parameter needs `Send + Sync + 'static` as bounds",
    note = "or give each thread a cache of its own, where nothing crosses threads: `scope = \"thread\"`"
)]
pub trait ShareableBy<O> {}

macro_rules! shareable_by {
    ($($outcome:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: MaybeSend<Same: Sync> + 'static> ShareableBy<$outcome> for T {}
    )*};
}
shareable_by!(Plain MaybeNone OnlyOkSharedErr OkAndErr NotStored);

#[diagnostic::do_not_recommend]
impl<T: MaybeSend<Same: Sync> + 'static, E: 'static> ShareableBy<OnlyOk> for Result<T, E> {}

/// Is `Send`. A projection that fails is an error type to the compiler, which then says nothing of
/// the second bound on it: one error, not two.
pub trait MaybeSend {
    /// The type itself.
    type Same;
}

#[diagnostic::do_not_recommend]
impl<T: Send> MaybeSend for T {
    type Same = T;
}

/// Can be the `hasher`. The expansion names the type through this projection: one that fails is an
/// error type to the compiler, which says no more of what depends on it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the `hasher` of a memoized function",
    label = "not `BuildHasher + Default + Send + Sync + 'static`",
    note = "name a type that builds hashers, such as `std::hash::RandomState`, or `BuildHasherDefault<H>` for a hasher `H`"
)]
pub trait HasherOption {
    /// The type itself.
    type Kept: BuildHasher + Default + Send + Sync + 'static;
}

#[diagnostic::do_not_recommend]
impl<S: BuildHasher + Default + Send + Sync + 'static> HasherOption for S {
    type Kept = S;
}

/// A leaf of a key.
#[derive(Debug)]
pub struct KeyProbe<'a, T: ?Sized>(pub &'a T);

/// Level 3: by `Hash + Eq`.
pub trait KeyByEq<'a, T: ?Sized> {
    /// The leaf.
    fn __memofn_view(&self) -> &'a T;
}

impl<'a, T: ?Sized + Hash + Eq + ToOwned> KeyByEq<'a, T> for &&KeyProbe<'a, T> {
    #[inline]
    fn __memofn_view(&self) -> &'a T {
        self.0
    }
}

/// Level 2: by bits.
pub trait KeyByBits<'a, T: ?Sized> {
    /// The leaf.
    fn __memofn_view(&self) -> Bits<'a, T>;
}

impl<'a, T: ?Sized + Bitwise> KeyByBits<'a, T> for &KeyProbe<'a, T> {
    #[inline]
    fn __memofn_view(&self) -> Bits<'a, T> {
        Bits(self.0)
    }
}

/// Level 1: not at all.
pub trait NoKey<'a, T> {
    /// The error.
    fn __memofn_view(&self) -> Refused<'a, T>
    where
        T: CacheKey;
}

impl<'a, T> NoKey<'a, T> for KeyProbe<'a, T> {
    fn __memofn_view(&self) -> Refused<'a, T>
    where
        T: CacheKey,
    {
        Refused::new(self.0)
    }
}

/// The value of `key = expr`.
#[derive(Debug)]
pub struct GivenProbe<K>(PhantomData<fn(K)>);

impl<K> GivenProbe<K> {
    /// A probe for the type of this key.
    pub fn new(_: &K) -> Self {
        Self(PhantomData)
    }
}

/// How a given key is compared.
#[derive(Debug)]
pub struct How<A>(PhantomData<fn(A)>);

impl<A: Key> How<A> {
    /// The key.
    #[inline]
    pub fn with(self, key: A::Owned) -> Given<A, A::Owned> {
        Given::new(key)
    }
}

/// Level 3: by `Hash + Eq`.
pub trait GivenByEq<K: 'static> {
    /// How.
    fn __memofn_how(&self) -> How<&'static K>;
}

impl<K: Hash + Eq + Clone + 'static> GivenByEq<K> for &&GivenProbe<K> {
    fn __memofn_how(&self) -> How<&'static K> {
        How(PhantomData)
    }
}

/// Level 2: by bits.
pub trait GivenByBits<K: 'static> {
    /// How.
    fn __memofn_how(&self) -> How<Bits<'static, K>>;
}

impl<K: Bitwise + 'static> GivenByBits<K> for &GivenProbe<K> {
    fn __memofn_how(&self) -> How<Bits<'static, K>> {
        How(PhantomData)
    }
}

/// Level 1: not at all.
pub trait NotGiven<K: 'static> {
    /// The error.
    fn __memofn_how(&self) -> How<Refused<'static, K>>
    where
        K: CacheKey;
}

impl<K: 'static> NotGiven<K> for GivenProbe<K> {
    fn __memofn_how(&self) -> How<Refused<'static, K>>
    where
        K: CacheKey,
    {
        How(PhantomData)
    }
}

/// What is wanted by value of a stored key.
#[derive(Debug)]
pub struct CloneProbe<'a, T>(pub &'a T);

/// Level 2: a clone.
pub trait ByClone<T> {
    /// The clone.
    fn __memofn_clone(&self) -> T;
}

impl<T: Clone> ByClone<T> for &CloneProbe<'_, T> {
    fn __memofn_clone(&self) -> T {
        self.0.clone()
    }
}

/// Level 1: none. What has no clone can't be part of the key, and that is said there.
pub trait NoClone<T> {
    /// Never called.
    fn __memofn_clone(&self) -> T;
}

impl<T> NoClone<T> for CloneProbe<'_, T> {
    fn __memofn_clone(&self) -> T {
        unreachable!("a key is `Clone`")
    }
}

/// The type of a result.
#[derive(Debug)]
pub struct OutcomeProbe<V>(PhantomData<fn(V)>);

impl<V> OutcomeProbe<V> {
    /// The probe of a type.
    pub const NEW: Self = Self(PhantomData);
}

/// Level 4: a `Result` whose error can be shared with those who wait for it.
pub trait SharedErrOutcome<V> {
    /// What to do with it.
    fn __memofn_outcome(&self) -> OnlyOkSharedErr;
    /// The same with `stale_if_error`.
    fn __memofn_stale_outcome(&self) -> OnlyOkSharedErr;
}

impl<T: Clone, E: Clone + Send + Sync> SharedErrOutcome<Result<T, E>>
    for &&&OutcomeProbe<Result<T, E>>
{
    fn __memofn_outcome(&self) -> OnlyOkSharedErr {
        OnlyOkSharedErr
    }
    fn __memofn_stale_outcome(&self) -> OnlyOkSharedErr {
        OnlyOkSharedErr
    }
}

/// Level 3: a `Result`.
pub trait ResultOutcome<V> {
    /// What to do with it.
    fn __memofn_outcome(&self) -> OnlyOk;
    /// The same with `stale_if_error`.
    fn __memofn_stale_outcome(&self) -> OnlyOk;
}

impl<T: Clone, E> ResultOutcome<Result<T, E>> for &&OutcomeProbe<Result<T, E>> {
    fn __memofn_outcome(&self) -> OnlyOk {
        OnlyOk
    }
    fn __memofn_stale_outcome(&self) -> OnlyOk {
        OnlyOk
    }
}

/// Level 2: any value.
pub trait PlainOutcome<V> {
    /// What to do with it.
    fn __memofn_outcome(&self) -> Plain;
}

impl<V: Clone> PlainOutcome<V> for &OutcomeProbe<V> {
    fn __memofn_outcome(&self) -> Plain {
        Plain
    }
}

/// Level 1: not to be stored.
pub trait NoOutcome<V> {
    /// The error.
    fn __memofn_outcome(&self) -> NotStored
    where
        V: CacheValue;
    /// The error of `stale_if_error`.
    fn __memofn_stale_outcome(&self) -> NotStored
    where
        V: StaleResult;
}

impl<V> NoOutcome<V> for OutcomeProbe<V> {
    fn __memofn_outcome(&self) -> NotStored
    where
        V: CacheValue,
    {
        NotStored
    }
    fn __memofn_stale_outcome(&self) -> NotStored
    where
        V: StaleResult,
    {
        NotStored
    }
}

/// With `cache_err` or `err_ttl`, level 2: a `Result` that is stored whole.
pub trait WholeResultOutcome<V> {
    /// What to do with it.
    fn __memofn_whole_outcome(&self) -> OkAndErr;
    /// The same with `err_ttl`.
    fn __memofn_err_ttl_outcome(&self) -> OkAndErr;
}

impl<T: Clone, E: Clone> WholeResultOutcome<Result<T, E>> for &OutcomeProbe<Result<T, E>> {
    fn __memofn_whole_outcome(&self) -> OkAndErr {
        OkAndErr
    }
    fn __memofn_err_ttl_outcome(&self) -> OkAndErr {
        OkAndErr
    }
}

/// With `cache_err` or `err_ttl`, level 1: not such a `Result`.
pub trait NoWholeOutcome<V> {
    /// The error.
    fn __memofn_whole_outcome(&self) -> NotStored
    where
        V: CacheResult;
    /// The error of `err_ttl`.
    fn __memofn_err_ttl_outcome(&self) -> NotStored
    where
        V: ErrTtlResult;
}

impl<V> NoWholeOutcome<V> for OutcomeProbe<V> {
    fn __memofn_whole_outcome(&self) -> NotStored
    where
        V: CacheResult,
    {
        NotStored
    }
    fn __memofn_err_ttl_outcome(&self) -> NotStored
    where
        V: ErrTtlResult,
    {
        NotStored
    }
}

/// With `none_ttl`, level 2: an `Option`.
pub trait OptionOutcome<V> {
    /// What to do with it.
    fn __memofn_none_ttl_outcome(&self) -> MaybeNone;
}

impl<T: Clone> OptionOutcome<Option<T>> for &OutcomeProbe<Option<T>> {
    fn __memofn_none_ttl_outcome(&self) -> MaybeNone {
        MaybeNone
    }
}

/// With `none_ttl`, level 1: no `Option`.
pub trait NoOptionOutcome<V> {
    /// The error.
    fn __memofn_none_ttl_outcome(&self) -> NotStored
    where
        V: NoneTtlOption;
}

impl<V> NoOptionOutcome<V> for OutcomeProbe<V> {
    fn __memofn_none_ttl_outcome(&self) -> NotStored
    where
        V: NoneTtlOption,
    {
        NotStored
    }
}

/// A leaf of what is weighed.
#[derive(Debug)]
pub struct WeightProbe<'a, T: ?Sized>(pub &'a T);

/// Level 2: knows its weight.
pub trait KnownWeight {
    /// Bytes.
    fn __memofn_weigh(&self) -> u64;
}

impl<T: ?Sized + Weight> KnownWeight for &WeightProbe<'_, T> {
    fn __memofn_weigh(&self) -> u64 {
        self.0.weight()
    }
}

/// Level 1: counts its `size_of`.
pub trait SizeAsWeight {
    /// Bytes.
    fn __memofn_weigh(&self) -> u64;
}

impl<T: ?Sized> SizeAsWeight for WeightProbe<'_, T> {
    fn __memofn_weigh(&self) -> u64 {
        size_of_val(self.0) as u64
    }
}
