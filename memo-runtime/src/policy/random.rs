//! Any entry leaves, each with the same chance: no order to keep, no pattern of calls that defeats
//! it. The ids stand in one array; the last one fills the place of one that leaves.

use super::Evict;
use crate::arena::{EntryId, Slots};
use crate::rng::Rng;

pub(super) struct Random {
    ids: Vec<EntryId>,
    /// Where an id stands in `ids`, by id.
    places: Vec<u32>,
    rng: Rng,
}

impl Random {
    pub(super) fn new(rng: Rng) -> Self {
        Self {
            ids: Vec::new(),
            places: Vec::new(),
            rng,
        }
    }
}

impl Evict for Random {
    fn admit(&mut self, id: EntryId, _: &Slots) {
        let slot = id as usize;
        if slot >= self.places.len() {
            self.places.resize(slot + 1, 0);
        }
        self.places[slot] = self.ids.len() as u32;
        self.ids.push(id);
    }

    fn victim(&mut self, _: &Slots) -> Option<EntryId> {
        let len = self.ids.len() as u64;
        (len > 0).then(|| self.ids[self.rng.below(len) as usize])
    }

    fn forget(&mut self, id: EntryId, _: &Slots) {
        let place = self.places[id as usize];
        self.ids.swap_remove(place as usize);
        if let Some(&moved) = self.ids.get(place as usize) {
            self.places[moved as usize] = place;
        }
    }
}
