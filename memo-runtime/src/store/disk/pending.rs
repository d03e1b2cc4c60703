//! What isn't in the file yet, by key: it stands before what the file has. Claims of computations are only here:
//! nobody but this process has the file, and who has died claims nothing.

use super::file::Change;
use super::tables::{NEVER, weight};
use crate::clock;
use std::collections::HashMap;
use std::sync::Arc;

/// What stands in for a key.
enum What {
    Claim(Vec<u8>),
    Value(Arc<[u8]>),
    /// Nothing, whatever the file has.
    Nothing,
}

struct Entry {
    what: What,
    /// In milliseconds since 1970.
    end: u64,
    /// The file has something else for this key, as far as is known.
    dirty: bool,
    /// Of this state of it.
    number: u64,
}

#[derive(Default)]
pub(super) struct Pending {
    entries: HashMap<String, Entry>,
    /// What the dirty ones weigh, and how many they are.
    pub(super) weight: u64,
    pub(super) dirty: usize,
    next: u64,
    /// How many entries are looked through for claims that have ended.
    swept: usize,
}

/// What a key holds.
pub(super) enum Seen {
    /// Here.
    Held(Vec<u8>),
    Nothing,
    /// The file knows.
    Elsewhere,
}

impl Entry {
    fn bytes(&self, now: u64) -> Option<&[u8]> {
        match &self.what {
            What::Claim(bytes) if now < self.end => Some(bytes),
            What::Value(bytes) if now < self.end => Some(bytes),
            _ => None,
        }
    }

    fn weight(&self, key: &str) -> u64 {
        match &self.what {
            What::Value(bytes) if self.dirty => weight(key.len(), bytes.len()),
            _ if self.dirty => weight(key.len(), 0),
            _ => 0,
        }
    }
}

impl Pending {
    pub(super) fn see(&self, key: &str) -> Seen {
        match self.entries.get(key) {
            None => Seen::Elsewhere,
            Some(entry) => match entry.bytes(clock::wall_millis()) {
                Some(bytes) => Seen::Held(bytes.to_vec()),
                None => Seen::Nothing,
            },
        }
    }

    pub(super) fn put(&mut self, key: &str, value: &[u8], end: u64) {
        self.set(key, What::Value(value.into()), end, true);
    }

    pub(super) fn remove(&mut self, key: &str) {
        let is_claim = matches!(
            self.entries.get(key),
            Some(Entry {
                what: What::Claim(_),
                dirty: false,
                ..
            })
        );
        if is_claim {
            // The file has nothing.
            self.entries.remove(key);
        } else {
            self.set(key, What::Nothing, NEVER, true);
        }
    }

    /// Where there is nothing.
    pub(super) fn claim(&mut self, key: &str, token: &[u8], end: u64) {
        // What has ended or was removed here may still be there.
        let dirty = self.entries.get(key).is_some_and(|entry| entry.dirty);
        self.set(key, What::Claim(token.to_vec()), end, dirty);
        if self.entries.len() > 2 * self.swept + 64 {
            let now = clock::wall_millis();
            self.entries
                .retain(|_, entry| entry.dirty || entry.bytes(now).is_some());
            self.swept = self.entries.len();
        }
    }

    fn set(&mut self, key: &str, what: What, end: u64, dirty: bool) {
        self.next += 1;
        let entry = Entry {
            what,
            end,
            dirty,
            number: self.next,
        };
        self.weight += entry.weight(key);
        self.dirty += usize::from(dirty);
        if let Some(old) = self.entries.insert(key.to_owned(), entry) {
            self.weight -= old.weight(key);
            self.dirty -= usize::from(old.dirty);
        }
    }

    /// The number of the latest change.
    pub(super) fn latest(&self) -> u64 {
        self.next
    }

    /// Is everything written that was changed up to this one?
    pub(super) fn is_written(&self, number: u64) -> bool {
        let mut entries = self.entries.values();
        !entries.any(|entry| entry.dirty && entry.number <= number)
    }

    /// What is to be written, and the numbers by which [`written`](Self::written) knows it again.
    pub(super) fn changes(&self) -> (Vec<Change>, Vec<u64>) {
        let now = clock::wall_millis();
        let dirty = self.entries.iter().filter(|(_, entry)| entry.dirty);
        let mut dirty: Vec<_> = dirty.collect();
        // By age, as they leave.
        dirty.sort_unstable_by_key(|(_, entry)| entry.number);
        let change = |(key, entry): (&String, &Entry)| {
            let held = match &entry.what {
                What::Value(bytes) if now < entry.end => Some((Arc::clone(bytes), entry.end)),
                _ => None,
            };
            let key = key.clone();
            (Change { key, held }, entry.number)
        };
        dirty.into_iter().map(change).unzip()
    }

    /// These are in the file now. What was changed meanwhile is to be written again.
    pub(super) fn written(&mut self, changes: &[Change], numbers: &[u64]) {
        for (change, number) in changes.iter().zip(numbers) {
            let Some(entry) = self.entries.get_mut(&change.key) else {
                continue;
            };
            if entry.number != *number {
                continue;
            }
            self.weight -= entry.weight(&change.key);
            self.dirty -= 1;
            entry.dirty = false;
            if !matches!(entry.what, What::Claim(_)) {
                self.entries.remove(&change.key);
            }
        }
    }
}
