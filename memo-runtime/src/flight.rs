//! The computations under way in one cache: who may join one, and the fences that keep a late result
//! out: what began before `clear`, `remove`, `insert` or `refresh` is not stored after it, and isn't
//! joined by who comes after it.
//!
//! Fences go by the hash: the key itself can't be compared under the lock. A computation of another
//! key with the same 64 bits loses its store too, never its result.
//!
//! A flight that may be joined has its key in here, so that others can be compared with it. Mostly
//! nobody comes, and the key goes from here into its entry; only the first who has to be compared
//! moves it into a [`Joined`], which outlives the lock.

use crate::heads::Heads;
use crate::joined::Joined;
use crate::waits::Node;
use std::sync::Arc;

/// Stands for a computation until it is finished.
#[derive(Debug)]
pub(crate) struct FlightId(u32);

enum FlightKey<K, V> {
    /// Nobody may join.
    None,
    Alone(K),
    Joined(Arc<Joined<K, V>>),
}

/// What is left of a computation that has ended. To be dropped without the lock.
pub(crate) enum Ended<K, V> {
    /// Its key is elsewhere.
    Nothing,
    /// Nobody has joined.
    Key(K),
    /// Somebody may be waiting for its result.
    Joined(Arc<Joined<K, V>>),
}

pub(crate) struct Flights<K, V> {
    /// The cache's number, for the wait graph.
    cache: usize,
    heads: Heads,
    /// In the same slots.
    keys: Vec<FlightKey<K, V>>,
}

impl<K, V> Flights<K, V> {
    pub(crate) fn new(cache: usize) -> Self {
        Self {
            cache,
            heads: Heads::default(),
            keys: Vec::new(),
        }
    }

    /// A computation begins; with a key, others may join it. O(1), or O(log n) beside many others.
    #[inline(always)]
    pub(crate) fn begin(&mut self, hash: u64, key: Option<K>) -> (FlightId, Node) {
        let (id, serial) = self.heads.begin(hash);
        let key = match key {
            Some(key) => FlightKey::Alone(key),
            None => FlightKey::None,
        };
        match self.keys.get_mut(id as usize) {
            Some(slot) => *slot = key,
            None => self.keys.push(key),
        }
        (FlightId(id), Node::new(self.cache, serial))
    }

    /// Is none under way?
    #[cfg(feature = "test-util")]
    pub(crate) fn is_idle(&self) -> bool {
        self.heads.is_idle()
    }

    /// May the result still be stored?
    pub(crate) fn may_store(&self, flight: &FlightId) -> bool {
        self.heads.get(flight.0).is_some_and(|head| !head.fenced)
    }

    /// Has somebody been compared with it?
    pub(crate) fn is_joined(&self, flight: &FlightId) -> bool {
        matches!(self.keys[flight.0 as usize], FlightKey::Joined(_))
    }

    /// A computation has ended, whatever came of it. O(1), or O(log n) beside many others.
    #[inline]
    pub(crate) fn finish(&mut self, flight: FlightId) -> Ended<K, V> {
        let id = flight.0;
        self.heads.end(id);
        let key = std::mem::replace(&mut self.keys[id as usize], FlightKey::None);
        if self.heads.is_idle() {
            self.keys.clear();
        }
        match key {
            FlightKey::None => Ended::Nothing,
            FlightKey::Alone(key) => Ended::Key(key),
            FlightKey::Joined(joined) => Ended::Joined(joined),
        }
    }

    /// Is there a flight with this hash?
    #[inline]
    pub(crate) fn may_have(&self, hash: u64) -> bool {
        !self.heads.is_idle() && self.heads.with_hash(hash, 0).is_some()
    }

    /// The flights with this hash that may be joined and aren't among `known`, for comparison.
    pub(crate) fn candidates(&mut self, hash: u64, known: &[Node]) -> Vec<Arc<Joined<K, V>>> {
        // Mostly none: no allocation.
        let mut candidates = Vec::new();
        if self.heads.is_idle() {
            return candidates;
        }
        let mut from = 0;
        while let Some(id) = self.heads.with_hash(hash, from) {
            if self.may_join(id, known) {
                candidates.extend(self.join(id));
            }
            from = id + 1;
        }
        candidates
    }

