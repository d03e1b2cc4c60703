//! The keys of a work: the n-th key of a stream is a function of n and of the thread.
//!
//! No generator's state ties one call to the next, so calls overlap in the processor as they do in
//! code that has its keys at hand.

use std::sync::LazyLock;

/// Where keys come from.
pub(crate) trait Stream: Copy + Send + Sync + 'static {
    fn key(self, thread: usize, n: u64) -> u64;
    /// The keys below it are called once, the likeliest last, in every thread, before anything
    /// is measured.
    fn warm_up(self) -> u64;
}

/// The keys `0..count`, each equally likely.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uniform {
    pub(crate) count: u64,
}

impl Stream for Uniform {
    fn key(self, thread: usize, n: u64) -> u64 {
        ((scramble(n + ((thread as u64) << 40)) >> 32) * self.count) >> 32
    }

    fn warm_up(self) -> u64 {
        self.count
    }
}

/// Never the same key twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh;

impl Stream for Fresh {
    fn key(self, thread: usize, n: u64) -> u64 {
        n + ((thread as u64) << 40)
    }

    fn warm_up(self) -> u64 {
        0
    }
}

/// A hundred thousand keys, the k-th of them drawn 1/k times as often as the first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zipf {
    draws: &'static [u32],
}

const ZIPF_KEYS: usize = 100_000;
const ZIPF_DRAWS: usize = 1 << 20;

impl Zipf {
    pub(crate) fn new() -> Self {
        static DRAWS: LazyLock<Vec<u32>> = LazyLock::new(|| {
            let mut sum = 0.0;
            let sums: Vec<f64> = (1..=ZIPF_KEYS)
                .map(|k| {
                    sum += 1.0 / k as f64;
                    sum
                })
                .collect();
            (0..ZIPF_DRAWS as u64)
                .map(|n| {
                    let share = (scramble(n) >> 11) as f64 / (1u64 << 53) as f64;
                    sums.partition_point(|&below| below < share * sum) as u32
                })
                .collect()
        });
        Self { draws: &DRAWS }
    }
}

impl Stream for Zipf {
    fn key(self, thread: usize, n: u64) -> u64 {
        let n = n as usize + thread * (ZIPF_DRAWS / 4);
        u64::from(self.draws[n % ZIPF_DRAWS])
    }

    fn warm_up(self) -> u64 {
        ZIPF_KEYS as u64
    }
}

/// A fixed hash: a step of the golden ratio, and what it leaves regular is mixed.
fn scramble(n: u64) -> u64 {
    let n = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (n ^ (n >> 32)).wrapping_mul(0xC4CE_B9FE_1A85_EC53)
}
