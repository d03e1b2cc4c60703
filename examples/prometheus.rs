//! How do I see my caches in Prometheus? With the feature `metrics`, any recorder of the facade
//! `metrics` will do; here it is `metrics-exporter-prometheus`, and the endpoint is the standard library's.
//!
//! `cargo run --example prometheus --features metrics`

use memofn::memoize;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

#[memoize(capacity = 100, name = "word_counts")]
fn word_count(text: &str) -> usize {
    text.split_whitespace().count()
}

#[memoize(name = "parsed_numbers")]
fn parsed(text: &str) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

/// Answers one request with all metrics.
fn answer(stream: TcpStream, recorder: &PrometheusHandle) -> std::io::Result<()> {
    let mut request = BufReader::new(stream);
    let mut line = String::new();
    // Up to the empty line at the end of its head.
    while request.read_line(&mut line)? > 2 {
        line.clear();
    }
    // The caches count in any case; here their counts are handed over.
    memofn::metrics::publish();
    let body = recorder.render();
    write!(
        request.get_mut(),
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let recorder = PrometheusBuilder::new().install_recorder()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming() {
            if let Err(error) = stream.and_then(|stream| answer(stream, &recorder)) {
                eprintln!("a request failed: {error}");
            }
        }
    });

    for text in ["to be or not to be", "to be", "to be"] {
        word_count(text);
    }
    for text in ["7", "seven", "7"] {
        let _ = parsed(text);
    }

    // What Prometheus would do every few seconds.
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\n\r\n")?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    let lines = response.lines();
    lines
        .filter(|line| line.starts_with("memofn_"))
        .for_each(|line| println!("{line}"));
    Ok(())
}
