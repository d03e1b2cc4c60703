//! Benchmarks of memofn against its peers: to come with the engine that they are to measure.

fn main() {
    println!("no benchmarks yet");
}
