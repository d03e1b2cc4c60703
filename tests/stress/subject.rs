//! What the caches of these tests are about: texts that tell which key they belong to, and that
//! are counted as long as they live; hashers that collide.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

pub(crate) type Living = Arc<AtomicI64>;

/// A value; the text is on the heap, so that use after free has something to hit.
pub(crate) struct Text {
    text: String,
    living: Living,
}

impl Text {
    pub(crate) fn of(key: &str, living: &Living) -> Self {
        living.fetch_add(1, Relaxed);
        Self {
            text: format!("what {key} is about"),
            living: Arc::clone(living),
        }
    }

    #[track_caller]
    pub(crate) fn check(&self, key: &str) {
        let about = self.text.strip_prefix("what ");
        let about = about.and_then(|text| text.strip_suffix(" is about"));
        assert_eq!(about, Some(key), "the value of another key");
    }
}

impl Clone for Text {
    fn clone(&self) -> Self {
        self.living.fetch_add(1, Relaxed);
        Self {
            text: self.text.clone(),
            living: Arc::clone(&self.living),
        }
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        self.living.fetch_sub(1, Relaxed);
    }
}

/// Of so many different hashes.
#[derive(Clone)]
pub(crate) struct Crowded(pub(crate) u64);

pub(crate) struct CrowdedHasher {
    sum: u64,
    hashes: u64,
}

impl BuildHasher for Crowded {
    type Hasher = CrowdedHasher;
    fn build_hasher(&self) -> CrowdedHasher {
        CrowdedHasher {
            sum: 0,
            hashes: self.0,
        }
    }
}

impl Hasher for CrowdedHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.sum = self.sum.wrapping_mul(31) + u64::from(*byte);
        }
    }
    fn finish(&self) -> u64 {
        self.sum % self.hashes
    }
}
