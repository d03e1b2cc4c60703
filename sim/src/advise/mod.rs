//! Which attribute to write for the calls of a trace.
//!
//! * **How large.** Powers of two, from 16 up to what holds all keys. Taken is the bound with the highest
//!   `hits / most - 0.02 log2 bound`, where `most` is what a cache without a bound would hit: so each
//!   doubling on the way there has to bring, on the average, 2 % of what can be had. Steps and plateaus
//!   (loops, scans) are no trap, as they would be for a rule that looks at one doubling at a time. The
//!   first 64 entries cost nothing. Hits are those of the better of [`SCOUTS`] at each bound.
//! * **Which policy.** The simplest, in the order of [`SIMPLEST`], that misses the hits of the best policy at that
//!   bound by no more than half a point, nor by more than a twentieth of the best one's misses.
//! * **No bound** where it is best to keep all keys, and no new ones came in the last quarter of the
//!   trace (in at most 1 % of its calls): a bound would be no smaller.
//! * **Nothing** where no key comes twice.

mod text;

use crate::args::Advise;
use crate::bound::{self, Bound};
use crate::contender::Contender;
use crate::replay::{self, Hits, Job, Load};
use crate::trace::{Map, percent};
use memofn::Policy;

/// From the cheapest hit and the shortest explanation on; what isn't named here comes last.
const SIMPLEST: [&str; 9] = [
    "lru",
    "fifo",
    "sieve",
    "s3-fifo",
    "size",
    "random",
    "lfu",
    "w-tinylfu",
    "adaptive",
];

/// Who find the bound: together as good as any, where there are both. Else all look.
const SCOUTS: [&str; 2] = ["lru", "adaptive"];

/// What a doubling has to bring, of what can be had.
const DOUBLING: f64 = 0.02;
/// Most points by which a simpler policy may be worse.
const MARGIN: f64 = 0.5;
/// And most of the best one's misses.
const OF_MISSES: f64 = 0.05;
/// With more calls of new keys at last, in percent, others are to be expected.
const NEW: f64 = 1.0;
/// What no table shows, in points.
const SAME: f64 = 0.005;
/// The smallest bound.
const LEAST: u64 = 16;
/// Up to this a doubling is free.
const FREE: u64 = 64;

/// The text of the advice.
pub(crate) fn advise(load: Load, advise: &Advise) -> String {
    let kind = Kind::of(&load);
    let advisor = Advisor {
        most: load.trace.most_hits(),
        whole: kind.whole(&load),
        calls: load.trace.keys.len() as u64,
        new_at_last: new_at_last(&load.trace.keys),
        seed: advise.input.seed,
        loads: [load],
        kind,
    };
    let mut text = advisor.head();
    if advisor.most == 0.0 {
        text.push_str("\nEvery key comes once: there is nothing to gain, don't memoize.\n");
        return text;
    }
    let limit = advise.most.map(|most| most.of(advisor.whole));
    advisor.body(&mut text, limit);
    text
}

/// What is bounded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Capacity,
    Weight,
}

impl Kind {
    fn of(load: &Load) -> Self {
        if load.sizes.is_some() {
            Self::Weight
        } else {
            Self::Capacity
        }
    }

    /// The bound that holds all keys.
    fn whole(self, load: &Load) -> u64 {
        match (self, &load.sizes) {
            (Self::Weight, Some(sizes)) => bound::footprint(&load.trace.keys, sizes),
            _ => load.trace.distinct as u64,
        }
    }

    fn bound(self, amount: u64) -> Bound {
        match self {
            Self::Capacity => Bound {
                capacity: Some(usize::try_from(amount).unwrap_or(usize::MAX)),
                max_weight: None,
            },
            Self::Weight => Bound {
                capacity: None,
                max_weight: Some(amount),
            },
        }
    }
}

struct Advisor {
    loads: [Load; 1],
    kind: Kind,
    /// The bound that holds all keys.
    whole: u64,
    calls: u64,
    /// Hits without a bound, in percent.
    most: f64,
    /// Calls of new keys in the last quarter of the trace, in percent.
    new_at_last: f64,
    seed: u64,
}

/// The policies' hits at one bound, in percent; the advised ones' order.
struct Row {
    amount: u64,
    shares: Vec<(Policy, f64, f64)>,
    opt: Option<f64>,
}

impl Row {
    fn best(&self) -> (Policy, f64) {
        let shares = self
            .shares
            .iter()
            .map(|(policy, share, _)| (*policy, *share));
        // Of those that no table tells apart, the simplest.
        let better = |best: (Policy, f64), one: (Policy, f64)| {
            let simpler = place(one.0) < place(best.0);
            one.1 > best.1 + if simpler { -SAME } else { SAME }
        };
        let best = shares.reduce(|best, one| if better(best, one) { one } else { best });
        best.unwrap_or((Policy::Lru, 0.0))
    }

    fn of(&self, policy: Policy) -> (f64, f64) {
        let own = self.shares.iter().find(|(one, ..)| *one == policy);
        own.map_or((0.0, 0.0), |(_, share, bytes)| (*share, *bytes))
    }

