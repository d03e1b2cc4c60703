//! The store in memory does what stores do, in all that it can be.

use memofn::store::{Capabilities, Memory, Store, StoreError, conformance};
use std::time::Duration;

#[test]
fn with_and_without_a_fence_in_short_and_long_steps() {
    let all = [
        Capabilities::new(),
        Capabilities::new().fenced(),
        Capabilities::new().fenced().invalidations(),
        Capabilities::new()
            .fenced()
            .step(Duration::from_millis(200)),
        Capabilities::new().max_value(2000),
    ];
    for capabilities in all {
        let memory = Memory::with(capabilities);
        conformance::check(&memory, "test:f:00:");
        let check = conformance::check_async(&memory, "test:f:00:");
        futures::executor::block_on(check);
        assert_eq!(memory.contents(), []);
    }
}

#[test]
#[should_panic(expected = "a removal is not undone by a late fill")]
fn a_store_that_promises_too_much_is_found_out() {
    struct Broken(Memory);
    impl Store for Broken {
        fn capabilities(&self) -> Capabilities {
            Capabilities::new().fenced()
        }
        fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
            self.0.get(key)
        }
        fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
            self.0.claim(key, token, lease)
        }
        fn fill(
            &self,
            key: &str,
            token: &[u8],
            value: &[u8],
            ttl: Option<Duration>,
        ) -> Result<bool, StoreError> {
            // In two steps, and not looking well.
            match self.0.get(key)? {
                Some(held) if held != token => Ok(false),
                _ => self.0.put(key, value, ttl).map(|()| true),
            }
        }
        fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
            self.0.put(key, value, ttl)
        }
        fn remove(&self, key: &str) -> Result<bool, StoreError> {
            self.0.remove(key)
        }
        fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
            self.0.remove_if(key, held)
        }
    }
    conformance::check(&Broken(Memory::new()), "test:f:00:");
}
