//! What is said of an advice.

use super::{Advisor, DOUBLING, Kind, LEAST, NEW, Row, place};
use memofn::Policy;
use std::fmt::Write as _;

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::Weight => "max_weight",
        }
    }

    /// As the attribute writes it.
    fn value(self, amount: u64) -> String {
        match self {
            Self::Capacity => amount.to_string(),
            Self::Weight => format!("\"{}\"", short(amount)),
        }
    }

    pub(super) fn attribute(self, policy: Policy, amount: u64) -> String {
        format!(
            "#[memoize(policy = \"{policy}\", {} = {})]",
            self.name(),
            self.value(amount)
        )
    }
}

/// `64MiB`; a size that isn't so round with a decimal, `1.9GiB`.
fn short(bytes: u64) -> String {
    let units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    let unit = units.iter().find(|(bits, _)| bytes >> bits > 0);
    let Some((bits, unit)) = unit else {
        return format!("{bytes}B");
    };
    let whole = bytes >> bits;
    if whole << bits == bytes {
        return format!("{whole}{unit}");
    }
    format!("{:.1}{unit}", bytes as f64 / (1_u64 << bits) as f64)
}

impl Advisor {
    pub(super) fn head(&self) -> String {
        let trace = &self.loads[0].trace;
        let mut text = format!(
            "{}: {} calls, {} different keys; a cache without a bound hits {:.2} %\n",
            trace.name, self.calls, trace.distinct, self.most
        );
        if self.calls < 1000 {
            text.push_str("(a short trace: what follows says little about the calls to come)\n");
        }
        text
    }

    pub(super) fn table(&self, text: &mut String, rows: &[Row], policy: Policy) {
        let first = self.kind.name();
        let own = policy.to_string();
        let _ = write!(text, "        {first:>12}  {own:>9}");
        if self.kind == Kind::Weight {
            let _ = write!(text, "  of bytes");
        }
        let opt = rows.iter().any(|row| row.opt.is_some());
        let _ = writeln!(
            text,
            "{}  best policy",
            if opt { "        opt" } else { "" }
        );
        for (row, which) in rows.iter().zip(["half", "advised", "twice"]) {
            let amount = match self.kind {
                Kind::Capacity => row.amount.to_string(),
                Kind::Weight => short(row.amount),
            };
            let (share, bytes) = row.of(policy);
            let _ = write!(text, "{which:<8}{amount:>12}  {share:>7.2} %");
            if self.kind == Kind::Weight {
                let _ = write!(text, "  {bytes:>6.2} %");
            }
            if let Some(opt) = row.opt {
                let _ = write!(text, "  {opt:>7.2} %");
            }
            let (best, share) = row.best();
            let _ = writeln!(text, "  {best} {share:.2} %");
        }
    }

    pub(super) fn why(&self, text: &mut String, row: &Row, policy: Policy, limit: Option<u64>) {
        let (share, _) = row.of(policy);
        let (best, most) = row.best();
        let name = self.kind.name();
        let of_most = percent_of(share, self.most);
        let _ = writeln!(text, "\nwhy");
        if limit == Some(row.amount) {
            let _ = writeln!(
                text,
                "  {name}: as much as was allowed; these are {of_most:.0} % of the hits without a bound"
            );
        } else {
            let _ = writeln!(
                text,
                "  {name}: these are {of_most:.0} % of the hits without a bound; more gains less than {:.0} % of them a doubling",
                100.0 * DOUBLING
            );
        }
        if policy == best {
            let next = row
                .shares
                .iter()
                .filter(|(one, ..)| place(*one) < place(policy));
            let next = next.max_by(|one, other| one.1.total_cmp(&other.1));
            match next {
                Some((simpler, share, _)) => {
                    let _ = writeln!(
                        text,
                        "  policy: the best; the best of the simpler ones is {simpler}, {share:.2} %"
                    );
                }
                None => {
                    let _ = writeln!(text, "  policy: the best, and the simplest");
                }
            }
        } else {
            let _ = writeln!(
                text,
                "  policy: simpler than the best, {best}, which gains {:.2} points",
                most - share
            );
        }
        let first = 100.0 - self.most;
        let _ = writeln!(
            text,
            "  misses: {first:.2} % of all calls are the first of their key, which no cache can answer; {:.2} % are others",
            self.most - share
        );
        if self.most < 10.0 {
            let _ = writeln!(
                text,
                "  little to gain: memoize only what takes much longer than a miss of the cache"
            );
        }
    }

    /// Nothing has to leave.
    pub(super) fn all_fit(&self, text: &mut String) {
        let room = self.whole.next_power_of_two().max(LEAST);
        let (bounded, unbounded) = (self.kind.attribute(Policy::Lru, room), "#[memoize]");
        let new = self.new_at_last;
        let (advised, other, which) = if new <= NEW {
            (unbounded, bounded.as_str(), "where others may come, write")
        } else {
            (bounded.as_str(), unbounded, "where no others come, write")
        };
        let whole = match self.kind {
            Kind::Capacity => format!("{} keys", self.whole),
            Kind::Weight => format!("keys, {} together,", short(self.whole)),
        };
        let _ = writeln!(
            text,
            "\n{advised}\n\nIt hits {:.2} %, the most that any cache can: each miss is the first call of its key.\n\nwhy\n  \
             all {whole} fit: less room would lose hits worth having, and a bound for all of them bounds nothing\n  \
             new keys: {new:.2} % of the calls in the last quarter of the trace; {which} {other}",
            self.most
        );
        let smaller = room / 4;
        if smaller >= LEAST {
            let rows = self.rows(&[room / 2, smaller], &self.policies());
            for (row, which) in rows.iter().zip(["half", "a quarter"]) {
                if row.amount < self.whole {
                    let (best, share) = row.best();
                    let amount = self.kind.value(row.amount);
                    let _ = writeln!(
                        text,
                        "  {which}, {} = {amount}: {best} hits {share:.2} %",
                        self.kind.name()
                    );
                }
            }
        }
    }
}

fn percent_of(part: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        100.0 * part / whole
    } else {
        0.0
    }
}
