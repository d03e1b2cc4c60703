//! From settings to a cache; and the settings that only memoized functions have, since only their
//! caches know what an error is, or how to compute a value again.

use crate::arena::Arena;
use crate::background::Work;
use crate::builder::{CacheBuilder, Recompute};
use crate::cache::Cache;
#[cfg(feature = "store")]
use crate::clock::Nanos;
use crate::clock::{NEVER, nanos};
use crate::events::Name;
use crate::expiry::Lifetimes;
use crate::flight::Flights;
use crate::local::LocalCache;
use crate::policy::{Policy, Touch};
use crate::recency::Recency;
use crate::refresh::Refresher;
use crate::rng::Rng;
use crate::scope::{Local, Scope, Shared};
#[cfg(feature = "store")]
use crate::store::Tier;
use crate::table::{Ledger, Table};
use std::pin::Pin;
use std::time::Duration;

/// The bound of a cache whose policy is named and whose bound isn't, as `lru_cache()`.
const DEFAULT_CAPACITY: usize = 128;

impl<K, V> CacheBuilder<K, V> {
    /// `err_ttl`: the lifetime of an `Err`, in place of what `expires` and `ttl` say; zero doesn't
    /// store it. For memoized functions only, whose caches know one.
    #[doc(hidden)]
    pub fn err_ttl(mut self, ttl: Duration) -> Self {
        self.err_ttl = Some(nanos(ttl));
        self
    }

    /// `none_ttl`: the lifetime of a `None`, likewise. For memoized functions only.
    #[doc(hidden)]
    pub fn none_ttl(mut self, ttl: Duration) -> Self {
        self.none_ttl = Some(nanos(ttl));
        self
    }

    /// `stale_if_error`: how long past its lifetime an `Ok` stands in for an `Err`, unless `tti` ends it
    /// first. For memoized functions only.
    #[doc(hidden)]
    pub fn stale_if_error(mut self, window: Duration) -> Self {
        self.stale_if_error = nanos(window);
        self
    }

    /// `refresh_after`: the age past which `compute` runs in the background. For memoized functions only.
    #[doc(hidden)]
    pub fn refresh_after(mut self, age: Duration, compute: fn(&K) -> V) -> Self {
        self.refresh = Some((nanos(age), Recompute::Sync(compute)));
        self
    }

    /// The same for an async function.
    #[doc(hidden)]
    pub fn refresh_after_async(
        mut self,
        age: Duration,
        compute: fn(K) -> Pin<Box<dyn Future<Output = V> + Send>>,
    ) -> Self {
        self.refresh = Some((nanos(age), Recompute::Async(compute)));
        self
    }

    pub(crate) fn named(mut self, name: &'static str) -> Self {
        self.name = Name::new(name);
        self
    }

    /// Stores nothing and counts nothing.
    pub(crate) fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// For an isolation: what is shared with other processes isn't.
    #[cfg(feature = "test-util")]
    pub(crate) fn isolated(self) -> Self {
        #[cfg(feature = "store")]
        let mut isolated = self;
        #[cfg(feature = "store")]
        if let Some(tier) = &mut isolated.tier {
            tier.isolate();
        }
        #[cfg(not(feature = "store"))]
        let isolated = self;
        isolated
    }

    /// Who has the cache, and does the work of its refreshes: without it there are none.
    pub(crate) fn owned_by(mut self, owner: &'static dyn Work) -> Self {
        self.owner = Some(owner);
        self
    }

