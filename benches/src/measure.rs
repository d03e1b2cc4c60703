//! Round by round: in each round every contender runs for about the same time, the first of a round
//! being the second of the round before. Noise hits all alike, and the median forgets it.

use crate::figures::{digits, median};
use crate::options::Options;
use crate::pool::Pool;
use crate::results::{Cell, Results, reference};
use crate::works::{Contender, Work};
use std::io::{IsTerminal, Write, stdout};
use std::thread::available_parallelism;
use std::time::Duration;

/// Measures a work and adds what came out.
pub(crate) fn measure(work: &Work, pool: &Pool, options: &Options, results: &mut Results) {
    let contenders: Vec<Contender> = (work.contenders)()
        .into_iter()
        .filter(|contender| work.threads == 1 || !contender.name.starts_with("CPython"))
        .collect();
    let calls: Vec<u64> = contenders
        .iter()
        .map(|contender| {
            (contender.warm_up)(pool, work.threads);
            calibrate(contender, work.threads, pool, options.round_time())
        })
        .collect();

    let mut times = vec![Vec::new(); contenders.len()];
    let mut runs = vec![0; contenders.len()];
    for round in 0..options.rounds() {
        progress(&format!("  round {}/{}", round + 1, options.rounds()));
        for turn in 0..contenders.len() {
            let who = (turn + round) % contenders.len();
            let sample = (contenders[who].run)(pool, work.threads, calls[who]);
            times[who].push(time_per_call(sample.wall, work.threads, calls[who]));
            runs[who] += sample.runs;
        }
    }
    progress("");

    let first = results.cells.len();
    for (contender, times) in contenders.iter().zip(times) {
        results.cells.push(Cell {
            work: work.title,
            contender: contender.name,
            reference: reference(contender.name, contender.kind, work.hits),
            value: median(times),
        });
    }
    for (who, cell) in results.cells[first..].iter().enumerate() {
        let all = calls[who] * (work.threads * options.rounds()) as u64;
        let ratio = results.ratio(cell).map(digits).unwrap_or_default();
        println!(
            "  {:42} {:9.1} ns  {ratio:>6} × {:17}{}",
            cell.contender,
            cell.value,
            cell.reference,
            remark(work.hits, runs[who], all)
        );
    }
}

/// Nanoseconds of a core's time per call: wall × cores in use / calls. With no more threads than
/// cores that is how long a call takes.
fn time_per_call(wall: Duration, threads: usize, calls_per_thread: u64) -> f64 {
    let cores = available_parallelism().map_or(1, usize::from);
    let calls = calls_per_thread * threads as u64;
    wall.as_nanos() as f64 * threads.min(cores) as f64 / calls as f64
}

/// How many calls per thread take about so long.
fn calibrate(contender: &Contender, threads: usize, pool: &Pool, time: Duration) -> u64 {
    let mut calls = 64;
    loop {
        let wall = (contender.run)(pool, threads, calls).wall;
        if wall >= time / 4 {
            let scaled = calls as f64 * time.as_secs_f64() / wall.as_secs_f64();
            return (scaled as u64).max(64);
        }
        calls *= 2;
    }
}

/// What a reader has to know about the number before it: which share of the calls were hits.
fn remark(hits: bool, runs: u64, calls: u64) -> String {
    let share = 100.0 * (1.0 - runs as f64 / calls as f64);
    match (hits, runs) {
        (true, 0) => String::new(),
        (true, _) => format!("  !! {runs} bodies ran in {calls} calls"),
        (false, _) => format!("  {share:.1} % hits"),
    }
}

/// Shows a line that the next one overwrites, on terminals.
pub(crate) fn progress(line: &str) {
    if stdout().is_terminal() {
        print!("\r\x1b[K{line}");
        let _ = stdout().flush();
    }
}
