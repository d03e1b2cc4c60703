//! What a function does with its store: reads, fills, refreshes, removes; `asking.rs` has what comes before
//! a body.

use super::asking::LONGEST_LEASE;
use super::budget::Budget;
use super::codec::{AllWritten, Codec};
use super::envelope::{Content, Header, Seal};
use super::epoch::{Epoch, random};
use super::errand::{Errand, Sealed};
use super::key::{Address, HALF, Names, Site};
use super::line::{Failed, Line, Way};
use super::settings;
use crate::clock::{self, NEVER, Nanos};
use crate::rng::Rng;
use crate::trusted::Proved;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How often a key is cleared of what is no result before one computes without it.
pub(crate) const ROUNDS: usize = 3;
/// How a key is written.
pub(crate) type Written<K> = Box<dyn AllWritten<K>>;

/// What a function has beside its cache: its place in a store.
pub(crate) struct Tier<K, V> {
    pub(crate) line: Line,
    pub(crate) names: Names,
    pub(crate) written: Written<K>,
    pub(crate) codec: Codec<V>,
    /// Lifetime in the store.
    pub(crate) ttl: Nanos,
    pub(crate) jitter: f64,
    /// Lifetime in the cache before it; none: that keeps nothing.
    pub(crate) local_ttl: Option<Nanos>,
    /// What this process's claims begin with, but for its number.
    maker: u64,
    /// The longest that a body has taken, in milliseconds.
    pub(super) longest: AtomicU64,
    pub(crate) epoch: Mutex<Epoch>,
    /// The hashes under which the cache may have what the store has under these.
    pub(crate) heard: Option<Mutex<HashMap<[u8; HALF], u64>>>,
}

/// What is to be replaced by the result of a computation.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) address: Address,
    /// What the key holds, as far as is known.
    pub(crate) token: Vec<u8>,
    /// Is it one's own?
    pub(crate) is_own: bool,
    pub(crate) lease: Duration,
    /// What the call that has it may spend on the rest.
    pub(crate) budget: Budget,
    pub(super) epoch: u64,
    pub(super) begun: Instant,
    pub(super) claimed: Nanos,
}

impl Claim {
    /// Its lease has ended by itself.
    pub(crate) fn is_over(&self) -> bool {
        let held = clock::now().saturating_sub(self.claimed);
        self.is_own && Duration::from_nanos(held) > self.lease
    }
}

/// A result that is to be stored.
pub(crate) struct Payload {
    bytes: Vec<u8>,
    negative: bool,
    life: Nanos,
}

/// What a key holds.
pub(super) enum Reading<V> {
    Nothing,
    Value(Proved<V>, Nanos),
    /// Somebody computes it, by this claim. Is it this process's?
    Claimed(Vec<u8>, bool),
    /// What is of no use to anybody.
    Useless(Vec<u8>),
}

impl<K, V> Tier<K, V> {
    pub(crate) fn new(line: Line, site: &Site, written: Written<K>, codec: Codec<V>) -> Self {
        Self {
            line,
            names: Names::of(site, codec.form),
            written,
            codec,
            ttl: NEVER,
            jitter: 0.0,
            local_ttl: None,
            maker: u64::from_le_bytes(random()),
            longest: AtomicU64::new(0),
            epoch: Mutex::new(Epoch::default()),
            heard: None,
        }
    }

    /// For an isolation.
    #[cfg(feature = "test-util")]
    pub(crate) fn isolate(&mut self) {
        self.line = self.line.isolated();
        self.heard = None;
    }

    /// Where the result for a key is; none if it can't be written: then there is no store for it.
    pub(crate) fn address(&self, key: &K) -> Option<Address> {
        match self.written.write(key) {
            Some(arguments) => Some(self.names.address(&arguments)),
            None => {
                self.line.count_error();
                None
            }
        }
    }

