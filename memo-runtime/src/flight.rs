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

use crate::joined::Joined;
use crate::waits::Node;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Stands for a computation until it is finished.
#[derive(Debug)]
pub(crate) struct FlightId(u32);

struct Flight<K, V> {
    hash: u64,
    serial: u64,
    fenced: bool,
    key: FlightKey<K, V>,
}

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

/// Slots up to which all are looked at.
const FEW: usize = 16;

pub(crate) struct Flights<K, V> {
    /// The cache's number, for the wait graph.
    cache: usize,
    slots: Vec<Option<Flight<K, V>>>,
    vacant: Vec<u32>,
    underway: usize,
    serial: u64,
    /// Those under way by their hash, once there were many.
    by_hash: Option<BTreeSet<(u64, u32)>>,
}

impl<K, V> Flights<K, V> {
    pub(crate) fn new(cache: usize) -> Self {
        Self {
            cache,
            slots: Vec::new(),
            vacant: Vec::new(),
            underway: 0,
            serial: 0,
            by_hash: None,
        }
    }

    /// A computation begins; with a key, others may join it. O(1), or O(log n) beside many others.
    #[inline(always)]
    pub(crate) fn begin(&mut self, hash: u64, key: Option<K>) -> (FlightId, Node) {
        self.underway += 1;
        self.serial += 1;
        let node = Node::new(self.cache, self.serial);
        let flight = Flight {
            hash,
            serial: self.serial,
            fenced: false,
            key: key.map_or(FlightKey::None, FlightKey::Alone),
        };
        let id = match self.vacant.pop() {
            Some(id) => {
                self.slots[id as usize] = Some(flight);
                id
            }
            None => {
                self.slots.push(Some(flight));
                (self.slots.len() - 1) as u32
            }
        };
        if self.slots.len() > FEW {
            self.index(hash, id);
        }
        (FlightId(id), node)
    }

    #[cold]
    fn index(&mut self, hash: u64, id: u32) {
        if let Some(by_hash) = &mut self.by_hash {
            by_hash.insert((hash, id));
            return;
        }
        let slots = (0..).zip(&self.slots);
        let all = slots.filter_map(|(id, flight)| Some((flight.as_ref()?.hash, id)));
        self.by_hash = Some(all.collect());
    }

    fn get(&self, flight: &FlightId) -> Option<&Flight<K, V>> {
        self.slots[flight.0 as usize].as_ref()
    }

    /// Is none under way?
    #[cfg(feature = "test-util")]
    pub(crate) fn is_idle(&self) -> bool {
        self.underway == 0
    }

    /// May the result still be stored?
    pub(crate) fn may_store(&self, flight: &FlightId) -> bool {
        self.get(flight).is_some_and(|flight| !flight.fenced)
    }

    /// Has somebody been compared with it?
    pub(crate) fn is_joined(&self, flight: &FlightId) -> bool {
        let key = self.get(flight).map(|flight| &flight.key);
        matches!(key, Some(FlightKey::Joined(_)))
    }

    /// A computation has ended, whatever came of it. O(1), or O(log n) beside many others.
    #[inline]
    pub(crate) fn finish(&mut self, flight: FlightId) -> Ended<K, V> {
        let id = flight.0;
        let Some(flight) = self.slots[id as usize].take() else {
            return Ended::Nothing;
        };
        self.underway -= 1;
        if self.underway == 0 {
            // What looks at all slots looks at as many as were needed since last time.
            self.slots.clear();
            self.vacant.clear();
            self.by_hash = None;
        } else {
            self.vacant.push(id);
            if let Some(by_hash) = &mut self.by_hash {
                by_hash.remove(&(flight.hash, id));
            }
        }
        match flight.key {
            FlightKey::None => Ended::Nothing,
            FlightKey::Alone(key) => Ended::Key(key),
            FlightKey::Joined(joined) => Ended::Joined(joined),
        }
    }

    /// The slots of the flights with this hash. O(log n + those).
    fn with_hash(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let few = self.by_hash.is_none().then(|| {
            (0..)
                .zip(&self.slots)
                .filter(move |(_, flight)| {
                    flight.as_ref().is_some_and(|flight| flight.hash == hash)
                })
                .map(|(id, _)| id)
        });
        let many = self.by_hash.as_ref().map(|by_hash| {
            let range = by_hash.range((hash, 0)..=(hash, u32::MAX));
            range.map(|(_, id)| *id)
        });
        few.into_iter().flatten().chain(many.into_iter().flatten())
    }

    /// Is there a flight with this hash?
    #[inline]
    pub(crate) fn may_have(&self, hash: u64) -> bool {
        self.underway > 0 && self.with_hash(hash).next().is_some()
    }

    /// The flights with this hash that may be joined and aren't among `known`, for comparison.
    pub(crate) fn candidates(&mut self, hash: u64, known: &[Node]) -> Vec<Arc<Joined<K, V>>> {
        if !self.may_have(hash) {
            return Vec::new();
        }
        let joinable = self.with_hash(hash).filter(|id| {
            let flight = self.slots[*id as usize].as_ref();
            flight.is_some_and(|flight| {
                !flight.fenced
                    && !matches!(flight.key, FlightKey::None)
                    && !known.contains(&Node::new(self.cache, flight.serial))
            })
        });
        // Mostly none: no allocation.
        let joinable: Vec<u32> = joinable.collect();
        let joined = joinable.into_iter().map(|id| self.join(id));
        joined.flatten().collect()
    }

    /// Moves a flight's key to where it can be read without the lock.
    pub(crate) fn share(&mut self, flight: &FlightId) -> Option<Arc<Joined<K, V>>> {
        self.join(flight.0)
    }

    fn join(&mut self, id: u32) -> Option<Arc<Joined<K, V>>> {
        let flight = self.slots[id as usize].as_mut()?;
        let node = Node::new(self.cache, flight.serial);
        match std::mem::replace(&mut flight.key, FlightKey::None) {
            FlightKey::None => None,
            FlightKey::Alone(key) => {
                let joined = Arc::new(Joined::new(key, node));
                flight.key = FlightKey::Joined(Arc::clone(&joined));
                Some(joined)
            }
            FlightKey::Joined(joined) => {
                flight.key = FlightKey::Joined(Arc::clone(&joined));
                Some(joined)
            }
        }
    }

    /// No computation of this hash that is under way may store, or be joined. O(log n + those).
    pub(crate) fn fence(&mut self, hash: u64) {
        if self.underway == 0 {
            return;
        }
        let concerned: Vec<u32> = self.with_hash(hash).collect();
        for id in concerned {
            if let Some(flight) = &mut self.slots[id as usize] {
                flight.fenced = true;
            }
        }
    }

    /// No computation that is under way may store, or be joined. O(most computations under way at once since none was).
    pub(crate) fn fence_all(&mut self) {
        for flight in self.slots.iter_mut().flatten() {
            flight.fenced = true;
        }
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
        assert_eq!(flights.slots.len(), 3);
        flights.fence_all();
        for flight in [other, later, reused] {
            assert!(!flights.may_store(&flight));
        }
    }

    #[test]
    fn a_fence_looks_at_no_more_than_were_needed_since_none_was_under_way() {
        let mut flights = Plain::new(0);
        let deep: Vec<FlightId> = (0..1000).map(|hash| begin(&mut flights, hash)).collect();
        assert_eq!(flights.with_hash(700).count(), 1);
        for flight in deep.into_iter().rev() {
            assert!(matches!(flights.finish(flight), Ended::Key(_)));
        }
        let one = begin(&mut flights, 7);
        assert_eq!(flights.slots.len(), 1);
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
