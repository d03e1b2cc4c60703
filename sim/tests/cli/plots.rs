//! Plots are well-formed, and show what the table says.

use crate::tools::{Scratch, output, trace};
use std::fs;

#[test]
fn a_plot_has_a_curve_for_each_policy_with_the_best_on_top() {
    let scratch = Scratch::new();
    let named = scratch.file("a<b>&\"c\".txt", b"x\ny\nx\n");
    let plot = scratch.path("plot.svg");
    let lines = output(
        &format!(
            "{named} --format text --policies opt,lru,fifo --capacities 1,2 --csv --plot {plot}"
        ),
        b"",
    );
    assert_eq!(lines.lines().count(), 7);
    let text = fs::read_to_string(&plot).expect("it was drawn");
    let svg = roxmltree::Document::parse(&text).expect("well-formed");
    let root = svg.root_element();
    assert_eq!(root.tag_name().name(), "svg");
    assert_eq!(
        root.tag_name().namespace(),
        Some("http://www.w3.org/2000/svg")
    );
    let texts: Vec<&str> = svg
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .filter_map(|node| node.text())
        .collect();
    for label in ["lru", "fifo", "opt", "a<b>&\"c\"", "capacity", "1", "2"] {
        assert!(texts.contains(&label), "{label} in {texts:?}");
    }
    let points: Vec<&str> = svg
        .descendants()
        .filter(|node| node.has_tag_name("circle"))
        .filter_map(|node| node.first_element_child()?.text())
        .collect();
    assert_eq!(
        points,
        [
            "lru 1: 0.00 %",
            "lru 2: 33.33 %",
            "fifo 1: 0.00 %",
            "fifo 2: 33.33 %",
            "opt 1: 33.33 %",
            "opt 2: 33.33 %"
        ]
    );
    let number = |node: &roxmltree::Node<'_, '_>, name: &str| -> f64 {
        node.attribute(name).expect(name).parse().expect("a number")
    };
    for circle in svg.descendants().filter(|node| node.has_tag_name("circle")) {
        let (x, y) = (number(&circle, "cx"), number(&circle, "cy"));
        assert!(
            (0.0..=520.0).contains(&x) && (0.0..=340.0).contains(&y),
            "{x} {y}"
        );
    }
}

#[test]
fn a_panel_for_each_trace_and_for_bytes() {
    let scratch = Scratch::new();
    let plot = scratch.path("plot.svg");
    let panels = || {
        let text = fs::read_to_string(&plot).expect("it was drawn");
        let svg = roxmltree::Document::parse(&text).expect("well-formed");
        svg.descendants()
            .filter(|node| node.has_tag_name("g"))
            .count()
    };
    let web = trace("cache2k-web07");
    let other = scratch.file("other.u64", &[7; 80]);
    output(
        &format!("{web} {other} {other} --capacities 5 --plot {plot}"),
        b"",
    );
    assert_eq!(panels(), 3);
    let sizes = scratch.file("sizes.txt", "3\n".repeat(10).as_bytes());
    output(
        &format!("{other} --sizes {sizes} --max-weight 1,50% --plot {plot}"),
        b"",
    );
    assert_eq!(panels(), 2);
}

#[test]
fn hits_of_others_stand_beside_in_the_table_and_the_plot() {
    let scratch = Scratch::new();
    let (trace, plot) = (
        scratch.file("t.txt", b"1\n2\n1\n2\n"),
        scratch.path("plot.svg"),
    );
    let also = scratch.file(
        "also.csv",
        b"trace,capacity,policy,accesses,hits\nt,1,theirs,4,1\nother,1,theirs,9,2\n",
    );
    let args = format!(
        "{trace} --format text --policies lru --capacities 1 --csv --plot {plot} --also {also}"
    );
    assert_eq!(
        output(&args, b""),
        "trace,capacity,policy,accesses,hits\nt,1,lru,4,0\nt,1,theirs,4,1\n"
    );
    assert!(
        fs::read_to_string(&plot)
            .expect("it was drawn")
            .contains(">theirs</text>")
    );
}
