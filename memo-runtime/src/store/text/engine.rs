//! What makes a type of a [`Client`](super::Client), with its own name and its own server for the process.

/// The type of an engine that is a [`Client`], with the one that all functions of the process share.
macro_rules! engine {
    ($Engine:ident, $dialect:expr) => {
        impl $crate::store::Store for $Engine {
            fn capabilities(&self) -> $crate::store::Capabilities {
                self.0.capabilities()
            }
            fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
                Ok(self.at_once(key, Operation::Get)?.held())
            }
            fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
                Ok(self.at_once(key, Operation::Claim(token, lease))?.said())
            }
            fn fill(
                &self,
                key: &str,
                token: &[u8],
                value: &[u8],
                ttl: Option<Duration>,
            ) -> Result<bool, StoreError> {
                let operation = Operation::Fill(token, value, ttl);
                Ok(self.at_once(key, operation)?.said())
            }
            fn put(
                &self,
                key: &str,
                value: &[u8],
                ttl: Option<Duration>,
            ) -> Result<(), StoreError> {
                self.at_once(key, Operation::Put(value, ttl)).map(drop)
            }
            fn remove(&self, key: &str) -> Result<bool, StoreError> {
                Ok(self.at_once(key, Operation::Remove)?.said())
            }
            fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
                Ok(self.at_once(key, Operation::RemoveIf(held))?.said())
            }
        }

        impl $crate::store::AsyncStore for $Engine {
            fn get_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
                self.awaited(key, Operation::Get, Given::held)
            }
            fn claim_async<'s>(
                &'s self,
                key: &'s str,
                token: &'s [u8],
                lease: Duration,
            ) -> StoreFuture<'s, bool> {
                let operation = Operation::Claim(token, lease);
                self.awaited(key, operation, |given| given.said())
            }
            fn fill_async<'s>(
                &'s self,
                key: &'s str,
                token: &'s [u8],
                value: &'s [u8],
                ttl: Option<Duration>,
            ) -> StoreFuture<'s, bool> {
                let operation = Operation::Fill(token, value, ttl);
                self.awaited(key, operation, |given| given.said())
            }
            fn put_async<'s>(
                &'s self,
                key: &'s str,
                value: &'s [u8],
                ttl: Option<Duration>,
            ) -> StoreFuture<'s, ()> {
                self.awaited(key, Operation::Put(value, ttl), drop)
            }
            fn remove_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, bool> {
                self.awaited(key, Operation::Remove, |given| given.said())
            }
            fn remove_if_async<'s>(
                &'s self,
                key: &'s str,
                held: &'s [u8],
            ) -> StoreFuture<'s, bool> {
                let operation = Operation::RemoveIf(held);
                self.awaited(key, operation, |given| given.said())
            }
        }

        impl $Engine {
            fn at_once(&self, key: &str, operation: Operation<'_>) -> Result<Given, StoreError> {
                at_once(self.0.perform(Way::Blocking, key, operation))
            }

            fn awaited<'s, T: Send + 's>(
                &'s self,
                key: &'s str,
                operation: Operation<'s>,
                read: fn(Given) -> T,
            ) -> StoreFuture<'s, T> {
                Box::pin(async move {
                    let given = self.0.perform(Way::Awaiting, key, operation).await;
                    given.map(read)
                })
            }
        }

        /// Its address.
        impl std::fmt::Debug for $Engine {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($Engine), "({:?})"), self.0)
            }
        }

        static SHARED: once_cell::sync::OnceCell<$Engine> = once_cell::sync::OnceCell::new();

        fn shared() -> &'static $Engine {
            SHARED.get_or_init(|| $Engine(Client::from_env($dialect)))
        }

        fn configured(engine: $Engine) -> Result<(), AddressError> {
            SHARED.set(engine).map_err(|_| Client::late($dialect))
        }
    };
}
pub(in crate::store) use engine;
