//! How large the window of W-TinyLFU should be, found by the gradient of the hit ratio.
//!
//! Caffeine climbs by trial: a step, and on if the hit ratio of the next sample is better. Ratios of real
//! programs change by more than a step changes them, and so it walks about. Here the gradient is
//! estimated. A candidate that was turned away and is asked for again soon would have been a hit of
//! a window that much larger: that is what growing gains. The main part loses its share of the
//! hits for it. The window grows to where the difference is the largest, and the step is taken back if
//! the next sample shows less than half of the gain. What a smaller window would lose leaves no trace,
//! so that is tried: half of what is above the least goes, and comes back if it shows to be
//! missed. What has failed is tried less often.
//!
//! Uses are seen late (see `w_tinylfu.rs`), so distances are a guess.

/// Uses an entry in a sample.
const SAMPLE: usize = 4;
/// How far in the past the return of a candidate counts: uses an entry, in eighths.
const HORIZON: usize = 3;
/// Distances told apart.
const BINS: usize = 16;
/// Most samples that are waited for to try again what has failed.
const PATIENCE: u32 = 16;
/// A change of the hit ratio by which everything may be different.
const UPHEAVAL: f64 = 0.2;

pub(super) struct Climber {
    window: usize,
    uses: usize,
    misses: usize,
    /// Candidates that came back in this sample, by distance.
    returns: [usize; BINS],
    ratio: f64,
    last: Step,
    grow: Pause,
    shrink: Pause,
}

/// What was done after the last sample.
#[derive(Clone, Copy)]
enum Step {
    Stayed,
    Grew { from: usize, hoped: f64 },
    Shrank { from: usize },
}

/// How many samples to wait for, now and the next time.
struct Pause {
    left: u32,
    next: u32,
}

impl Pause {
    fn failed(&mut self) {
        self.next = (2 * self.next).min(PATIENCE);
        self.left = self.next;
    }
}

impl Climber {
    pub(super) fn new() -> Self {
        let pause = || Pause { left: 0, next: 1 };
        Self {
            window: 0,
            uses: 0,
            misses: 0,
            returns: [0; BINS],
            ratio: 0.0,
            last: Step::Stayed,
            grow: pause(),
            shrink: pause(),
        }
    }

    /// Entries that the window should have.
    pub(super) fn window(&self) -> usize {
        self.window
    }

    /// How many uses ago what returns may have been turned away.
    fn horizon(size: usize) -> usize {
        size * HORIZON / 8
    }

    /// The least window of a cache of this size: one in a hundred, and one.
    fn least(size: usize) -> usize {
        size.div_ceil(100)
    }

    /// The largest one.
    fn largest(size: usize) -> usize {
        size * 4 / 5 + Self::least(size)
    }

    /// The cache has another size: the window keeps its share.
    pub(super) fn resize(&mut self, from: usize, to: usize) {
        let window = self.window as u128 * to as u128 + from as u128 / 2;
        let window = window.checked_div(from as u128).unwrap_or(0) as usize;
        self.window = window.clamp(Self::least(to), Self::largest(to).max(1));
        self.last = Step::Stayed;
    }

    /// Hits, seen late.
    pub(super) fn used(&mut self, times: u8) {
        self.uses += usize::from(times);
    }

    /// A miss; of a candidate that was turned away so many uses ago.
    pub(super) fn missed(&mut self, away: Option<u32>, size: usize) {
        self.uses += 1;
        self.misses += 1;
        let horizon = Self::horizon(size);
        if let Some(away) = away
            .map(|away| away as usize)
            .filter(|away| *away <= horizon)
        {
            self.returns[away * BINS / (horizon + 1)] += 1;
        }
    }

    /// A step, if the sample is complete.
    pub(super) fn climb(&mut self, size: usize) {
        if self.uses < SAMPLE * size {
            return;
        }
        let ratio = 1.0 - self.misses as f64 / self.uses as f64;
        let before = std::mem::replace(&mut self.ratio, ratio);
        if (ratio - before).abs() >= UPHEAVAL {
            self.shrink.left = 0;
        }
        let (more, gain) = self.best_growth(size, ratio);
        (self.uses, self.misses, self.returns) = (0, 0, [0; BINS]);
        let least = Self::least(size);
        let mut next = Step::Stayed;
        match self.last {
            Step::Grew { from, hoped } if ratio < before + hoped / 2.0 => {
                self.window = from;
                self.grow.failed();
            }
            Step::Shrank { from } if more > 0 => {
                self.window = from;
                self.shrink.failed();
            }
            last => {
                match last {
                    Step::Grew { .. } => self.grow.next = 1,
                    Step::Shrank { .. } => self.shrink.next = (self.shrink.next / 2).max(1),
                    Step::Stayed => {}
                }
                let from = self.window;
                if more > 0 && self.grow.left == 0 {
                    self.window += more;
                    self.shrink.left = self.shrink.next;
                    next = Step::Grew { from, hoped: gain };
                } else {
                    self.grow.left = self.grow.left.saturating_sub(1);
                    if from > least && self.shrink.left == 0 {
                        self.window -= (from - least).div_ceil(2);
                        next = Step::Shrank { from };
                    } else {
                        self.shrink.left = self.shrink.left.saturating_sub(1);
                    }
                }
            }
        }
        self.last = next;
    }

    /// By how much the window should grow for the largest gain of hit ratio, and that gain.
    fn best_growth(&self, size: usize, ratio: f64) -> (usize, f64) {
        let main = size.saturating_sub(self.window).max(1) as f64;
        let most = Self::largest(size).saturating_sub(self.window);
        let (mut best, mut returned) = ((0, 0.0), 0);
        for (bin, returns) in self.returns.iter().enumerate() {
            returned += returns;
            let more = ((bin + 1) * Self::horizon(size)).div_ceil(BINS).min(most);
            let gain = returned as f64 / self.uses as f64 - ratio * more as f64 / main;
            if gain > best.1 {
                best = (more, gain);
            }
        }
        best
    }
}
