//! Marsaglia's xorshift64: enough to mix calls, and the same on every machine.

pub(crate) struct Xorshift(u64);

impl Xorshift {
    /// The seed must not be zero.
    pub(crate) fn new(seed: u64) -> Self {
        assert_ne!(seed, 0);
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
