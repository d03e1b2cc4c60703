// An async function needs a store that has futures.
use memofn::memoize;
use memofn::store::{Capabilities, Store, StoreError};
use std::time::Duration;

struct Nothing;

impl Store for Nothing {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
    }
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }
    fn claim(&self, _: &str, _: &[u8], _: Duration) -> Result<bool, StoreError> {
        Ok(true)
    }
    fn fill(&self, _: &str, _: &[u8], _: &[u8], _: Option<Duration>) -> Result<bool, StoreError> {
        Ok(true)
    }
    fn put(&self, _: &str, _: &[u8], _: Option<Duration>) -> Result<(), StoreError> {
        Ok(())
    }
    fn remove(&self, _: &str) -> Result<bool, StoreError> {
        Ok(false)
    }
    fn remove_if(&self, _: &str, _: &[u8]) -> Result<bool, StoreError> {
        Ok(false)
    }
}

static NOTHING: Nothing = Nothing;

#[memoize(store = NOTHING)]
fn f(n: u64) -> u64 {
    n
}

#[memoize(store = NOTHING)]
async fn g(n: u64) -> u64 {
    n
}

fn main() {
    f(1);
    let _ = g(1);
}