    fn may_join(&self, id: u32, known: &[Node]) -> bool {
        match self.heads.get(id) {
            Some(head) => !head.fenced && !known.contains(&Node::new(self.cache, head.serial)),
            None => false,
        }
    }

    /// Moves a flight's key to where it can be read without the lock.
    pub(crate) fn share(&mut self, flight: &FlightId) -> Option<Arc<Joined<K, V>>> {
        self.join(flight.0)
    }

    fn join(&mut self, id: u32) -> Option<Arc<Joined<K, V>>> {
        let node = Node::new(self.cache, self.heads.get(id)?.serial);
        let slot = &mut self.keys[id as usize];
        match std::mem::replace(slot, FlightKey::None) {
            FlightKey::None => None,
            FlightKey::Alone(key) => {
                let joined = Arc::new(Joined::new(key, node));
                *slot = FlightKey::Joined(Arc::clone(&joined));
                Some(joined)
            }
            FlightKey::Joined(joined) => {
                *slot = FlightKey::Joined(Arc::clone(&joined));
                Some(joined)
            }
        }
    }

    /// No computation of this hash that is under way may store, or be joined. O(log n × those).
    pub(crate) fn fence(&mut self, hash: u64) {
        self.heads.fence(hash);
    }

    /// No computation that is under way may store, or be joined. O(most computations under way at once since none was).
    pub(crate) fn fence_all(&mut self) {
        self.heads.fence_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Plain = Flights<u32, ()>;

    fn begin(flights: &mut Plain, hash: u64) -> FlightId {
        flights.begin(hash, Some(hash as u32)).0
    }

    #[test]
    fn a_fence_stops_what_is_under_way_and_nothing_else() {
        let mut flights = Plain::new(0);
        let (first, other) = (begin(&mut flights, 1), begin(&mut flights, 2));
        flights.fence(1);
        assert!(!flights.may_store(&first));
        assert!(flights.may_store(&other));
        assert!(flights.candidates(1, &[]).is_empty());
        let later = begin(&mut flights, 1);
        assert!(flights.may_store(&later));
        flights.finish(first);
        let reused = begin(&mut flights, 1);
        assert!(flights.may_store(&reused));
        assert_eq!(flights.heads.slots(), 3);
        flights.fence_all();
        for flight in [other, later, reused] {
            assert!(!flights.may_store(&flight));
        }
    }

    #[test]
    fn a_fence_looks_at_no_more_than_were_needed_since_none_was_under_way() {
        let mut flights = Plain::new(0);
        let deep: Vec<FlightId> = (0..1000).map(|hash| begin(&mut flights, hash)).collect();
        assert_eq!(flights.heads.with_hash(700, 0), Some(700));
        assert_eq!(flights.heads.with_hash(700, 701), None);
        for flight in deep.into_iter().rev() {
            assert!(matches!(flights.finish(flight), Ended::Key(_)));
        }
        let one = begin(&mut flights, 7);
        assert_eq!(flights.heads.slots(), 1);
        flights.fence(7);
        assert!(!flights.may_store(&one));
    }

    #[test]
    fn only_flights_with_the_hash_that_are_not_known_are_compared() {
        let mut flights = Plain::new(0);
        for many in [false, true] {
            let others = if many { 100 } else { 2 };
            let others: Vec<FlightId> = (2..2 + others)
                .map(|hash| begin(&mut flights, hash))
                .collect();
            let quiet = flights.begin(1, None).0;
            let flight = begin(&mut flights, 1);
            let found = flights.candidates(1, &[]);
            assert_eq!(
                found.iter().map(|joined| joined.key).collect::<Vec<_>>(),
                [1]
            );
            assert!(flights.is_joined(&flight) && !flights.is_joined(&others[0]));
            assert!(flights.candidates(1, &[found[0].node]).is_empty());
            assert!(matches!(flights.finish(flight), Ended::Joined(_)));
            assert!(matches!(flights.finish(quiet), Ended::Nothing));
            others
                .into_iter()
                .for_each(|flight| drop(flights.finish(flight)));
        }
    }
}
