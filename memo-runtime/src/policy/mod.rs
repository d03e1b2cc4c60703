//! Which entry leaves when the cache is full.
//!
//! A policy is told of stores and departures under the cache's lock; of hits it learns only through
//! the words of the entries ([`Touch`] says what a hit writes there). Expiry and weight are no
//! business of a policy: they compose with each.
//!
//! To add one: a file beside these with its source in the header, a variant of [`Policy`], and its
//! line in `Policy::start`; the attribute's list of names is in `memo-macros/src/args.rs`.

mod adaptive;
mod climb;
mod fifo;
mod ghost;
mod lfu;
mod lists;
mod lru;
mod ordered;
mod random;
mod s3_fifo;
mod sieve;
mod size;
mod sized;
mod sketch;
mod unbounded;
mod w_tinylfu;

use crate::arena::{Column, EntryId, Slots};
use crate::pulse::Pulse;
use crate::rng::Rng;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The rule of one cache.
pub(crate) trait Evict: Send {
    /// What a hit has to write for this policy. Asked once.
    fn touch(&self) -> Touch {
        Touch::Nothing
    }
    /// An entry was stored.
    fn admit(&mut self, id: EntryId, slots: &Slots);
    /// Chooses the entry that is to leave. `None` if it knows of no entry.
    fn victim(&mut self, slots: &Slots) -> Option<EntryId>;
    /// An entry has left, chosen or not; it isn't linked any more.
    fn forget(&mut self, id: EntryId, slots: &Slots);
}

/// What a hit writes into an entry, as the policy wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Nothing: `unbounded`, `fifo`, `random`, `size`.
    Nothing,
    /// The order of use: `lru`.
    Stamp,
    /// That, and in a column of its own how often: `lfu`.
    More,
    /// How often, up to so many times: `sieve`, `s3-fifo`, `w-tinylfu`. The word has the key's hash as well (see
    /// `uses.rs`).
    Uses(u8),
    /// When it was used, and the time before, and how often: `adaptive` (see `pulse.rs`).
    Pulse,
}

impl Touch {
    /// Is the order of use wanted?
    pub(crate) fn has_order(self) -> bool {
        matches!(self, Touch::Stamp | Touch::More)
    }
}

/// Which entry leaves when the cache is full.
///
/// ```
/// use memofn::{Cache, Policy};
///
/// let cache = Cache::builder().policy(Policy::Fifo).capacity(2).build();
/// for key in [1, 2, 1, 3] {
///     cache.get_or_insert_with(&key, || key * 10);
/// }
/// assert_eq!(cache.get(&1), None); // the first in is the first out, used or not
/// assert_eq!("lru".parse(), Ok(Policy::Lru));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// Nothing ever leaves to make room: `functools.cache`.
    Unbounded,
    /// The least recently used one, as `functools.lru_cache`. Amortised O(log n) a miss.
    Lru,
    /// The least frequently used one, among those the least recently used. Amortised O(log n) a miss.
    Lfu,
    /// The one stored first. O(1).
    Fifo,
    /// Any, each with the same chance. O(1).
    Random,
    /// The heaviest one, among those the one stored first. Amortised O(log n) a miss.
    Size,
    /// The oldest one that wasn't used since it was last passed over: [SIEVE] (Zhang et al., NSDI
    /// 2024). Amortised O(1).
    ///
    /// [SIEVE]: https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo
    Sieve,
    /// The first in of a small queue where a newcomer has to be used twice, or of a main one where it
    /// has to be used now and then: [S3-FIFO] (Yang et al., SOSP 2023). Amortised O(1); remembers the
    /// hashes of as many keys that have left as there are entries, nine in ten.
    ///
    /// [S3-FIFO]: https://doi.org/10.1145/3600006.3613147
    S3Fifo,
    /// The less frequently used one of the oldest in a small window of new ones and the one that would leave
    /// for it: [W-TinyLFU] (Einziger et al., ToS 2017), whose window grows where that is better. Amortised
    /// O(1); remembers how often keys were used in 12 to 24 bytes an entry, and the hashes of three keys that
    /// have left for four entries.
    ///
    /// [W-TinyLFU]: https://doi.org/10.1145/3149371
    WTinyLfu,
    /// The one that the best of these would let go: LIRS, TinyLFU, W-TinyLFU and LRU. Which of them is
    /// best is found out while running, by [miniature simulations] (Waldspurger et al., ATC 2017) on
    /// a sample of the keys. Amortised O(1); remembers the hashes of eleven keys that have left for four
    /// entries, and takes 24 bytes an entry and 20 kB in all.
    ///
    /// [miniature simulations]: https://www.usenix.org/conference/atc17/technical-sessions/presentation/waldspurger
    Adaptive,
}

