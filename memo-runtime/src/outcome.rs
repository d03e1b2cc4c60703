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
    /// Is this a `None`? Known only where `none_ttl` asks.
    fn is_none(_: &V) -> bool {
        false
    }
    /// A copy for whoever waits for this computation, if there can be one: of an `Err`, too, though
    /// it may not be stored.
    fn share(value: &V) -> Option<V>;
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
    fn share(value: &V) -> Option<V> {
        Some(value.clone())
    }
}

/// An `Option` whose `None` has a lifetime of its own: `none_ttl`.
#[derive(Clone, Copy, Debug)]
pub struct MaybeNone;

impl<T: Clone> Outcome<Option<T>> for MaybeNone {
    #[inline]
    fn copy(value: &Option<T>) -> Option<T> {
        value.clone()
    }
    fn storable(_: &Option<T>) -> bool {
        true
    }
    fn failed(_: &Option<T>) -> bool {
        false
    }
    fn is_none(value: &Option<T>) -> bool {
        value.is_none()
    }
    fn share(value: &Option<T>) -> Option<Option<T>> {
        Some(value.clone())
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
            Err(_) => unreachable!("an `Err` is only stored with `cache_err` or `err_ttl`"),
        }
    }
    fn storable(value: &Result<T, E>) -> bool {
        value.is_ok()
    }
    fn failed(value: &Result<T, E>) -> bool {
        value.is_err()
    }
    fn share(value: &Result<T, E>) -> Option<Result<T, E>> {
        value.as_ref().ok().cloned().map(Ok)
    }
}

/// The same where the error can be cloned: it is shared, and not stored.
#[derive(Clone, Copy, Debug)]
pub struct OnlyOkSharedErr;

impl<T: Clone, E: Clone> Outcome<Result<T, E>> for OnlyOkSharedErr {
    #[inline]
    fn copy(value: &Result<T, E>) -> Result<T, E> {
        OnlyOk::copy(value)
    }
    fn storable(value: &Result<T, E>) -> bool {
        value.is_ok()
    }
    fn failed(value: &Result<T, E>) -> bool {
        value.is_err()
    }
    fn share(value: &Result<T, E>) -> Option<Result<T, E>> {
        Some(value.clone())
    }
}

/// A `Result` that is stored either way: `cache_err`, or `err_ttl`.
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
    fn share(value: &Result<T, E>) -> Option<Result<T, E>> {
        Some(value.clone())
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
    fn share(_: &V) -> Option<V> {
        None
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens to a value.
    fn fate<V, O: Outcome<V>>(_: O, value: &V) -> (bool, bool, bool, Option<V>) {
        let Outcomes {
            storable,
            failed,
            is_none,
            share,
            ..
        } = Outcomes::of::<O>();
        (storable(value), failed(value), is_none(value), share(value))
    }

    #[test]
    fn who_waits_gets_what_can_be_cloned() {
        struct NotClone;
        let (ok, err) = (Ok::<u8, u8>(1), Err::<u8, u8>(2));
        assert_eq!(fate(Plain, &7), (true, false, false, Some(7)));
        assert_eq!(fate(Plain, &None::<u8>), (true, false, false, Some(None)));
        assert_eq!(
            fate(MaybeNone, &Some(7)),
            (true, false, false, Some(Some(7)))
        );
        assert_eq!(
            fate(MaybeNone, &None::<u8>),
            (true, false, true, Some(None))
        );
        assert_eq!(fate(OnlyOk, &ok), (true, false, false, Some(ok)));
        assert_eq!(fate(OnlyOk, &err), (false, true, false, None));
        assert_eq!(fate(OnlyOkSharedErr, &ok), (true, false, false, Some(ok)));
        assert_eq!(fate(OnlyOkSharedErr, &err), (false, true, false, Some(err)));
        assert_eq!(fate(OkAndErr, &ok), (true, false, false, Some(ok)));
        assert_eq!(fate(OkAndErr, &err), (true, true, false, Some(err)));
        assert!(matches!(
            fate(OnlyOk, &Err::<u8, _>(NotClone)),
            (false, true, false, None)
        ));
    }
}
