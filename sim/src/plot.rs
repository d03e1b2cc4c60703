//! Curves of hit ratios as SVG: a panel for each trace, its bounds on a logarithmic scale.

use crate::bound::Bound;
use crate::contender::Contender;
use crate::replay::{Hits, Job, Load};
use crate::report::Results;
use crate::trace::percent;
use std::fmt::Write as _;

const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 340.0;
/// Around the curves of a panel.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 48.0;
/// Above the panels: what the colours mean.
const LEGEND: f64 = 26.0;
const NAME: f64 = 120.0;

/// Told apart by those who don't see all colours, too (M. Okabe, K. Ito, "Color Universal Design", 2008),
/// and two more.
const COLOURS: [&str; 8] = [
    "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31", "#7f5fbf", "#999999",
];

/// The curves of a panel.
struct Panel<'p> {
    title: String,
    unit: &'static str,
    curves: Vec<(Contender, Vec<(u64, f64)>)>,
    colours: &'p [Contender],
}

/// The whole picture.
pub(crate) fn picture(results: &Results<'_>) -> String {
    let mut contenders: Vec<Contender> = Vec::new();
    for job in results.jobs {
        if !contenders.contains(&job.contender) {
            contenders.push(job.contender);
        }
    }
    let mut panels = Vec::new();
    for (index, load) in results.loads.iter().enumerate() {
        let accesses = load.trace.keys.len() as u64;
        let by_count = |hits: Hits| percent(hits.count, accesses);
        panels.push(Panel::of(results, index, load, "", by_count, &contenders));
        if load.sizes.is_some() {
            let all = load.bytes();
            let by_bytes = |hits: Hits| percent(hits.bytes, all);
            panels.push(Panel::of(
                results,
                index,
                load,
                " (bytes)",
                by_bytes,
                &contenders,
            ));
        }
    }
    let columns = panels.len().min(2);
    let width = WIDTH * columns as f64;
    let per_row = ((width - 32.0) / NAME) as usize;
    let legend = LEGEND * contenders.len().div_ceil(per_row) as f64 + 14.0;
    let height = legend + HEIGHT * panels.len().div_ceil(2) as f64;

    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#222\">\n\
         <title>Hit ratio by capacity and policy</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (index, contender) in contenders.iter().enumerate() {
        let x = 16.0 + NAME * (index % per_row) as f64;
        let y = 24.0 + LEGEND * (index / per_row) as f64;
        let _ = writeln!(
            text,
            "<path d=\"M{x} {y}h26\" {}/><text x=\"{}\" y=\"{}\">{contender}</text>",
            stroke(*contender, &contenders),
            x + 32.0,
            y + 4.5,
        );
    }
    for (index, panel) in panels.iter().enumerate() {
        let x = WIDTH * (index % 2) as f64;
        let y = legend + HEIGHT * (index / 2) as f64;
        let _ = writeln!(text, "<g transform=\"translate({x} {y})\">");
        panel.draw(&mut text);
        text.push_str("</g>\n");
    }
    text.push_str("</svg>\n");
    text
}

/// How a curve looks: the most that is possible black and dashed, what adapts stronger than others.
fn stroke(contender: Contender, all: &[Contender]) -> String {
    let adapts = |contender: Contender| match contender {
        Contender::Own(policy) => policy == "adaptive",
        Contender::Opt | Contender::Other(_) => false,
    };
    let (colour, width, dashes) = match contender {
        Contender::Opt => ("#000000", 2.0, " stroke-dasharray=\"6 4\""),
        _ if adapts(contender) => ("#d55e00", 3.0, ""),
        _ => {
            let others = all
                .iter()
                .filter(|one| **one != Contender::Opt && !adapts(**one));
            let index = others.take_while(|one| **one != contender).count();
            // More policies than colours: told apart by dashes.
            let dashes = if index < COLOURS.len() {
                ""
            } else {
                " stroke-dasharray=\"2 3\""
            };
            (COLOURS[index % COLOURS.len()], 1.8, dashes)
        }
    };
    format!(
        "fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{dashes}"
    )
}

impl<'p> Panel<'p> {
    fn of(
        results: &Results<'_>,
        index: usize,
        load: &Load,
        of_what: &str,
        share: impl Fn(Hits) -> f64,
        colours: &'p [Contender],
    ) -> Self {
        let bounds: Vec<Bound> = results.of(index).map(|(job, _)| job.bound).collect();
        let by_weight = bounds
            .iter()
            .all(|bound| bound.capacity == bounds[0].capacity)
            && bounds[0].max_weight.is_some();
        let place = |job: &Job| {
            let capacity = job.bound.capacity.map(|capacity| capacity as u64);
            let place = if by_weight {
                job.bound.max_weight
            } else {
                capacity
            };
            place.unwrap_or(1)
        };
        let mut curves = Vec::new();
        let mut in_order = colours.to_vec();
        // The most that is possible is drawn last, on top.
        in_order.sort_by_key(|contender| *contender == Contender::Opt);
        for contender in in_order {
            let own = results
                .of(index)
                .filter(|(job, _)| job.contender == contender);
            let mut points: Vec<_> = own.map(|(job, hits)| (place(job), share(hits))).collect();
            points.sort_by_key(|(place, _)| *place);
            curves.push((contender, points));
        }
        Self {
            title: format!("{}{of_what}", load.trace.name),
            unit: if by_weight { "max weight" } else { "capacity" },
            curves,
            colours,
        }
    }

