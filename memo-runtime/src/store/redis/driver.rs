//! The thread that drives what isn't blocking: connections of async functions, of clusters, through TLS,
//! for messages; and what must not keep a caller longer than he waits: looking up names.
//!
//! One for the process, made when first needed. Since connections live here, they survive the executor
//! that asked for them, and any executor can wait for an answer.

use super::super::{StoreError, StoreErrorKind};
use super::wire::left;
use once_cell::sync::OnceCell;
use std::io;
use std::sync::mpsc;
use std::time::Instant;
use tokio::runtime::{Builder, Handle};

static DRIVER: OnceCell<Handle> = OnceCell::new();

/// Where to spawn.
pub(super) fn driver() -> Result<&'static Handle, StoreError> {
    DRIVER.get_or_try_init(|| {
        let runtime = Builder::new_current_thread()
            .enable_all()
            // They look up names.
            .max_blocking_threads(4)
            .thread_name("memofn-redis")
            .build()?;
        let handle = runtime.handle().clone();
        std::thread::Builder::new()
            .name("memofn-redis".to_owned())
            .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
        Ok(handle)
    })
}

/// What it gives, if it gives it in time. Else it is dropped.
pub(super) fn wait<T, F>(deadline: Instant, future: F) -> Result<T, StoreError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let (sender, receiver) = mpsc::sync_channel(1);
    let task = driver()?.spawn(async move {
        let _ = sender.send(future.await);
    });
    match receiver.recv_timeout(left(deadline)?) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            task.abort();
            Err(io::Error::from(io::ErrorKind::TimedOut).into())
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(gone()),
    }
}

/// A task of the driver's ended without a word. It panics only where the client crate does.
pub(super) fn gone() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the connection's task ended")
}
