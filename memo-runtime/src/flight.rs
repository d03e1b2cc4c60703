//! The computations under way in one cache, and the fences that keep a late result out: what began
//! before `clear`, `remove`, `insert` or `refresh` is not stored after it.
//!
//! Fences go by the hash: the key itself can't be compared under the lock. A computation of another
//! key with the same 64 bits loses its store too, never its result.

/// Stands for a computation until it is finished.
#[derive(Debug)]
pub(crate) struct FlightId(u32);

#[derive(Clone, Copy)]
enum Flight {
    /// Free, and the next free one.
    Vacant(u32),
    Underway {
        hash: u64,
        fenced: bool,
    },
}

const NONE: u32 = u32::MAX;

pub(crate) struct Flights {
    slots: Vec<Flight>,
    vacant: u32,
    underway: usize,
}

impl Flights {
    pub(crate) fn new() -> Self {
        Self {
            slots: Vec::new(),
            vacant: NONE,
            underway: 0,
        }
    }

    /// A computation begins. O(1).
    pub(crate) fn begin(&mut self, hash: u64) -> FlightId {
        self.underway += 1;
        let flight = Flight::Underway {
            hash,
            fenced: false,
        };
        if let Some(Flight::Vacant(next)) = self.slots.get(self.vacant as usize).copied() {
            let id = std::mem::replace(&mut self.vacant, next);
            self.slots[id as usize] = flight;
            FlightId(id)
        } else {
            self.slots.push(flight);
            FlightId((self.slots.len() - 1) as u32)
        }
    }

    /// May the result still be stored?
    pub(crate) fn may_store(&self, flight: &FlightId) -> bool {
        matches!(
            self.slots[flight.0 as usize],
            Flight::Underway { fenced: false, .. }
        )
    }

    /// A computation has ended, whatever came of it. O(1).
    pub(crate) fn finish(&mut self, flight: FlightId) {
        self.underway -= 1;
        if self.underway == 0 {
            // A fence looks at all slots: as many as were needed since last time.
            self.slots.clear();
            self.vacant = NONE;
        } else {
            self.slots[flight.0 as usize] = Flight::Vacant(self.vacant);
            self.vacant = flight.0;
        }
    }

    /// No computation of this hash that is under way may store. O(most computations under way at once since none was).
    pub(crate) fn fence(&mut self, hash: u64) {
        self.fence_if(|other| other == hash);
    }

    /// No computation that is under way may store.
    pub(crate) fn fence_all(&mut self) {
        self.fence_if(|_| true);
    }

    fn fence_if(&mut self, concerned: impl Fn(u64) -> bool) {
        for flight in &mut self.slots {
            if let Flight::Underway { hash, fenced } = flight {
                *fenced |= concerned(*hash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_stops_what_is_under_way_and_nothing_else() {
        let mut flights = Flights::new();
        let (first, other) = (flights.begin(1), flights.begin(2));
        flights.fence(1);
        assert!(!flights.may_store(&first));
        assert!(flights.may_store(&other));
        let later = flights.begin(1);
        assert!(flights.may_store(&later));
        flights.finish(first);
        let reused = flights.begin(1);
        assert!(flights.may_store(&reused));
        assert_eq!(flights.slots.len(), 3);
        flights.fence_all();
        for flight in [other, later, reused] {
            assert!(!flights.may_store(&flight));
        }
    }

    #[test]
    fn a_fence_looks_at_no_more_than_were_needed_since_none_was_under_way() {
        let mut flights = Flights::new();
        let deep: Vec<FlightId> = (0..1000).map(|hash| flights.begin(hash)).collect();
        deep.into_iter()
            .rev()
            .for_each(|flight| flights.finish(flight));
        let one = flights.begin(7);
        assert_eq!(flights.slots.len(), 1);
        flights.fence(7);
        assert!(!flights.may_store(&one));
    }
}
