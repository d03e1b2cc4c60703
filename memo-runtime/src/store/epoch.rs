//! Epochs, by which a function's results are cleared.
//!
//! `clear` can't name all keys. So each result carries the epoch of its function, a number that stands in
//! the store by itself, and counts only while it is the present one. A process believes the number it knows
//! for a second, or until it is told of another. If the number is lost there is a new one, and nothing that
//! was there before comes back.

use super::budget::Budget;
use super::line::Failed;
use super::tier::{ROUNDS, Tier};
use crate::clock::{self, Nanos, nanos};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How long a process believes the epoch it knows.
const EPOCH_HOLDS: Nanos = 1_000_000_000;
/// How long an epoch stays in the store: ten years, or as long as the engine can.
const EPOCH_LEASE: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
/// What the number of an epoch stands behind.
const EPOCH_MAGIC: [u8; 4] = *b"ME\x01\x00";

/// What is known of the epoch.
#[derive(Debug, Default)]
pub(crate) struct Epoch {
    known: Option<u64>,
    until: Nanos,
    /// One that the store couldn't be told of.
    pending: Option<u64>,
    /// Counts changes: what was asked before one isn't believed after it.
    changes: u64,
}

impl<K, V> Tier<K, V> {
    /// Another epoch begins.
    pub(crate) async fn clear(&self, budget: &mut Budget) {
        let next = u64::from_le_bytes(random());
        {
            let mut epoch = self.epoch.lock();
            epoch.known = None;
            epoch.pending = Some(next);
            epoch.changes += 1;
        }
        // If it can't be told now, it is told before anything else is asked.
        let _ = self.epoch_anew(budget).await;
    }

    /// The epoch, as far as is known.
    pub(crate) async fn epoch(&self, budget: &mut Budget) -> Result<u64, Failed> {
        {
            let epoch = self.epoch.lock();
            if let (Some(known), None) = (epoch.known, epoch.pending) {
                if clock::now() < epoch.until {
                    return Ok(known);
                }
            }
        }
        self.epoch_anew(budget).await
    }

    /// The epoch, asked for.
    pub(crate) async fn epoch_anew(&self, budget: &mut Budget) -> Result<u64, Failed> {
        let (pending, changes) = {
            let epoch = self.epoch.lock();
            (epoch.pending, epoch.changes)
        };
        let key = self.names.epoch();
        if let Some(next) = pending {
            let bytes = epoch_bytes(next);
            self.line
                .put(budget, &key, &bytes, Some(EPOCH_LEASE))
                .await?;
            // It isn't believed before it is asked for: by now there may be a later one.
            let mut epoch = self.epoch.lock();
            if epoch.pending == pending {
                epoch.pending = None;
            }
            return Ok(next);
        }
        let found = self.epoch_of(budget, &key).await?;
        let mut epoch = self.epoch.lock();
        if epoch.changes == changes {
            epoch.known = Some(found);
            epoch.until = clock::now().saturating_add(EPOCH_HOLDS);
        }
        Ok(found)
    }

    async fn epoch_of(&self, budget: &mut Budget, key: &str) -> Result<u64, Failed> {
        for _ in 0..ROUNDS {
            if let Some(held) = self.line.get(budget, key).await? {
                if let Some(number) = epoch_number(&held) {
                    return Ok(number);
                }
                self.line.count_error();
                self.line.remove_if(budget, key, &held).await?;
            }
            let first = u64::from_le_bytes(random());
            let bytes = epoch_bytes(first);
            if self.line.claim(budget, key, &bytes, EPOCH_LEASE).await? {
                return Ok(first);
            }
        }
        self.line.count_error();
        Err(Failed::Refused)
    }

    /// Another process has begun another epoch.
    pub(crate) fn forget_epoch(&self) {
        let mut epoch = self.epoch.lock();
        epoch.known = None;
        epoch.changes += 1;
    }
}

fn epoch_bytes(number: u64) -> Vec<u8> {
    [EPOCH_MAGIC.as_slice(), &number.to_le_bytes()].concat()
}

fn epoch_number(bytes: &[u8]) -> Option<u64> {
    let number = bytes.strip_prefix(EPOCH_MAGIC.as_slice())?;
    number.try_into().ok().map(u64::from_le_bytes)
}

/// Numbers that nobody else has: by the system's random ones, and where a fork has copied them, by
/// process and time.
pub(crate) fn random() -> [u8; 8] {
    let now = (std::process::id(), clock::real(), nanos_of_day());
    RandomState::new().hash_one(now).to_le_bytes()
}

fn nanos_of_day() -> Nanos {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, nanos)
}
