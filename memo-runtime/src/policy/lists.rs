//! Queues of ids that an id can leave from the middle of, and change: linked lists over one array, nine
//! bytes an entry. An id stands in one of `N` lists, or in none.

use crate::arena::EntryId;

/// No id.
const NONE: EntryId = EntryId::MAX;
/// In no list.
const NOWHERE: u8 = u8::MAX;

#[derive(Clone, Copy)]
struct Links {
    newer: EntryId,
    older: EntryId,
}

#[derive(Clone, Copy)]
struct Ends {
    newest: EntryId,
    oldest: EntryId,
    len: usize,
}

pub(super) struct Lists<const N: usize> {
    links: Vec<Links>,
    /// In which list an id stands.
    places: Vec<u8>,
    ends: [Ends; N],
}

impl<const N: usize> Lists<N> {
    pub(super) fn new() -> Self {
        let empty = Ends {
            newest: NONE,
            oldest: NONE,
            len: 0,
        };
        Self {
            links: Vec::new(),
            places: Vec::new(),
            ends: [empty; N],
        }
    }

    pub(super) fn len(&self, list: usize) -> usize {
        self.ends[list].len
    }

    /// All ids that ever stood in a list are below this one.
    pub(super) fn reach(&self) -> EntryId {
        self.places.len() as EntryId
    }

    pub(super) fn oldest(&self, list: usize) -> Option<EntryId> {
        some(self.ends[list].oldest)
    }

    /// The one that came into its list next after this one.
    pub(super) fn newer(&self, id: EntryId) -> Option<EntryId> {
        some(self.links[id as usize].newer)
    }

    /// The list in which an id stands.
    pub(super) fn place(&self, id: EntryId) -> Option<usize> {
        let place = *self.places.get(id as usize)?;
        (place != NOWHERE).then_some(usize::from(place))
    }

    /// Puts an id that is in no list at the new end of this one.
    pub(super) fn push(&mut self, id: EntryId, list: usize) {
        let at = id as usize;
        if at >= self.links.len() {
            let none = Links {
                newer: NONE,
                older: NONE,
            };
            self.links.resize(at + 1, none);
            self.places.resize(at + 1, NOWHERE);
        }
        debug_assert_eq!(self.places[at], NOWHERE);
        let ends = &mut self.ends[list];
        let older = std::mem::replace(&mut ends.newest, id);
        ends.len += 1;
        match some(older) {
            Some(older) => self.links[older as usize].newer = id,
            None => ends.oldest = id,
        }
        self.links[at] = Links { newer: NONE, older };
        self.places[at] = list as u8;
    }

    /// Takes an id out of its list; says which one that was.
    pub(super) fn remove(&mut self, id: EntryId) -> Option<usize> {
        let list = self.place(id)?;
        let Links { newer, older } = self.links[id as usize];
        let ends = &mut self.ends[list];
        ends.len -= 1;
        match some(newer) {
            Some(newer) => self.links[newer as usize].older = older,
            None => ends.newest = older,
        }
        match some(older) {
            Some(older) => self.links[older as usize].newer = newer,
            None => ends.oldest = newer,
        }
        self.places[id as usize] = NOWHERE;
        Some(list)
    }

    /// Takes an id out of its list and puts it at the new end of this one.
    pub(super) fn renew(&mut self, id: EntryId, list: usize) {
        self.remove(id);
        self.push(id, list);
    }
}

fn some(id: EntryId) -> Option<EntryId> {
    (id != NONE).then_some(id)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    fn ids<const N: usize>(lists: &Lists<N>, list: usize) -> Vec<EntryId> {
        std::iter::successors(lists.oldest(list), |id| lists.newer(*id)).collect()
    }

    proptest! {
        #[test]
        fn as_queues_that_are_searched(ops in proptest::collection::vec((0_u32..12, 0_usize..3), 0..300)) {
            let mut lists = Lists::<2>::new();
            let mut queues = [VecDeque::new(), VecDeque::new()];
            for (id, to) in ops {
                let from = queues.iter().position(|queue| queue.contains(&id));
                prop_assert_eq!(lists.place(id), from);
                if let Some(from) = from {
                    queues[from].retain(|other| *other != id);
                }
                if to == 2 {
                    prop_assert_eq!(lists.remove(id), from);
                } else {
                    lists.renew(id, to);
                    queues[to].push_back(id);
                }
                for (list, queue) in queues.iter().enumerate() {
                    prop_assert_eq!(&VecDeque::from(ids(&lists, list)), queue);
                    prop_assert_eq!(lists.len(list), queue.len());
                }
            }
        }
    }
}
