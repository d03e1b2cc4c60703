//! What holds a store is one.

use super::{AsyncStore, Capabilities, Listener, Store, StoreError, StoreFuture};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

macro_rules! through {
    ($([$($bound:tt)*] $holder:ty),*) => {$(
        impl<S: Store $($bound)*> Store for $holder {
            fn capabilities(&self) -> Capabilities {
                (**self).capabilities()
            }
            fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
                (**self).get(key)
            }
            fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
                (**self).claim(key, token, lease)
            }
            fn fill(
                &self,
                key: &str,
                token: &[u8],
                value: &[u8],
                ttl: Option<Duration>,
            ) -> Result<bool, StoreError> {
                (**self).fill(key, token, value, ttl)
            }
            fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
                (**self).put(key, value, ttl)
            }
            fn remove(&self, key: &str) -> Result<bool, StoreError> {
                (**self).remove(key)
            }
            fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
                (**self).remove_if(key, held)
            }
            fn announce(&self, key: &str) -> Result<(), StoreError> {
                (**self).announce(key)
            }
            fn listen(&self, listener: Arc<dyn Listener>) {
                (**self).listen(listener);
            }
        }

        impl<S: AsyncStore $($bound)*> AsyncStore for $holder {
            fn get_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
                (**self).get_async(key)
            }
            fn claim_async<'s>(
                &'s self,
                key: &'s str,
                token: &'s [u8],
                lease: Duration,
            ) -> StoreFuture<'s, bool> {
                (**self).claim_async(key, token, lease)
            }
            fn fill_async<'s>(
                &'s self,
                key: &'s str,
                token: &'s [u8],
                value: &'s [u8],
                ttl: Option<Duration>,
            ) -> StoreFuture<'s, bool> {
                (**self).fill_async(key, token, value, ttl)
            }
            fn put_async<'s>(
                &'s self,
                key: &'s str,
                value: &'s [u8],
                ttl: Option<Duration>,
            ) -> StoreFuture<'s, ()> {
                (**self).put_async(key, value, ttl)
            }
            fn remove_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, bool> {
                (**self).remove_async(key)
            }
            fn remove_if_async<'s>(
                &'s self,
                key: &'s str,
                held: &'s [u8],
            ) -> StoreFuture<'s, bool> {
                (**self).remove_if_async(key, held)
            }
            fn announce_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()> {
                (**self).announce_async(key)
            }
        }
    )*};
}
through!([+ ?Sized] &S, [+ ?Sized] Box<S>, [+ ?Sized] Arc<S>, [] LazyLock<S>);
