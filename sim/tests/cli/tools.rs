//! Runs the program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What came of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) error: String,
}

pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_memofn-sim"))
}

/// Runs it with these words, split at spaces, and this standard input.
pub(crate) fn run(words: &str, input: &[u8]) -> Outcome {
    run_args(&words.split_whitespace().collect::<Vec<_>>(), input)
}

pub(crate) fn run_args(args: &[&str], input: &[u8]) -> Outcome {
    let mut child = program()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it is built");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    // It may end before it has read all.
    let writes = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let done = child.wait_with_output().expect("it ends");
    writes.join().expect("no panic");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Outcome {
        code: done.status.code(),
        output: text(done.stdout),
        error: text(done.stderr),
    }
}

/// What it prints, if it does.
pub(crate) fn output(words: &str, input: &[u8]) -> String {
    let done = run(words, input);
    // A slow machine is told how far it is.
    let progress = |line: &&str| line.contains(" % of ") && line.ends_with(" a second");
    let error: Vec<&str> = done.error.lines().filter(|line| !progress(line)).collect();
    assert_eq!((done.code, error), (Some(0), vec![]), "{words}");
    done.output
}

/// A folder that is gone when this is.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}", std::process::id(), NUMBER.fetch_add(1, Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("a folder of cargo's own");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("UTF-8").into()
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).expect("it can be written");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn trace(name: &str) -> String {
    format!("{}/traces/{name}.u64.xz", env!("CARGO_MANIFEST_DIR"))
}

/// Keys as `Cache::record` writes them.
pub(crate) fn u64le(keys: &[u64]) -> Vec<u8> {
    keys.iter().flat_map(|key| key.to_le_bytes()).collect()
}
