//! What stands behind a cache's lock: the slots with the entries, the index, the policy, the order
//! of expiry, the computations under way. Nothing in here runs user code: keys are not compared,
//! and what leaves is handed out, to be dropped when the lock is free again.

use crate::clock::Nanos;
use crate::entry::{Entries, Entry, EntryId, Header, Touch, Words};
use crate::expiry::{Expiry, Lifetimes};
use crate::flight::Flights;
use crate::index::Index;
use crate::policy::{Evict, Policy};
use crate::recency::Recency;
use crate::rng::Rng;
use crate::stats::Stats;
use std::sync::Arc;

pub(crate) type Shared<K, V> = Arc<Entry<K, V>>;

/// Entries taken out under the lock, to be dropped without it.
pub(crate) type Departed<K, V> = Vec<Shared<K, V>>;

/// Most entries that leave before the lock is freed and they are dropped.
const BATCH: usize = 64;
/// Least weight of a batch that is too heavy to go on without dropping it.
const BATCH_WEIGHT: u64 = 1 << 20;
/// How many expired entries each store pays for.
const SWEEP: usize = 4;

/// Most entries of any cache: slots are numbered in 32 bits.
const MAX_ENTRIES: usize = EntryId::MAX as usize - 1;

/// The bounds in force.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) capacity: Option<usize>,
    pub(crate) max_weight: Option<u64>,
}

/// What came of making room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// The entry fits.
    Made,
    /// Not yet: what has left so far is to be dropped without the lock, then it goes on.
    DropFirst,
    /// The entry can't fit, whatever leaves.
    Never,
}

struct Slots<K, V> {
    slots: Vec<Option<Shared<K, V>>>,
    vacant: Vec<EntryId>,
}

impl<K, V> Entries for Slots<K, V> {
    fn header(&self, id: EntryId) -> Option<&Header> {
        Some(&self.slots.get(id as usize)?.as_ref()?.header)
    }
}

pub(crate) struct Table<K, V> {
    entries: Slots<K, V>,
    len: usize,
    weight: u64,
    serials: u64,
    index: Index,
    kind: Policy,
    policy: Box<dyn Evict>,
    expiry: Expiry,
    pub(crate) bounds: Bounds,
    pub(crate) flights: Flights,
    rng: Rng,
}

