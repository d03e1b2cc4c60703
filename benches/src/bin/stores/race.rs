//! Round by round: in each round every contender runs for about the same time, the first of a round being the
//! second of the round before. Compared is within a round, since servers and machines have moods; shown are the median
//! of these ratios, and the quartiles.

use crate::figures::{digits, median};
use crate::functions::bodies;
use std::fmt::Write as _;
use std::time::Duration;

/// One that takes part. So many calls, and how long they took.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut(u64) -> Duration>,
}

/// One thing to measure. The others are compared with the first of its contenders.
pub(crate) struct Work {
    pub(crate) title: &'static str,
    /// How many calls are a whole: 64 callers make 64 at least.
    pub(crate) unit: u64,
    pub(crate) contenders: Vec<Contender>,
}

/// How long.
pub(crate) struct Time {
    rounds: usize,
    round: Duration,
}

impl Time {
    pub(crate) fn of(quick: bool) -> Self {
        let (rounds, millis) = if quick { (7, 10) } else { (31, 100) };
        Self {
            rounds,
            round: Duration::from_millis(millis),
        }
    }

    /// How many calls take about so long.
    fn calls(&self, contender: &mut Contender, unit: u64) -> u64 {
        let mut calls = 16 * unit;
        loop {
            let took = (contender.run)(calls);
            if took >= self.round / 4 {
                let calls = calls as f64 * self.round.as_secs_f64() / took.as_secs_f64();
                return (calls as u64).div_ceil(unit) * unit;
            }
            calls *= 2;
        }
    }
}

#[derive(Default)]
pub(crate) struct Results(Vec<Row>);

struct Row {
    work: &'static str,
    contender: &'static str,
    /// Lower quartile, median, upper quartile.
    ratios: [f64; 3],
}

impl Row {
    fn shown(&self) -> [String; 2] {
        let [low, middle, high] = self.ratios.map(digits);
        [middle, format!("{low} – {high}")]
    }
}

impl Results {
    pub(crate) fn table(&self) -> String {
        let mut text = String::from("| | | × | quartiles |\n|---|---|--:|--:|\n");
        let mut last = "";
        for row in &self.0 {
            let work = if row.work == last { "" } else { row.work };
            let [ratio, quartiles] = row.shown();
            let _ = writeln!(
                text,
                "| {work} | {} | {ratio} | {quartiles} |",
                row.contender
            );
            last = row.work;
        }
        text
    }
}

/// Measures a work and adds what came out.
pub(crate) fn measure(work: &mut Work, time: &Time, results: &mut Results) {
    let contenders = &mut work.contenders;
    let unit = work.unit;
    let calls: Vec<u64> = { contenders.iter_mut() }
        .map(|contender| time.calls(contender, unit))
        .collect();
    let mut times = vec![Vec::new(); contenders.len()];
    let before = bodies();
    for round in 0..time.rounds {
        for turn in 0..contenders.len() {
            let who = (turn + round) % contenders.len();
            let took = (contenders[who].run)(calls[who]);
            times[who].push(took.as_nanos() as f64 / calls[who] as f64);
        }
    }
    let ran = bodies() - before;
    for (who, contender) in contenders.iter().enumerate() {
        let pairs = times[who].iter().zip(&times[0]);
        let row = Row {
            work: work.title,
            contender: contender.name,
            ratios: quartiles(pairs.map(|(own, bare)| own / bare).collect()),
        };
        let ([ratio, quartiles], time) = (row.shown(), median(times[who].clone()));
        println!(
            "  {:42} {time:9.0} ns  {ratio:>6} ×  ({quartiles})",
            row.contender
        );
        results.0.push(row);
    }
    if ran > 0 {
        println!("  !! {ran} bodies ran: these were not all answers of the store");
    }
}

fn quartiles(mut ratios: Vec<f64>) -> [f64; 3] {
    ratios.sort_by(f64::total_cmp);
    let at = |quarter: usize| ratios[(ratios.len() - 1) * quarter / 4];
    [at(1), at(2), at(3)]
}
