//! How often keys were used lately, as a guess that is never too small but for ageing: a count-min sketch
//! (Cormode and Muthukrishnan, "An Improved Data Stream Summary", J. Algorithms 2005) of four rows of
//! 4-bit counters, aged as TinyLFU is (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache
//! Admission Policy", ToS 2017): after ten uses an entry all counters are halved. As in Caffeine's
//! `FrequencySketch` the counters of a key stand in one block of 64 bytes, a line of the processor's cache.
//!
//! 24 counters an entry: twelve bytes, rounded up to a power of two. So a row has six an entry, and what
//! is counted is ten uses an entry at most: a guess is more than `10e/6 = 4.5` too large for
//! one key in `e⁴ = 55` at most (the bound of the first paper, as if rows were independent), and mostly right. Whoever
//! wants to choose keys with the counters of another has to know two seeds: the hasher's, and this one's.

/// Most that is counted of a key.
pub(super) const MOST: u8 = 15;
/// Words of a block.
const BLOCK: usize = 8;
const ROWS: usize = 4;
/// Uses an entry between two halvings.
const SAMPLE: usize = 10;

pub(super) struct Sketch {
    /// Blocks of 16 counters a word; their number is a power of two.
    words: Vec<u64>,
    entries: usize,
    /// Uses that are counted, but for what halving took.
    counted: usize,
    seed: u64,
}

impl Sketch {
    /// An empty one, which has allocated nothing.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            words: Vec::new(),
            entries: 0,
            counted: 0,
            seed,
        }
    }

    /// For so many entries. What was counted is kept: in a larger one each block stands twice.
    pub(super) fn fit(&mut self, entries: usize) {
        self.entries = entries;
        let words = (entries + entries / 2).next_power_of_two().max(BLOCK);
        if words < self.words.len() / 4 {
            // Counters that come to stand for more keys have the larger count.
            let (kept, rest) = self.words.split_at_mut(2 * words);
            for (at, word) in rest.iter().enumerate() {
                let at = at % kept.len();
                kept[at] = larger(kept[at], *word);
            }
            self.words.truncate(2 * words);
            self.words.shrink_to_fit();
        }
        if self.words.is_empty() {
            self.words.resize(words, 0);
        }
        while self.words.len() < words {
            self.words.extend_from_within(..);
        }
    }

    /// Counts so many uses of a key.
    pub(super) fn add(&mut self, hash: u64, uses: u8) {
        let mut grown = 0;
        for (word, shift) in self.counters(hash) {
            let seen = counter(self.words[word], shift);
            let now = MOST.min(seen.saturating_add(uses));
            self.words[word] += u64::from(now - seen) << shift;
            grown = grown.max(now - seen);
        }
        self.counted += usize::from(grown);
        if self.counted >= SAMPLE * self.entries.max(BLOCK) {
            self.halve();
        }
    }

    /// How often a key was used lately.
    pub(super) fn frequency(&self, hash: u64) -> u8 {
        let counters = self.counters(hash).into_iter();
        let counts = counters.map(|(word, shift)| counter(self.words[word], shift));
        counts.min().unwrap_or(0)
    }

    /// A key's counter in each row: its word, and where in it.
    #[inline]
    fn counters(&self, hash: u64) -> [(usize, u32); ROWS] {
        let mixed = (hash ^ self.seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = mixed ^ mixed >> 32;
        let block = mixed as usize & (self.words.len() / BLOCK - 1);
        let bits = mixed.wrapping_mul(0xD1B5_4A32_D192_ED03) >> 32;
        std::array::from_fn(|row| {
            // A row has two words of the block; a bit for which, four for where.
            let bits = bits >> (8 * row);
            let word = block * BLOCK + 2 * row + (bits & 1) as usize;
            (word, (bits >> 1 & 15) as u32 * 4)
        })
    }

    /// A use that is counted once leaves nothing, and so isn't counted any more: else, where most keys are used
    /// once a round, the next halving would come before the round is over, and forget its first part.
    fn halve(&mut self) {
        let mut odd = 0;
        for word in &mut self.words {
            odd += (*word & 0x1111_1111_1111_1111).count_ones() as usize;
            *word = *word >> 1 & 0x7777_7777_7777_7777;
        }
        self.counted = self.counted.saturating_sub(odd / ROWS) / 2;
    }
}

fn counter(word: u64, shift: u32) -> u8 {
    (word >> shift & 15) as u8
}

/// The larger one of each two counters.
fn larger(one: u64, other: u64) -> u64 {
    let shifts = (0..16).map(|at| at * 4);
    let counters =
        shifts.map(|shift| u64::from(counter(one, shift).max(counter(other, shift))) << shift);
    counters.sum()
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::rng::Rng;

    fn hashes(seed: u64) -> impl Iterator<Item = u64> {
        let mut rng = Rng::seeded(seed);
        std::iter::repeat_with(move || rng.next() & !0xFF)
    }

    #[test]
    fn counts_are_never_too_small_and_mostly_right() {
        let mut sketch = Sketch::new(7);
        sketch.fit(1000);
        let keys: Vec<(u64, u8)> = hashes(1).zip((0..=7).cycle()).take(1000).collect();
        for (hash, uses) in &keys {
            sketch.add(*hash, *uses);
        }
        let guess = |(hash, uses): &(u64, u8)| sketch.frequency(*hash) - uses;
        // The subtraction would panic.
        let wrong = keys.iter().filter(|key| guess(key) > 0).count();
        assert!(wrong < 50, "{wrong} of 1000");
    }

    #[test]
    fn a_count_stops_at_the_most_and_halves_with_the_others() {
        let mut sketch = Sketch::new(7);
        sketch.fit(100);
        let keys: Vec<u64> = hashes(2).take(100).collect();
        sketch.add(keys[0], 9);
        sketch.add(keys[0], 200);
        assert_eq!(sketch.frequency(keys[0]), MOST);
        let mut counted = usize::from(MOST);
        for hash in keys.iter().cycle() {
            if counted == SAMPLE * 100 {
                break;
            }
            let full = sketch.counters(*hash).into_iter();
            let full = full.map(|(word, shift)| counter(sketch.words[word], shift));
            counted += usize::from(full.min().unwrap() < MOST);
            sketch.add(*hash, 1);
        }
        assert!(sketch.counted <= SAMPLE * 50);
        assert_eq!(sketch.frequency(keys[0]), MOST / 2);
    }

    #[test]
    fn what_was_counted_outlives_growing_and_shrinking() {
        let mut sketch = Sketch::new(7);
        assert_eq!(sketch.words.capacity(), 0);
        let key = hashes(3).next().unwrap();
        for entries in [1, 10, 1000, 100_000, 3000, 5, 0] {
            sketch.fit(entries);
            // One that was larger may be twice as large as needed.
            assert!(sketch.words.len() <= 6 * (entries + BLOCK));
            assert!(sketch.frequency(key) > 0 || entries == 1);
            sketch.add(key, 1);
            assert!(
                sketch
                    .counters(key)
                    .iter()
                    .all(|(word, _)| *word < sketch.words.len())
            );
        }
        assert_eq!(sketch.frequency(key), 7);
    }

    #[test]
    fn another_seed_has_other_collisions() {
        let all: Vec<u64> = hashes(4).take(2000).collect();
        let collide = |seed| {
            let mut sketch = Sketch::new(seed);
            sketch.fit(64);
            for hash in &all[..64] {
                sketch.add(*hash, 1);
            }
            let mut met = all[64..].to_vec();
            met.retain(|hash| sketch.frequency(*hash) > 0);
            met
        };
        assert_ne!(collide(1), collide(2));
    }
}