    /// The simplest policy that is good enough.
    fn choose(&self) -> Policy {
        let (best, most) = self.best();
        let margin = MARGIN.min(OF_MISSES * (100.0 - most));
        let good = self
            .shares
            .iter()
            .filter(|(_, share, _)| *share >= most - margin);
        let simplest = good.min_by_key(|(policy, ..)| place(*policy));
        simplest.map_or(best, |(policy, ..)| *policy)
    }
}

/// How simple a policy is: less is simpler.
fn place(policy: Policy) -> usize {
    let place = SIMPLEST.iter().position(|name| policy == *name);
    place.unwrap_or(SIMPLEST.len())
}

impl Advisor {
    fn body(&self, text: &mut String, limit: Option<u64>) {
        let tried = self.tried(limit);
        let fits = limit.is_none_or(|limit| limit >= self.whole);
        let amount = self.knee(&tried, fits);
        if amount >= self.whole {
            return self.all_fit(text);
        }
        let around = [amount.div_ceil(2), amount, amount.saturating_mul(2)];
        let rows = self.rows(&around, &self.policies());
        let policy = rows[1].choose();
        text.push_str(&format!("\n{}\n\n", self.kind.attribute(policy, amount)));
        self.table(text, &rows, policy);
        self.why(text, &rows[1], policy, limit);
    }

    /// Bounds that don't hold all keys.
    fn tried(&self, limit: Option<u64>) -> Vec<u64> {
        let end = limit.map_or(self.whole, |limit| self.whole.min(limit.saturating_add(1)));
        let least = match self.kind {
            Kind::Capacity => LEAST,
            // A power of two, not much more than a thousandth of all.
            Kind::Weight => (self.whole / 1000).next_power_of_two(),
        };
        let powers = std::iter::successors(Some(least.max(1)), |amount| amount.checked_mul(2));
        let mut tried: Vec<u64> = powers.take_while(|amount| *amount < end).collect();
        let limit = limit.filter(|limit| *limit < self.whole && !tried.contains(limit));
        tried.extend(limit);
        tried
    }

    fn policies(&self) -> Vec<Contender> {
        let mut all = Contender::all(self.kind == Kind::Weight);
        if self.kind == Kind::Weight {
            all.retain(|one| *one != Contender::Opt);
        }
        all
    }

    /// The bound to advise.
    fn knee(&self, tried: &[u64], whole: bool) -> u64 {
        let all = self.policies();
        let named = |one: &Contender| SCOUTS.contains(&one.to_string().as_str());
        let mut scouts: Vec<_> = all.iter().copied().filter(named).collect();
        if scouts.len() < SCOUTS.len() || self.kind == Kind::Weight {
            scouts = all
                .into_iter()
                .filter(|one| *one != Contender::Opt)
                .collect();
        }
        let rows = self.rows(tried, &scouts);
        let mut points: Vec<(u64, f64)> =
            rows.iter().map(|row| (row.amount, row.best().1)).collect();
        if whole {
            points.push((self.room(), self.most));
        }
        let free = if self.kind == Kind::Capacity { FREE } else { 1 };
        let score = |(amount, share): (u64, f64)| {
            share / self.most - DOUBLING * (amount.max(free) as f64).log2()
        };
        let best = points.into_iter().reduce(|best, one| {
            // Of two that are as good, the smaller one, which comes first.
            if score(one) > score(best) + 1e-9 {
                one
            } else {
                best
            }
        });
        best.map_or(self.whole, |(amount, _)| amount)
    }

    /// What all keys take: a bound, if new ones still come.
    fn room(&self) -> u64 {
        if self.new_at_last <= NEW {
            self.whole
        } else {
            self.whole.next_power_of_two()
        }
    }

    fn rows(&self, amounts: &[u64], contenders: &[Contender]) -> Vec<Row> {
        let job = |amount: &u64, contender: &Contender| Job {
            load: 0,
            bound: self.kind.bound(*amount),
            contender: *contender,
        };
        let of = |amount| {
            contenders
                .iter()
                .map(move |contender| job(amount, contender))
        };
        let jobs: Vec<Job> = amounts.iter().flat_map(of).collect();
        let hits = replay::run(&self.loads, &jobs, self.seed);
        let bytes = self.loads[0].bytes();
        let share = |hits: Hits| (percent(hits.count, self.calls), percent(hits.bytes, bytes));
        let mut rows = Vec::new();
        for (amount, hits) in amounts.iter().zip(hits.chunks(contenders.len().max(1))) {
            let mut row = Row {
                amount: *amount,
                shares: Vec::new(),
                opt: None,
            };
            for (contender, hits) in contenders.iter().zip(hits) {
                let (share, bytes) = share(*hits);
                match contender {
                    Contender::Own(policy) => row.shares.push((*policy, share, bytes)),
                    Contender::Other(_) => {}
                    Contender::Opt => row.opt = Some(share),
                }
            }
            rows.push(row);
        }
        rows
    }
}

/// Calls of new keys in the last quarter, in percent.
fn new_at_last(keys: &[u64]) -> f64 {
    let begin = keys.len() - keys.len().div_ceil(4);
    let mut seen: Map<u64, ()> = Map::default();
    let mut new = 0;
    for (at, key) in keys.iter().enumerate() {
        let first = seen.insert(*key, ()).is_none();
        new += u64::from(first && at >= begin);
    }
    percent(new, (keys.len() - begin) as u64)
}
