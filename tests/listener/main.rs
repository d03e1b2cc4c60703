//! `on_evict`: each entry that has left is told once, with the right cause, by the call that made it
//! leave, without a lock.

#![allow(clippy::type_complexity)]

mod attribute;
mod causes;
mod crowd;
mod user_code;

use memofn::{Cache, CacheBuilder, Cause, LocalCache, Scope};
use std::sync::{Arc, Mutex};

type Entry = (u32, u32, Cause);

/// What a listener was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Entry>>>);

impl Told {
    /// A cache's settings, with a listener that writes down what it is told.
    fn by(&self, builder: CacheBuilder<u32, u32>) -> CacheBuilder<u32, u32> {
        let told = self.clone();
        builder.on_evict(move |key, value, cause| told.note(*key, *value, cause))
    }

    fn note(&self, key: u32, value: u32, cause: Cause) {
        self.0.lock().unwrap().push((key, value, cause));
    }

    /// What came since this was last asked, in order of the keys.
    fn take(&self) -> Vec<Entry> {
        let mut told = std::mem::take(&mut *self.0.lock().unwrap());
        told.sort_by_key(|(key, value, _)| (*key, *value));
        told
    }
}

/// A test that is run with a cache for all threads and with one of this thread.
trait InBothScopes {
    fn run<S: Scope>(self, cache: &Cache<u32, u32, S>, told: &Told);

    fn with(self, settings: impl Fn(CacheBuilder<u32, u32>) -> CacheBuilder<u32, u32>)
    where
        Self: Sized + Copy,
    {
        let told = Told::default();
        self.run(&told.by(settings(Cache::builder())).build(), &told);
        let told = Told::default();
        let local = told.by(settings(LocalCache::builder())).build_local();
        self.run(&local, &told);
    }
}

/// Writes such a test as a closure would be, which can't be generic.
#[macro_export]
macro_rules! in_both_scopes {
    ($settings:expr, |$cache:ident, $told:ident| $body:block) => {{
        #[derive(Clone, Copy)]
        struct Test;
        impl $crate::InBothScopes for Test {
            fn run<S: memofn::Scope>(
                self,
                $cache: &memofn::Cache<u32, u32, S>,
                $told: &$crate::Told,
            ) $body
        }
        $crate::InBothScopes::with(Test, $settings);
    }};
}