    pub(super) fn seal(&self) -> Seal<'static> {
        Seal {
            fingerprint: self.names.fingerprint,
            secret: settings().key.as_deref(),
        }
    }

    /// How long a result lives in the store, without `jitter`. `own`: its own lifetime.
    pub(crate) fn life(&self, own: Option<Nanos>) -> Nanos {
        own.unwrap_or(self.ttl)
    }

    /// How long it lives in the cache before it, if that keeps anything.
    pub(crate) fn local_life(&self, left: Nanos) -> Option<Nanos> {
        self.local_ttl.map(|ttl| ttl.min(left))
    }

    /// After a fork, the child's claims aren't its parent's.
    pub(super) fn maker(&self) -> [u8; 8] {
        (self.maker ^ u64::from(std::process::id())).to_le_bytes()
    }

    /// What the key holds.
    pub(super) async fn read(
        &self,
        budget: &mut Budget,
        address: &Address,
    ) -> Result<Reading<V>, Failed> {
        let Some(bytes) = self.line.get(budget, &address.key).await? else {
            return Ok(Reading::Nothing);
        };
        let Some(content) = self.seal().open(address, &bytes) else {
            self.line.count_error();
            return Ok(Reading::Useless(bytes));
        };
        let (header, payload) = match content {
            Content::Claim(header, _) if is_abandoned(&header) || self.line.owed.has(&bytes) => {
                return Ok(Reading::Useless(bytes));
            }
            Content::Claim(_, token) => {
                return Ok(Reading::Claimed(bytes, token.starts_with(&self.maker())));
            }
            Content::Value(header, payload) => (header, payload),
        };
        // An old one, or the present one of which this process hasn't heard yet.
        if header.epoch != self.epoch(budget).await?
            && header.epoch != self.epoch_anew(budget).await?
        {
            return Ok(Reading::Useless(bytes));
        }
        let Some(left) = self.time_left(&header) else {
            return Ok(Reading::Useless(bytes));
        };
        if payload.len() > settings().max_value {
            return Ok(Reading::Useless(bytes));
        }
        match (self.codec.decode)(payload) {
            // Of a store whose types are proved, as the memo's.
            Ok(value) => Ok(Reading::Value(Proved::of_a_memo(value), left)),
            Err(_) => {
                self.line.count_error();
                Ok(Reading::Useless(bytes))
            }
        }
    }

    /// How long a result is still good; none: it is over, and the engine, which counts in longer steps, still has
    /// it. The clocks of different machines are only compared where they have to be.
    fn time_left(&self, header: &Header) -> Option<Nanos> {
        if header.ttl == 0 {
            return Some(NEVER);
        }
        let age = clock::wall_millis().saturating_sub(header.created);
        let left = header.ttl.saturating_sub(age).saturating_mul(1_000_000);
        let step = self.line.capabilities.lifetime_step();
        let exact = step <= Duration::from_millis(1) || header.ttl % millis(step) == 0;
        (exact || left > 0).then_some(left)
    }

    /// What the result of a computation is stored as. None: it can't be.
    pub(crate) fn payload(&self, value: &V, own: Option<Nanos>, failed: bool) -> Option<Payload> {
        let life = self.life(own);
        if life == 0 {
            return None;
        }
        let most = settings().max_value;
        let most = most.min(self.line.capabilities.largest_value());
        match (self.codec.encode)(value) {
            Ok(bytes) if bytes.len() <= most => Some(Payload {
                negative: failed || bytes == [0xc0],
                bytes,
                life: self.shortened(life, own),
            }),
            _ => {
                self.line.count_error();
                None
            }
        }
    }

    /// `jitter` shortens the `ttl` only.
    fn shortened(&self, life: Nanos, own: Option<Nanos>) -> Nanos {
        if own.is_some() || life == NEVER || self.jitter == 0.0 {
            return life;
        }
        let share = self.jitter * Rng::unpredictable().share();
        life.saturating_sub((life as f64 * share) as Nanos)
    }

    /// A computation has ended: its result is to take the place of the claim, or that is to be given back.
    pub(crate) fn settle(&'static self, claim: Claim, payload: Option<Payload>) -> Errand {
        let cost = u64::try_from(claim.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.longest.fetch_max(cost, Relaxed);
        let sealed = |payload: Payload| self.closed(&claim.address, claim.epoch, cost, &payload);
        let result = payload.map(sealed);
        Errand::new(&self.line, claim, result)
    }

    fn closed(&self, address: &Address, epoch: u64, cost: u64, payload: &Payload) -> Sealed {
        let ttl = (payload.life != NEVER).then(|| Duration::from_nanos(payload.life));
        let header = Header {
            created: clock::wall_millis(),
            cost: u32::try_from(cost).unwrap_or(u32::MAX),
            ttl: ttl.map_or(0, |ttl| millis(ttl).max(1)),
            epoch,
            negative: payload.negative,
        };
        let bytes = self.seal().value(address, &header, &payload.bytes);
        Sealed { bytes, ttl }
    }

    /// A refresh begins: what the key holds now is to be replaced, unless somebody else does so before. What
    /// others are computing isn't stored after this.
    pub(crate) async fn begin_refresh(&self, way: Way, address: &Address) -> Option<Claim> {
        let mut budget = self.line.budget(way);
        let begun = self.refresh_begun(&mut budget, address).await;
        // Who refreshes wants to see the new value then: to store it has a time of its own.
        let budget = self.line.budget(budget.way);
        begun.unwrap_or(None).map(|claim| Claim { budget, ..claim })
    }

    async fn refresh_begun(
        &self,
        budget: &mut Budget,
        address: &Address,
    ) -> Result<Option<Claim>, Failed> {
        let epoch = self.epoch(budget).await?;
        for _ in 0..ROUNDS {
            let key = &address.key;
            match self.line.get(budget, key).await? {
                None => {}
                Some(held) => match self.seal().open(address, &held) {
                    Some(Content::Value(..)) => {
                        return Ok(Some(Claim {
                            address: address.clone(),
                            token: held,
                            is_own: false,
                            lease: Duration::ZERO,
                            epoch,
                            budget: *budget,
                            begun: Instant::now(),
                            claimed: 0,
                        }));
                    }
                    _ => drop(self.line.remove_if(budget, key, &held).await?),
                },
            }
            if let Some(claim) = self.claim(budget, address).await? {
                return Ok(Some(claim));
            }
        }
        Ok(None)
    }

    /// The result that the store has, without a trace.
    pub(crate) async fn peek(&self, budget: &mut Budget, address: &Address) -> Option<V> {
        match self.read(budget, address).await {
            Ok(Reading::Value(value, _)) => Some(value.into_inner()),
            _ => None,
        }
    }

    /// Stores a result that the caller has.
    pub(crate) async fn put(&self, budget: &mut Budget, address: &Address, payload: &Payload) {
        if let Ok(epoch) = self.epoch(budget).await {
            let Sealed { bytes, ttl } = self.closed(address, epoch, 0, payload);
            let _ = self.line.put(budget, &address.key, &bytes, ttl).await;
        }
    }

    /// Takes away a result, and keeps out what is being computed.
    pub(crate) async fn remove(&self, budget: &mut Budget, address: &Address) {
        let _ = self.line.remove(budget, &address.key).await;
    }
}

/// Has a claim's lease been over for as long again, or has it begun in the future? The engine takes claims away by
/// itself; this one was made to stay.
fn is_abandoned(header: &Header) -> bool {
    let now = clock::wall_millis();
    let lease = header.ttl.min(millis(LONGEST_LEASE)).max(1_000);
    now > header.created.saturating_add(2 * lease) || header.created > now.saturating_add(lease)
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
