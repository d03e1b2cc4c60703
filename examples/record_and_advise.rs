//! Which policy and capacity suit a function? Record its calls, and ask the simulator.
//!
//! Puts the 9,999 requests of `data/requests.tsv` through a memoized function, as a server would, while its calls are
//! recorded; then has `memofn-sim advise` replay the recording, and prints the attribute to write.
//!
//! ```text
//! cargo run --release --example record_and_advise --features record
//! ```
//!
//! The simulator is a program of memofn's repository. Where this example stands alone, it says what to run there.

use memofn::memoize;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What is memoized: something about the user agent that takes a while to find out. Policy and capacity are a guess
/// so far. That is no matter: calls are recorded whether they hit or not.
#[memoize(capacity = 128)]
fn is_robot(agent: &str) -> bool {
    let agent = agent.to_lowercase();
    ["bot", "crawl", "spider", "slurp"]
        .iter()
        .any(|word| agent.contains(word))
}

fn main() -> ExitCode {
    let file = env::temp_dir().join(format!("is_robot-{}.u64", std::process::id()));
    let done = record(&file).and_then(|()| advise(&file));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The program does what it always does, while the calls of `is_robot` are written into a file.
fn record(file: &Path) -> io::Result<()> {
    let recording = is_robot_cache().record(file)?;
    let robots = serve()?;
    let recorded = recording.finish()?;

    println!("{robots} requests were of robots");
    println!(
        "{recorded}; as written in the program: {}\n",
        is_robot_cache_info()
    );
    Ok(())
}

/// How many requests are of robots.
fn serve() -> io::Result<usize> {
    let requests = fs::read_to_string(Path::new(ROOT).join("examples/data/requests.tsv"))?;
    let agents = requests.lines().filter_map(|line| line.split('\t').nth(2));
    Ok(agents.filter(|agent| is_robot(agent)).count())
}

/// Runs the simulator as one would by hand.
fn advise(file: &Path) -> io::Result<()> {
    let manifest = PathBuf::from(ROOT).join("sim/Cargo.toml");
    if !manifest.exists() {
        println!(
            "In memofn's repository:\ncargo run --release -p memofn-sim -- advise {}",
            file.display()
        );
        return Ok(());
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut simulator = Command::new(cargo);
    simulator
        .args(["run", "--quiet", "--release", "--manifest-path"])
        .arg(manifest);
    let done = simulator.args(["--", "advise"]).arg(file).status();
    fs::remove_file(file)?;
    if done?.success() {
        Ok(())
    } else {
        Err(io::Error::other("memofn-sim failed"))
    }
}
