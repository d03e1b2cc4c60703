//! What a call asks of its store before it runs a body: it reads, claims, waits for who has claimed.
//!
//! Whoever finds nothing claims the key, computes, and fills it in place of his claim. Whoever finds a
//! claim waits a while and looks again. A claim saves work, it doesn't exclude anybody: who has waited long
//! enough computes, and stores nothing. Since a removal takes a claim away as it takes a value away, what
//! was computed before it isn't stored after it, as far as the engine can compare and write in one step.

use super::budget::Budget;
use super::envelope::Header;
use super::epoch::random;
use super::key::Address;
use super::line::{Failed, Way, sleep};
use super::settings;
use super::tier::{Claim, ROUNDS, Reading, Tier, millis};
use crate::clock::{self, Nanos};
use crate::trusted::Proved;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// Times at which who waits looks again: after so many milliseconds, the last ones over and over.
const LOOKS: [u64; 5] = [5, 10, 20, 40, 50];
/// Longest lease, whatever bodies take.
pub(super) const LONGEST_LEASE: Duration = Duration::from_secs(3600);

/// What the store says to a call.
pub(crate) enum Told<V> {
    /// This is the result, for so long. `waited`: another process has computed it meanwhile.
    Value {
        value: Proved<V>,
        left: Nanos,
        waited: bool,
    },
    /// It is to be computed; with a claim, it is to be stored.
    Compute(Option<Claim>),
}

impl<K, V> Tier<K, V> {
    /// What tells a claim apart.
    fn new_token(&self) -> [u8; 16] {
        let mut token = [0; 16];
        token[..8].copy_from_slice(&self.maker());
        token[8..].copy_from_slice(&random());
        token
    }

    /// A claim holds twice as long as bodies have taken, at least.
    fn lease(&self) -> Duration {
        if self.line.capabilities.is_exclusive() {
            return LONGEST_LEASE;
        }
        let learned = Duration::from_millis(self.longest.load(Relaxed).saturating_mul(2));
        learned.min(LONGEST_LEASE).max(settings().lease)
    }

    /// What the store has for a call. `patience`: how long it may wait for another's computation.
    pub(crate) async fn ask(&self, way: Way, address: &Address, patience: Duration) -> Told<V> {
        let mut budget = self.line.budget(way);
        let asked = self.asked(&mut budget, address, patience).await;
        asked.unwrap_or(Told::Compute(None))
    }

    async fn asked(
        &self,
        budget: &mut Budget,
        address: &Address,
        patience: Duration,
    ) -> Result<Told<V>, Failed> {
        // Before anything else: a process that has cleared says so.
        self.epoch(budget).await?;
        // Who finds a result at the first look has no need for any of these.
        let mut begun = None;
        // A claim is waited for as long as it can hold: after one that has died, its successor's begins anew.
        let (mut claim, mut since): (_, Nanos) = (Vec::new(), 0);
        // When the look began whose answer this is: it may have taken long to arrive.
        let mut looked: Nanos = 0;
        let (mut looks, mut useless) = (LOOKS.into_iter(), 0);
        let (mut waited, mut renewed) = (false, false);
        loop {
            let (mut free, mut claimed, mut ours) = (true, false, false);
            let before = *budget;
            match self.read(budget, address).await? {
                Reading::Nothing => {}
                Reading::Value(value, left) => {
                    return Ok(Told::Value {
                        value,
                        left,
                        waited,
                    });
                }
                Reading::Useless(held) => {
                    useless += 1;
                    if useless > ROUNDS {
                        return Ok(Told::Compute(None));
                    }
                    free = self.line.remove_if(budget, &address.key, &held).await?;
                }
                Reading::Claimed(token, is_ours) => {
                    (free, claimed, ours) = (false, true, is_ours);
                    if !ours {
                        // To look is part of the wait, as long as the store answers.
                        budget.refund(before);
                    }
                    if token != claim {
                        (claim, since) = (token, clock::now());
                    }
                }
            }
            if free {
                if let Some(claim) = self.claim(budget, address).await? {
                    return Ok(Told::Compute(Some(claim)));
                }
            }
            if !claimed {
                // Somebody was faster, and that claim has a lease of its own. Who has waited in vain for one that
                // has died waits once more: otherwise, where a lease is `max_wait`, all would compute.
                (claim, since) = (Vec::new(), clock::now());
                if !renewed && begun.is_some() {
                    (begun, renewed) = (None, true);
                }
            }
            // Somebody computes it. If that was this process, only its result is under way, and to wait for that
            // is to wait for the store.
            let begun = begun.get_or_insert_with(Instant::now);
            let left = patience.saturating_sub(begun.elapsed());
            let held = Duration::from_nanos(looked.saturating_sub(since));
            let mut left = left.min(self.lease().saturating_sub(held));
            if ours {
                left = left.min(budget.left().unwrap_or_default());
            }
            if left.is_zero() {
                return Ok(Told::Compute(None));
            }
            let look = looks.next().unwrap_or(LOOKS[LOOKS.len() - 1]);
            let asleep = Instant::now();
            sleep(budget.way, Duration::from_millis(look).min(left)).await;
            if ours {
                budget.wait(asleep.elapsed());
                if budget.left().is_none() {
                    return Ok(Told::Compute(None));
                }
            }
            looked = clock::now();
            waited = true;
        }
    }

    /// Claims a key that holds nothing.
    pub(super) async fn claim(
        &self,
        budget: &mut Budget,
        address: &Address,
    ) -> Result<Option<Claim>, Failed> {
        let epoch = self.epoch(budget).await?;
        if !budget.suffices(1) {
            // One whose answer isn't heard would hold up others for nothing.
            self.line.count_error();
            return Err(Failed::Refused);
        }
        let (lease, claimed) = (self.lease(), clock::now());
        let header = Header {
            created: clock::wall_millis(),
            cost: 0,
            ttl: millis(lease),
            epoch,
            negative: false,
        };
        let token = self.seal().claim(address, &header, self.new_token());
        let got = {
            let mut answer = self.line.unheard(&address.key, &token, lease);
            let got = self.line.claim(budget, &address.key, &token, lease).await;
            answer.is_open = got == Err(Failed::Unknown);
            got
        };
        Ok(got?.then(|| Claim {
            address: address.clone(),
            token,
            is_own: true,
            lease,
            epoch,
            budget: *budget,
            begun: Instant::now(),
            claimed,
        }))
    }
}
