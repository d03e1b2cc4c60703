//! How a function comes to its store: the attribute's options.

use super::codec::{AllWritten, Codec};
use super::key::Site;
use super::line::Line;
use super::tier::Tier;
use super::{AsyncStore, Store};
use crate::builder::CacheBuilder;
use crate::clock::nanos;
use crate::events::Name;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Duration;

/// How long results are kept before the store if nothing is said.
const LOCAL_TTL: Duration = Duration::from_secs(5);

impl<K, V> CacheBuilder<K, V> {
    /// `store`: results are kept in a store, too. For memoized functions only.
    ///
    /// # Panics
    /// When another function has the name.
    #[doc(hidden)]
    pub fn store(
        mut self,
        store: &'static dyn Store,
        site: Site,
        written: impl AllWritten<K> + 'static,
        codec: Codec<V>,
    ) -> Self {
        let line = Line::new(store, None, Name::new(site.name));
        self.tier = Some(Box::new(Tier::new(line, &site, Box::new(written), codec)));
        self
    }

    /// The same for an async function.
    ///
    /// # Panics
    /// When another function has the name.
    #[doc(hidden)]
    pub fn store_async<T: AsyncStore>(
        mut self,
        store: &'static T,
        site: Site,
        written: impl AllWritten<K> + 'static,
        codec: Codec<V>,
    ) -> Self {
        let line = Line::new(store, Some(store), Name::new(site.name));
        self.tier = Some(Box::new(Tier::new(line, &site, Box::new(written), codec)));
        self
    }

    /// `local`: results are kept in the cache before the store, for so long. After the store.
    #[doc(hidden)]
    pub fn local(mut self, ttl: Option<Duration>) -> Self {
        if let Some(tier) = &mut self.tier {
            tier.local_ttl = Some(nanos(ttl.unwrap_or(LOCAL_TTL)));
            if tier.line.capabilities.has_invalidations() {
                tier.heard = Some(Mutex::new(HashMap::new()));
            }
        }
        self
    }
}
