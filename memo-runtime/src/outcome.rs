//! How results are cloned, and which of them are stored: by the type of the result, not by how it is
//! spelled, so that an alias such as `io::Result` is seen through.

/// What the cache does with the results of one function.
pub trait Outcome<V>: Copy + 'static {
    /// A copy of a stored value.
    fn copy(value: &V) -> V;
    /// Is this a result to store?
    fn storable(value: &V) -> bool;
    /// Does this count as an error?
    fn failed(value: &V) -> bool;
    /// Is this a `None`?
    fn is_none(_: &V) -> bool {
        false
    }
    /// A copy for who has waited for it; none if it can't be shared.
    fn share(value: &V) -> Option<V> {
        Self::storable(value).then(|| Self::copy(value))
    }
}

/// Any value: all are stored.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl<V: Clone> Outcome<V> for Plain {
    #[inline]
    fn copy(value: &V) -> V {
        value.clone()
    }
    fn storable(_: &V) -> bool {
        true
    }
    fn failed(_: &V) -> bool {
        false
    }
}

/// A `Result` of which only `Ok` is stored, so that nothing is asked of the error.
#[derive(Clone, Copy, Debug)]
pub struct OnlyOk;

impl<T: Clone, E> Outcome<Result<T, E>> for OnlyOk {
    #[inline]
    fn copy(value: &Result<T, E>) -> Result<T, E> {
        match value {
            Ok(value) => Ok(value.clone()),
            Err(_) => unreachable!("an `Err` is never stored without `cache_err`"),
        }
    }
    fn storable(value: &Result<T, E>) -> bool {
        value.is_ok()
    }
    fn failed(value: &Result<T, E>) -> bool {
        value.is_err()
    }
}

/// A `Result` that is stored either way: `cache_err`.
#[derive(Clone, Copy, Debug)]
pub struct OkAndErr;

impl<T: Clone, E: Clone> Outcome<Result<T, E>> for OkAndErr {
    #[inline]
    fn copy(value: &Result<T, E>) -> Result<T, E> {
        value.clone()
    }
    fn storable(_: &Result<T, E>) -> bool {
        true
    }
    fn failed(value: &Result<T, E>) -> bool {
        value.is_err()
    }
}

/// A value that can't be stored: never used, since the program doesn't compile, but there, so that
/// only one error follows from it.
#[derive(Clone, Copy, Debug)]
pub struct NotStored;

impl<V> Outcome<V> for NotStored {
    fn copy(_: &V) -> V {
        unreachable!()
    }
    fn storable(_: &V) -> bool {
        false
    }
    fn failed(_: &V) -> bool {
        false
    }
}

/// The same, for a cache whose type doesn't say which.
pub(crate) struct Outcomes<V> {
    pub(crate) copy: fn(&V) -> V,
    pub(crate) storable: fn(&V) -> bool,
    pub(crate) failed: fn(&V) -> bool,
    pub(crate) is_none: fn(&V) -> bool,
    pub(crate) share: fn(&V) -> Option<V>,
}

impl<V> Outcomes<V> {
    pub(crate) fn of<O: Outcome<V>>() -> Self {
        Self {
            copy: O::copy,
            storable: O::storable,
            failed: O::failed,
            is_none: O::is_none,
            share: O::share,
        }
    }
}