impl<K, V> Table<K, V> {
    pub(crate) fn new(policy: Policy, lifetimes: Lifetimes, bounds: Bounds, mut rng: Rng) -> Self {
        Self {
            entries: Slots {
                slots: Vec::new(),
                vacant: Vec::new(),
            },
            len: 0,
            weight: 0,
            serials: 0,
            index: Index::default(),
            kind: policy,
            policy: policy.start(Rng::seeded(rng.next())),
            expiry: Expiry::new(lifetimes),
            bounds,
            flights: Flights::new(),
            rng,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn policy(&self) -> Policy {
        self.kind
    }

    /// What a hit has to write.
    pub(crate) fn touch(&self) -> Touch {
        self.policy.touch()
    }

    pub(crate) fn weight(&self) -> u64 {
        self.weight
    }

    /// The entries with this hash.
    #[inline]
    pub(crate) fn with_hash(&self, hash: u64) -> impl Iterator<Item = (EntryId, &Shared<K, V>)> {
        let candidates = self.index.candidates(hash);
        candidates.filter_map(move |id| {
            let entry = self.entries.slots[id as usize].as_ref()?;
            (entry.header.hash == hash).then_some((id, entry))
        })
    }

    /// All entries.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Shared<K, V>> {
        self.entries.slots.iter().flatten()
    }

    /// The entry with this serial number, if it is still there.
    pub(crate) fn find(&self, hash: u64, serial: u64) -> Option<&Shared<K, V>> {
        let mut entries = self.with_hash(hash).map(|(_, entry)| entry);
        entries.find(|entry| entry.header.serial == serial)
    }

    /// Takes out the entry with this serial number, if it is still there.
    pub(crate) fn take(&mut self, hash: u64, serial: u64) -> Option<Shared<K, V>> {
        let mut found = self.with_hash(hash);
        let (id, _) = found.find(|(_, entry)| entry.header.serial == serial)?;
        drop(found);
        self.unlink(id)
    }

    fn unlink(&mut self, id: EntryId) -> Option<Shared<K, V>> {
        let entry = self.entries.slots[id as usize].take()?;
        self.entries.vacant.push(id);
        self.index.remove(entry.header.hash, id);
        self.len -= 1;
        self.weight -= entry.header.weight;
        self.policy.forget(id, &self.entries);
        self.expiry.forget(&self.entries);
        Some(entry)
    }

    /// Makes room for an entry of this weight: expired entries leave first, then those that the
    /// policy chooses. With `same` it will take the place of the entry with that serial number, which
    /// counts as gone already; if the policy chooses that very one, it isn't evicted but replaced.
    pub(crate) fn make_room(
        &mut self,
        entry: &Header,
        same: Option<u64>,
        now: Nanos,
        departed: &mut Departed<K, V>,
        stats: &Stats,
    ) -> Room {
        let (hash, weight) = (entry.hash, entry.weight);
        let fits = |table: &Self| match same.and_then(|serial| table.find(hash, serial)) {
            Some(old) => table.fits(0, weight, old.header.weight),
            None => table.fits(1, weight, 0),
        };
        self.leave_until(fits, same, now, departed, stats)
    }

    /// Lets a batch of entries leave towards a lower bound on their number, which is in force as far
    /// as it is reached. `true`: it is reached.
    pub(crate) fn shrink(
        &mut self,
        capacity: usize,
        now: Nanos,
        departed: &mut Departed<K, V>,
        stats: &Stats,
    ) -> bool {
        let room = self.leave_until(|table| table.len <= capacity, None, now, departed, stats);
        self.bounds.capacity = Some(capacity.max(self.len));
        room != Room::DropFirst
    }

    fn leave_until(
        &mut self,
        done: impl Fn(&Self) -> bool,
        same: Option<u64>,
        now: Nanos,
        departed: &mut Departed<K, V>,
        stats: &Stats,
    ) -> Room {
        let mut batch = 0;
        while !done(self) {
            let expired = self.expiry.expired(now, &self.entries);
            let Some(id) = expired.or_else(|| self.policy.victim(&self.entries)) else {
                return Room::Never;
            };
            let Some(header) = self.entries.header(id) else {
                return Room::Never;
            };
            let (weight, serial) = (header.weight, header.serial);
            let heavy = !departed.is_empty() && batch + weight > self.batch_weight();
            if departed.len() >= BATCH || heavy {
                return Room::DropFirst;
            }
            match (expired, same == Some(serial)) {
                (Some(_), _) => stats.expired(),
                (None, false) => stats.evicted(),
                (None, true) => {}
            }
            batch += weight;
            departed.extend(self.unlink(id));
        }
        Room::Made
    }

    fn batch_weight(&self) -> u64 {
        BATCH_WEIGHT.max(self.bounds.max_weight.unwrap_or(0) / 16)
    }

    /// Do the bounds hold with so many entries more, and this weight in place of that?
    fn fits(&self, entries: usize, weight: u64, in_place_of: u64) -> bool {
        let Bounds {
            capacity,
            max_weight,
        } = self.bounds;
        let len = self.len + entries;
        let others = self.weight - in_place_of;
        len <= MAX_ENTRIES
            && capacity.is_none_or(|capacity| len <= capacity)
            && max_weight.is_none_or(|max| weight <= max && others <= max - weight)
    }

    /// Adds an entry for which there is room, and lets a few expired ones leave. `uses`: how often
    /// its key was used before, in an entry that it replaces.
    pub(crate) fn store(
        &mut self,
        mut entry: Shared<K, V>,
        uses: u64,
        now: Nanos,
        recency: &Recency,
        departed: &mut Departed<K, V>,
        stats: &Stats,
    ) {
        for _ in departed.len()..BATCH.min(departed.len() + SWEEP) {
            match self.expire_one(now, stats) {
                Some(entry) => departed.push(entry),
                None => break,
            }
        }
        // Nobody else has it yet.
        let Some(Entry { header, .. }) = Arc::get_mut(&mut entry) else {
            return;
        };
        self.serials += 1;
        header.serial = self.serials;
        header.deadline = self.expiry.lifetimes().deadline(now, &mut self.rng);
        header.words = Words {
            stamp: recency.issue().into(),
            count: (uses + 1).into(),
            used_at: now.into(),
        };
        let hash = entry.header.hash;
        self.weight += entry.header.weight;
        self.len += 1;
        let id = if let Some(id) = self.entries.vacant.pop() {
            self.entries.slots[id as usize] = Some(entry);
            id
        } else {
            self.entries.slots.push(Some(entry));
            (self.entries.slots.len() - 1) as EntryId
        };
        self.index.insert(hash, id);
        self.policy.admit(id, &self.entries);
        self.expiry.admit(id, &self.entries);
    }

    /// Lets expired entries leave, a batch at most. `true` if that was all of them.
    pub(crate) fn sweep(
        &mut self,
        now: Nanos,
        departed: &mut Departed<K, V>,
        stats: &Stats,
    ) -> bool {
        while departed.len() < BATCH {
            match self.expire_one(now, stats) {
                Some(entry) => departed.push(entry),
                None => return true,
            }
        }
        false
    }

    fn expire_one(&mut self, now: Nanos, stats: &Stats) -> Option<Shared<K, V>> {
        let id = self.expiry.expired(now, &self.entries)?;
        let entry = self.unlink(id)?;
        stats.expired();
        Some(entry)
    }

    /// Empties the table; what was in it is handed out, and no computation under way may store.
    pub(crate) fn clear(&mut self) -> Self {
        self.flights.fence_all();
        let rng = Rng::seeded(self.rng.next());
        let fresh = Self::new(self.kind, *self.expiry.lifetimes(), self.bounds, rng);
        let mut old = std::mem::replace(self, fresh);
        std::mem::swap(&mut self.flights, &mut old.flights);
        self.serials = old.serials;
        old
    }

    /// Gives a table whose policy keeps no order another policy.
    pub(crate) fn hand_over_to(&mut self, policy: Policy) {
        self.kind = policy;
        self.policy = policy.start(Rng::seeded(self.rng.next()));
        let mut ids: Vec<(u64, EntryId)> = (0..self.entries.slots.len() as EntryId)
            .filter_map(|id| Some((self.entries.header(id)?.serial, id)))
            .collect();
        ids.sort_unstable();
        for (_, id) in ids {
            self.policy.admit(id, &self.entries);
        }
    }
}
