//! How the arguments and the result of a function become bytes: found out by type where the function is
//! defined, and asked for where its types are written.

use super::pack::{self, Order, PackError};
use crate::outcome::{MaybeNone, NotStored, OkAndErr, OnlyOk, OnlyOkSharedErr, Plain};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How the results of a function become bytes, and are made of them again.
#[derive(Debug)]
pub struct Codec<V> {
    /// In the fingerprint: what of the result is kept.
    pub(crate) form: &'static str,
    pub(crate) encode: fn(&V) -> Result<Vec<u8>, PackError>,
    pub(crate) decode: fn(&[u8]) -> Result<V, PackError>,
}

/// Can be kept in a store, as much of it as `O` stores.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be kept in a store",
    label = "not `serde::Serialize + serde::de::DeserializeOwned`",
    note = "derive `serde::Serialize` and `serde::Deserialize` for it and what it consists of; of a `Result` whose `Err` isn't stored only the `Ok` is asked"
)]
pub trait StorableBy<O>: Sized {
    /// How.
    fn codec() -> Codec<Self>;
}

fn nothing<T>() -> Result<T, PackError> {
    Err(serde::de::Error::custom("nothing of this is stored"))
}

macro_rules! whole {
    ($($outcome:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Serialize + DeserializeOwned> StorableBy<$outcome> for T {
            fn codec() -> Codec<Self> {
                Codec {
                    form: "value",
                    encode: |value| pack::to_vec(value, Order::Given),
                    decode: pack::from_slice,
                }
            }
        }
    )*};
}
whole!(Plain MaybeNone OkAndErr);

macro_rules! only_ok {
    ($($outcome:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Serialize + DeserializeOwned, E> StorableBy<$outcome> for Result<T, E> {
            fn codec() -> Codec<Self> {
                Codec {
                    form: "ok",
                    encode: |value| match value {
                        Ok(value) => pack::to_vec(value, Order::Given),
                        Err(_) => nothing(),
                    },
                    decode: |bytes| pack::from_slice(bytes).map(Ok),
                }
            }
        }
    )*};
}
only_ok!(OnlyOk OnlyOkSharedErr);

/// What is no result to store was told so already.
#[diagnostic::do_not_recommend]
impl<T> StorableBy<NotStored> for T {
    fn codec() -> Codec<Self> {
        Codec {
            form: "",
            encode: |_| nothing(),
            decode: |_| nothing(),
        }
    }
}

/// Gives the codec of results with which this is done. See `StorableBy` for the error otherwise.
#[derive(Debug)]
pub struct CodecBy<O>(pub O);

impl<O> CodecBy<O> {
    /// A method, so that `O` is known before the compiler looks which results it fits.
    pub fn codec<V: StorableBy<O>>(self) -> Codec<V> {
        V::codec()
    }
}

/// Can be part of the key of a function with a store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be part of the key of a function with a store",
    label = "not `serde::Serialize`",
    note = "derive `serde::Serialize` for it, so that the key is the same in every process; or name what identifies it: `key = ...`; or, if the result doesn't depend on it, leave it out: `skip(...)`"
)]
pub trait StoreKey {
    /// Its bytes, unless it is too deep.
    #[doc(hidden)]
    fn write(&self) -> Option<Vec<u8>>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> StoreKey for T {
    fn write(&self) -> Option<Vec<u8>> {
        pack::to_vec(self, Order::Sorted).ok()
    }
}

/// How a part of a key is written.
#[derive(Debug)]
pub struct Written<T>(fn(&T) -> Option<Vec<u8>>);

/// How this part is. See `StoreKey` for the error otherwise.
#[must_use]
pub fn written<T: StoreKey>() -> Written<T> {
    Written(T::write)
}

/// How a key is written: an array of its parts.
pub trait AllWritten<K>: Send + Sync {
    /// The bytes, if there are any.
    #[doc(hidden)]
    fn write(&self, key: &K) -> Option<Vec<u8>>;
}

impl<T: 'static> AllWritten<T> for Written<T> {
    fn write(&self, key: &T) -> Option<Vec<u8>> {
        array([(self.0)(key)?])
    }
}

/// An array of these, of which there are few.
fn array<const N: usize>(parts: [Vec<u8>; N]) -> Option<Vec<u8>> {
    let mut bytes = match u8::try_from(N) {
        Ok(few @ 0..=15) => vec![0x90 | few],
        _ => vec![0xdc, (N >> 8) as u8, N as u8],
    };
    parts.iter().for_each(|part| bytes.extend(part));
    Some(bytes)
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*))*) => {$(
        impl<$($name: 'static),*> AllWritten<($($name,)*)> for ($(Written<$name>,)*) {
            fn write(&self, _key: &($($name,)*)) -> Option<Vec<u8>> {
                array([$((self.$at.0)(&_key.$at)?),*])
            }
        }
    )*};
}
tuples! {
    ()
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

/// A codec is there whatever the type is: only functions of it are called.
impl<V> Clone for Codec<V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<V> Copy for Codec<V> {}