    fn draw(&self, text: &mut String) {
        let points = || self.curves.iter().flat_map(|(_, points)| points);
        let places = || points().map(|(place, _)| *place);
        let (mut low, mut high) = (
            places().min().unwrap_or(1) as f64,
            places().max().unwrap_or(1) as f64,
        );
        if low == high {
            (low, high) = (low / 2.0, high * 2.0);
        }
        let most = points().map(|(_, share)| *share).fold(1.0, f64::max);
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .find(|step| most / step <= 5.0)
            .unwrap_or(20.0);
        let top = (most / step).ceil() * step;
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let x = |place: f64| LEFT + (right - LEFT) * (place / low).ln() / (high / low).ln();
        let y = |share: f64| bottom - (bottom - TOP) * share / top;

        let title = escape(&self.title);
        let _ = writeln!(
            text,
            "<text x=\"{LEFT}\" y=\"24\" font-weight=\"600\">{title}</text>"
        );
        for mark in 0..=(top / step).round() as u32 {
            let share = f64::from(mark) * step;
            let line = y(share);
            let _ = writeln!(
                text,
                "<path d=\"M{LEFT} {line:.1}H{right}\" stroke=\"#e3e3e3\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#555\">{share} %</text>",
                LEFT - 8.0,
                line + 4.5,
            );
        }
        for mark in marks(low, high) {
            let column = x(mark);
            let _ = writeln!(
                text,
                "<path d=\"M{column:.1} {bottom}v5\" stroke=\"#888\"/>\
                 <text x=\"{column:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{}</text>",
                bottom + 20.0,
                short(mark),
            );
        }
        let _ = writeln!(
            text,
            "<path d=\"M{LEFT} {bottom}H{right}\" stroke=\"#888\"/>\
             <text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{}</text>",
            f64::midpoint(LEFT, right),
            bottom + 39.0,
            self.unit,
        );
        for (contender, points) in &self.curves {
            let stroke = stroke(*contender, self.colours);
            let line: Vec<String> = points
                .iter()
                .map(|(place, share)| format!("{:.1} {:.1}", x(*place as f64), y(*share)))
                .collect();
            let _ = writeln!(text, "<path d=\"M{}\" {stroke}/>", line.join("L"));
            let colour = stroke.split('"').nth(3).unwrap_or("#000");
            for (place, share) in points {
                let _ = writeln!(
                    text,
                    "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.6\" fill=\"{colour}\">\
                     <title>{contender} {place}: {share:.2} %</title></circle>",
                    x(*place as f64),
                    y(*share),
                );
            }
        }
    }
}

/// Round numbers in between: some, but not more than have room.
fn marks(low: f64, high: f64) -> Vec<f64> {
    let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
    let all = |steps: &[f64]| -> Vec<f64> {
        let marks = decades
            .clone()
            .flat_map(|decade| steps.iter().map(move |step| step * 10_f64.powi(decade)));
        marks
            .filter(|mark| *mark >= low * 0.999 && *mark <= high * 1.001 && *mark >= 1.0)
            .collect()
    };
    let few = [&[1.0][..], &[1.0, 3.0], &[1.0, 2.0, 5.0]];
    let room = few
        .iter()
        .rev()
        .map(|steps| all(steps))
        .find(|marks| marks.len() <= 8);
    match room {
        Some(marks) if marks.len() > 1 => marks,
        // Both ends, where nothing round is in between.
        Some(_) => vec![low.round().max(1.0), high.round().max(1.0)],
        None => all(&[1.0]),
    }
}

/// 20000 is 20k.
fn short(number: f64) -> String {
    let units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    let unit = units.iter().find(|(size, _)| number >= *size);
    let (size, name) = unit.copied().unwrap_or((1.0, ""));
    format!("{}{name}", (100.0 * number / size).round() / 100.0)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_few() {
        assert_eq!(
            marks(10.0, 1000.0),
            [10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0]
        );
        assert_eq!(marks(204.0, 2048.0), [500.0, 1000.0, 2000.0]);
        assert_eq!(marks(3.0, 4.0), [3.0, 4.0]);
        assert_eq!(marks(1.0, 1e6).len(), 7);
        assert_eq!((short(20_000.0), short(1.0)), ("20k".into(), "1".into()));
    }
}
