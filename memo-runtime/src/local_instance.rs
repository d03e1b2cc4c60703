//! Which instance of a method or generic function is meant, where each thread has a cache of its own:
//! as `instance.rs`, for the places of `place.rs`.

use crate::config::LocalConfig;
use crate::instance::{LISTS, list_of};
#[cfg(feature = "test-util")]
use crate::isolation;
use crate::place::{LocalSlot, OfThread, Place};
use crate::registry::{Listed, register};
use crate::trusted::type_id_of_val;
use parking_lot::Mutex;
use std::any::{Any, TypeId};
use std::cell::OnceCell;
use std::hash::BuildHasher;
use std::thread::LocalKey;

/// The caches that a thread has of all instances of one function, as [`Instances`] has them for all
/// threads.
///
/// [`Instances`]: crate::instance::Instances
pub struct LocalInstances {
    lists: [LocalLink; LISTS],
}

type LocalLink = OnceCell<Box<LocalNode>>;

struct LocalNode {
    id: TypeId,
    slot: Box<dyn Any>,
    next: LocalLink,
}

impl LocalInstances {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        let lists = [const { LocalLink::new() }; LISTS];
        Self { lists }
    }

    /// The place of an instance. A new one if this is its first use in this thread.
    #[inline]
    fn slot<K: 'static, V: 'static, S: 'static>(&self, id: TypeId) -> &LocalSlot<K, V, S> {
        let mut link = &self.lists[list_of(id)];
        while let Some(node) = link.get() {
            if let Some(slot) = node.slot_of(id) {
                return slot;
            }
            link = &node.next;
        }
        // Nothing else runs in this thread meanwhile, so that this is the end.
        let node = link.get_or_init(|| {
            Box::new(LocalNode {
                id,
                slot: Box::new(LocalSlot::<K, V, S>::new()),
                next: LocalLink::new(),
            })
        });
        node.slot_of(id).expect("a place of this type")
    }
}

impl LocalNode {
    #[inline]
    fn slot_of<P: 'static>(&self, id: TypeId) -> Option<&P> {
        (self.id == id).then(|| self.slot.downcast_ref())?
    }
}

impl Default for LocalInstances {
    fn default() -> Self {
        Self::new()
    }
}

/// One instance of a function, in all threads.
#[derive(Clone, Copy)]
pub struct LocalInstance {
    all: &'static LocalKey<LocalInstances>,
    id: TypeId,
}

impl LocalInstance {
    /// The instance that `witness`, a closure of its own, was written in.
    #[inline]
    pub fn new<F>(all: &'static LocalKey<LocalInstances>, witness: &F) -> Self {
        let id = type_id_of_val(witness);
        Self { all, id }
    }

    /// Its caches.
    #[inline]
    pub fn memo<K, V, S: BuildHasher>(
        self,
        name: &'static str,
        config: fn() -> LocalConfig<K, V, S>,
    ) -> OfThread<InstanceSite<K, V, S>> {
        OfThread(InstanceSite {
            instance: self,
            name,
            config,
        })
    }
}

/// The caches of an instance, one for each thread.
#[allow(unreachable_pub)]
pub type LocalInstanceMemo<K, V, S> = OfThread<InstanceSite<K, V, S>>;

/// The place of an instance.
pub struct InstanceSite<K: 'static, V: 'static, S: 'static> {
    instance: LocalInstance,
    name: &'static str,
    config: fn() -> LocalConfig<K, V, S>,
}

impl<K, V, S: BuildHasher> Place for InstanceSite<K, V, S> {
    type Key = K;
    type Value = V;
    type Hasher = S;

    #[inline]
    fn with_slot<R>(&self, f: impl FnOnce(Option<&LocalSlot<K, V, S>>) -> R) -> R {
        let LocalInstance { all, id } = self.instance;
        let mut f = Some(f);
        let done = all.try_with(|all| f.take().map(|f| f(Some(all.slot(id)))));
        match (done, f) {
            (Ok(Some(result)), _) => result,
            (_, Some(f)) => f(None),
            _ => unreachable!("`f` is called once"),
        }
    }
    fn config(&self) -> fn() -> LocalConfig<K, V, S> {
        self.config
    }
    fn name(&self) -> &'static str {
        self.name
    }
    fn list(&self) {
        static KNOWN: Mutex<Vec<(TypeId, &'static dyn Listed)>> = Mutex::new(Vec::new());
        let id = self.instance.id;
        let memo = {
            let mut known = KNOWN.lock();
            let memo = known.iter().find(|(other, _)| *other == id);
            memo.map(|(_, memo)| *memo).unwrap_or_else(|| {
                let memo = self.instance.memo(self.name, self.config);
                let memo: &'static dyn Listed = Box::leak(Box::new(memo));
                known.push((id, memo));
                memo
            })
        };
        register(memo);
    }
    #[cfg(feature = "test-util")]
    #[allow(private_interfaces)]
    fn identity(&self) -> isolation::Identity {
        isolation::Identity::Instance(self.instance.id)
    }
}
