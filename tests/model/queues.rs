//! What `sieve` and `s3-fifo` know beside the entries, in lists that are searched from one end to the other.

use super::Key;
use std::collections::HashMap;

#[derive(Default)]
pub(super) struct Queues {
    /// Where the hand of `sieve` stands; if nowhere, at the oldest entry.
    pub(super) hand: Option<Key>,
    /// The queues of `s3-fifo`, the oldest first.
    small: Vec<Key>,
    main: Vec<Key>,
    ghost: Vec<Key>,
    /// Most keys in the main queue, and in the ghost.
    most: usize,
}

impl Queues {
    /// A key was stored.
    pub(super) fn admit(&mut self, key: Key) {
        let known = self.ghost.iter().position(|ghost| *ghost == key);
        match known {
            Some(place) => {
                self.ghost.remove(place);
                self.main.push(key);
            }
            None => self.small.push(key),
        }
        self.trim(self.most);
    }

    /// A key has left.
    pub(super) fn forget(&mut self, key: Key) {
        self.small.retain(|other| *other != key);
        self.main.retain(|other| *other != key);
    }

    /// The victim of `s3-fifo` among so many entries. `marks` has how often each key was used, up to three.
    pub(super) fn victim(&mut self, entries: usize, marks: &mut HashMap<Key, u8>) -> Key {
        self.most = entries - (entries / 10).max(1);
        if self.main.len() <= self.most {
            while let Some(&key) = self.small.first() {
                let mark = marks.get_mut(&key).unwrap();
                if *mark < 2 {
                    self.ghost.push(key);
                    self.trim(self.most + 1);
                    return key;
                }
                *mark = 0;
                self.small.remove(0);
                self.main.push(key);
            }
        }
        loop {
            let key = self.main[0];
            let mark = marks.get_mut(&key).unwrap();
            if *mark == 0 {
                return key;
            }
            *mark -= 1;
            self.main.rotate_left(1);
        }
    }

    fn trim(&mut self, most: usize) {
        let over = self.ghost.len().saturating_sub(most);
        self.ghost.drain(..over);
    }
}