    /// The cache.
    ///
    /// # Panics
    /// When settings contradict each other: [`Policy::Unbounded`] with a bound, a `max_weight`
    /// without a `weight`, [`Policy::Size`] without a `max_weight`.
    ///
    /// ```
    /// let cache = memofn::Cache::builder().capacity(10).build();
    /// cache.insert(1, 'a');
    /// ```
    #[must_use]
    pub fn build(self) -> Cache<K, V>
    where
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        self.build_for::<Shared>()
    }

    /// The cache for this thread alone: no synchronisation, and keys and values need not be `Send` or `Sync`.
    ///
    /// # Panics
    /// As [`build`](Self::build).
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// let cache = memofn::LocalCache::builder().capacity(10).build_local();
    /// cache.insert(1, Rc::new(7));
    /// assert_eq!(cache.get(&1).as_deref(), Some(&7));
    /// ```
    #[must_use]
    pub fn build_local(self) -> LocalCache<K, V> {
        LocalCache::of(self.build_for::<Local>())
    }

    /// The cache, for whoever shares it.
    pub(crate) fn build_for<S: Scope>(self) -> Cache<K, V, S> {
        let mut bounds = self.bounds;
        let bounded = bounds.capacity.is_some() || bounds.max_weight.is_some();
        let policy = match self.policy {
            None if bounded => Policy::Lru,
            None => Policy::Unbounded,
            Some(policy) => policy,
        };
        if policy == Policy::Unbounded {
            assert!(
                !bounded,
                "policy `unbounded` contradicts a bound: name another policy, or none"
            );
        } else if !bounded {
            bounds.capacity = Some(DEFAULT_CAPACITY);
        }
        assert!(
            bounds.max_weight.is_none() || self.weigher.is_some(),
            "`max_weight` needs to know what an entry weighs: add `.weight(memofn::weight_of)` for bytes"
        );
        assert!(
            policy != Policy::Size || bounds.max_weight.is_some(),
            "policy `size` evicts by weight: it needs `max_weight`"
        );
        let refresh = self.refresh.zip(self.owner);
        let (ttl, jitter) = (self.ttl, self.jitter);
        #[cfg(feature = "store")]
        let (ttl, jitter, tier) = split(ttl, jitter, self.tier.filter(|_| !self.disabled));
        #[cfg(feature = "store")]
        let has_store = tier.is_some();
        #[cfg(not(feature = "store"))]
        let has_store = false;
        let lifetimes = Lifetimes {
            ttl,
            tti: self.tti,
            jitter,
            expires: self.expires.is_some(),
            err_ttl: self.err_ttl,
            none_ttl: self.none_ttl,
            stale_if_error: self.stale_if_error,
            refresh_after: refresh.as_ref().map_or(NEVER, |((age, _), _)| *age),
            ..Lifetimes::default()
        };
        let lifetimes = lifetimes.with_clock();
        let rng = self.seed.map_or_else(Rng::unpredictable, Rng::seeded);
        let mut table = Table::new(policy, lifetimes, bounds, rng);
        table.listened = self.on_evict.is_some();
        let (touch, columns) = (table.touch(), table.columns());
        let scope = S::new();
        let ledger = Ledger::new(table, Flights::new(scope.number()));
        let mut arena = Arena::new(scope, &columns, ledger);
        arena.listen(self.on_evict);
        if let Some(capacity) = bounds.capacity {
            arena.lock().parts().0.expect(capacity);
        }
        Cache {
            keys: self.keys,
            outcomes: self.outcomes,
            weigher: self.weigher,
            cache_if: self.cache_if,
            expires: self.expires,
            max_weight: bounds.max_weight,
            refresher: refresh
                .map(|((_, compute), owner)| Box::new(Refresher::new(compute, owner))),
            #[cfg(feature = "store")]
            tier,
            single_flight: S::CONCURRENT
                && self.single_flight != Some(false)
                && (has_store || bounds.capacity != Some(0)),
            max_wait: self.max_wait,
            recurses: false.into(),
            name: self.name,
            lifetimes,
            touch: if lifetimes.limited() {
                Touch::More
            } else {
                touch
            },
            has_order: touch != Touch::Nothing,
            recency: Recency::new(),
            open: (has_store
                || bounds.capacity != Some(0) && !lifetimes.is_zero() && !self.disabled)
                .into(),
            disabled: self.disabled,
            arena,
        }
    }
}

/// With a store, the lifetime is that of results in the store, and those before it have their own.
#[cfg(feature = "store")]
fn split<K, V>(
    ttl: Nanos,
    jitter: f64,
    tier: Option<Box<Tier<K, V>>>,
) -> (Nanos, f64, Option<Box<Tier<K, V>>>) {
    match tier {
        None => (ttl, jitter, None),
        Some(mut tier) => {
            (tier.ttl, tier.jitter) = (ttl, jitter);
            (tier.local_ttl.unwrap_or(NEVER), 0.0, Some(tier))
        }
    }
}
