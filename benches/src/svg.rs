//! docs/benchmarks.svg: bars on a logarithmic scale, one panel per work.
//!
//! A bar reaches from 1, which is memofn, to the contender's ratio: to the right what takes longer.

use crate::contenders::LIMIT;
use crate::figures::digits;
use crate::memory::MEMORY;
use crate::results::{Cell, Results};
use crate::works::{HOT, LARGE, MISSES, NAMES, SMALL};
use std::fmt::Write as _;

/// The works that are shown, in two columns.
const PANELS: [&str; 8] = [
    HOT[0], HOT[1], SMALL[0], SMALL[1], LARGE[0], NAMES, MISSES, MEMORY,
];

/// The contenders that are shown.
const SHOWN: [&str; 12] = [
    LIMIT,
    "papaya",
    "#[cached]",
    "#[concurrent_cached]",
    "memoize SharedCache",
    "quick_cache",
    "moka",
    "lru + Mutex",
    "schnellru + Mutex",
    "#[cached(max_size)]",
    "#[concurrent_cached(max_size)]",
    "CPython's lru_cache",
];

const PANEL: f64 = 560.0;
const LABELS: f64 = 215.0;
const BARS: f64 = 290.0;
const ROW: f64 = 17.0;
const TITLE: f64 = 30.0;
const HEAD: f64 = 64.0;
const GAP: f64 = 26.0;

/// Decades that the scale spans.
struct Scale {
    low: i32,
    high: i32,
}

impl Scale {
    fn of(bars: impl Iterator<Item = f64> + Clone) -> Self {
        let least = bars.clone().fold(1.0, f64::min);
        let most = bars.fold(1.0, f64::max);
        Self {
            low: least.log10().floor() as i32,
            high: (most.log10().ceil() as i32).max(1),
        }
    }

    fn x(&self, ratio: f64) -> f64 {
        let share = (ratio.log10() - f64::from(self.low)) / f64::from(self.high - self.low);
        LABELS + BARS * share
    }
}

/// The whole picture.
pub(crate) fn picture(results: &Results) -> String {
    let panels: Vec<(&str, Vec<(&Cell, f64)>)> = PANELS
        .iter()
        .map(|work| (*work, bars(results, work)))
        .filter(|(_, bars)| !bars.is_empty())
        .collect();
    let all = panels.iter().flat_map(|(_, bars)| bars);
    let scale = Scale::of(all.map(|(_, ratio)| *ratio));

    let mut body = String::new();
    let mut y = HEAD;
    for pair in panels.chunks(2) {
        let rows = pair.iter().map(|(_, bars)| bars.len()).max().unwrap_or(0);
        for (column, (work, bars)) in pair.iter().enumerate() {
            let x = column as f64 * PANEL;
            let _ = writeln!(body, "<g transform=\"translate({x} {y})\">");
            panel(&mut body, work, bars, &scale);
            body.push_str("</g>\n");
        }
        y += TITLE + rows as f64 * ROW + GAP;
    }
    let width = PANEL * 2.0 + 16.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {y}\" width=\"{width}\" height=\"{y}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#222\">
<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>
<text x=\"16\" y=\"26\" font-size=\"17\" font-weight=\"600\">What a call takes, as a multiple of memofn’s</text>
<text x=\"16\" y=\"46\" fill=\"#666\">Logarithmic; the line at 1 is memofn with the like policy. \
To the right (blue): memofn takes less. To the left (orange): it takes more. ×1, ×2: threads.</text>
{body}</svg>
"
    )
}

fn bars<'r>(results: &'r Results, work: &str) -> Vec<(&'r Cell, f64)> {
    let cells = results.cells.iter().filter(|cell| cell.work == work);
    cells
        .filter(|cell| SHOWN.contains(&cell.contender))
        .filter_map(|cell| Some((cell, results.ratio(cell)?)))
        .collect()
}

fn panel(text: &mut String, work: &str, bars: &[(&Cell, f64)], scale: &Scale) {
    let bottom = TITLE + bars.len() as f64 * ROW;
    let _ = writeln!(
        text,
        "<text x=\"16\" y=\"14\" font-weight=\"600\">{}</text>",
        escape(work)
    );
    for decade in scale.low..=scale.high {
        let (x, mark) = (scale.x(10f64.powi(decade)), 10f64.powi(decade));
        let colour = if decade == 0 { "#222" } else { "#ddd" };
        let _ = writeln!(
            text,
            "<path d=\"M{x:.1} {TITLE}V{bottom}\" stroke=\"{colour}\"/>\
             <text x=\"{x:.1}\" y=\"25\" font-size=\"10\" fill=\"#888\" text-anchor=\"middle\">{mark}</text>"
        );
    }
    for (row, (cell, ratio)) in bars.iter().enumerate() {
        let y = TITLE + row as f64 * ROW;
        let (one, end) = (scale.x(1.0), scale.x(*ratio));
        let (from, length) = (one.min(end), (end - one).abs().max(1.0));
        let colour = if *ratio >= 1.0 { "#3b76b5" } else { "#d9822b" };
        let line = y + 12.5;
        let after = one.max(end) + 5.0;
        let _ = writeln!(
            text,
            "<text x=\"{:.0}\" y=\"{line}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{from:.1}\" y=\"{}\" width=\"{length:.1}\" height=\"{}\" fill=\"{colour}\"/>\
             <text x=\"{after:.1}\" y=\"{line}\" font-size=\"11\">{}</text>",
            LABELS - 8.0,
            escape(cell.contender),
            y + 3.0,
            ROW - 6.0,
            digits(*ratio)
        );
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