impl Policy {
    /// All of them, in the order in which error messages list them. Later versions may have more.
    ///
    /// ```
    /// use memofn::Policy;
    ///
    /// assert!(Policy::ALL.contains(&Policy::Lru));
    /// for policy in Policy::ALL {
    ///     assert_eq!(policy.to_string().parse(), Ok(*policy));
    /// }
    /// ```
    pub const ALL: &'static [Policy] = &[
        Policy::Unbounded,
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Size,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ];

    fn name(self) -> &'static str {
        match self {
            Policy::Unbounded => "unbounded",
            Policy::Lru => "lru",
            Policy::Lfu => "lfu",
            Policy::Fifo => "fifo",
            Policy::Random => "random",
            Policy::Size => "size",
            Policy::Sieve => "sieve",
            Policy::S3Fifo => "s3-fifo",
            Policy::WTinyLfu => "w-tinylfu",
            Policy::Adaptive => "adaptive",
        }
    }

    /// The further word that entries need, if any.
    pub(crate) fn column(self) -> Option<Column> {
        (self == Policy::Lfu).then_some(Column::Count)
    }

    /// What hits write to beside the words of entries, if anything.
    pub(crate) fn pulse(self) -> Option<Arc<Pulse>> {
        (self == Policy::Adaptive).then(|| Arc::new(Pulse::new()))
    }

    /// A rule of this kind for an empty cache, whose hits write there, and whose entries have weights or
    /// don't.
    pub(crate) fn start(
        self,
        rng: Rng,
        pulse: Option<&Arc<Pulse>>,
        weighted: bool,
    ) -> Box<dyn Evict> {
        match self {
            Policy::Unbounded => Box::new(unbounded::Unbounded),
            Policy::Lru => Box::new(ordered::Ordered::<lru::Lru>::new()),
            Policy::Lfu => Box::new(ordered::Ordered::<lfu::Lfu>::new()),
            Policy::Fifo => Box::new(ordered::Ordered::<fifo::Fifo>::new()),
            Policy::Random => Box::new(random::Random::new(rng)),
            Policy::Size => Box::new(ordered::Ordered::<size::Size>::new()),
            Policy::Sieve => Box::new(sieve::Sieve::new()),
            Policy::S3Fifo => Box::new(s3_fifo::S3Fifo::new()),
            Policy::WTinyLfu => Box::new(w_tinylfu::WTinyLfu::new(rng)),
            Policy::Adaptive => {
                let pulse = pulse.map_or_else(|| Arc::new(Pulse::new()), Arc::clone);
                if weighted {
                    Box::new(sized::Sized::new(pulse))
                } else {
                    Box::new(adaptive::Adaptive::new(rng, pulse))
                }
            }
        }
    }
}

/// The name as the attribute spells it.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Comparison with the name as the attribute spells it.
impl PartialEq<str> for Policy {
    fn eq(&self, name: &str) -> bool {
        self.name() == name
    }
}

/// Comparison with the name as the attribute spells it.
impl PartialEq<&str> for Policy {
    fn eq(&self, name: &&str) -> bool {
        self.name() == *name
    }
}

/// From the name as the attribute spells it.
impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<Self, UnknownPolicy> {
        let found = Self::ALL.iter().find(|policy| policy.name() == name);
        found
            .copied()
            .ok_or_else(|| UnknownPolicy { name: name.into() })
    }
}

/// There is no policy of this name.
///
/// ```
/// let error = "lru2".parse::<memofn::Policy>().unwrap_err();
/// assert!(error.to_string().starts_with("no policy `lru2`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPolicy {
    name: String,
}

impl fmt::Display for UnknownPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no policy `{}`; there are", self.name)?;
        for (index, policy) in Policy::ALL.iter().enumerate() {
            write!(f, "{} {policy}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownPolicy {}
