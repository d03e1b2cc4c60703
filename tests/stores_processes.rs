//! Stores between real processes, over the example's store, a folder: this program starts itself.

#[allow(dead_code, unreachable_pub)]
#[path = "../examples/directory_store.rs"]
mod directory_store;

use directory_store::Directory;
use memofn::memoize;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const FOLDER: &str = "MEMOFN_TEST_FOLDER";

static SHARED: LazyLock<Directory> = LazyLock::new(|| {
    let folder = std::env::var_os(FOLDER).expect("a folder");
    Directory::new(PathBuf::from(folder).join("store")).unwrap()
});

/// Takes a while, and leaves a line behind.
#[memoize(store = SHARED, ttl = "1h")]
fn slow(n: u64) -> u64 {
    ran(n);
    std::thread::sleep(Duration::from_millis(150));
    n * n
}

/// Is told when to end, if ever.
#[memoize(store = SHARED, ttl = "1h")]
fn hangs(n: u64) -> u64 {
    ran(n);
    println!("in the body");
    if std::env::var_os("MEMOFN_TEST_HANG").is_some() {
        std::thread::sleep(Duration::from_secs(600));
    }
    n + 1
}

fn runs(folder: &Path) -> PathBuf {
    folder.join("runs")
}

fn ran(n: u64) {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(runs(&folder));
    writeln!(file.unwrap(), "{n}").unwrap();
}

/// What a process does that this program has started.
#[test]
#[ignore = "started by the others"]
fn child() {
    match std::env::var("MEMOFN_TEST_TASK").as_deref() {
        Ok("slow") => std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (1..=3).for_each(|n| assert_eq!(slow(n), n * n)));
            }
        }),
        Ok("hangs") => assert_eq!(hangs(1), 2),
        _ => return,
    }
    let info = (slow_cache_info(), hangs_cache_info());
    assert_eq!((info.0.errors, info.1.errors), (0, 0), "{info:?}");
}

/// A folder of a test's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("memofn-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn start(&self, task: &str) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["child", "--exact", "--ignored", "--nocapture"])
            .env(FOLDER, &self.0)
            .env("MEMOFN_TEST_TASK", task)
            // The store is a spinning lock on a busy machine.
            .env("MEMOFN_STORE_TIMEOUT", "20s")
            .stdout(Stdio::piped());
        command
    }

    fn runs(&self) -> usize {
        fs::read_to_string(runs(&self.0))
            .unwrap_or_default()
            .lines()
            .count()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn ends_well(child: Child) {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[test]
fn one_computes_for_all_threads_of_all_processes() {
    let folder = Folder::new("once");
    let children: Vec<_> = (0..4)
        .map(|_| folder.start("slow").spawn().unwrap())
        .collect();
    children.into_iter().for_each(ends_well);
    assert_eq!(folder.runs(), 3);
    // Nor does one that comes later, when all of them are gone.
    ends_well(folder.start("slow").spawn().unwrap());
    assert_eq!(folder.runs(), 3);
}

#[test]
fn where_the_winner_is_killed_another_takes_over_when_the_lease_ends() {
    const LEASE: Duration = Duration::from_millis(1500);
    let folder = Folder::new("killed");
    let start = || {
        let mut command = folder.start("hangs");
        command.env("MEMOFN_STORE_LEASE", format!("{}ms", LEASE.as_millis()));
        command
    };
    let begun = Instant::now();
    let mut winner = start().env("MEMOFN_TEST_HANG", "1").spawn().unwrap();
    let mut lines = BufReader::new(winner.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("in the body")));
    winner.kill().unwrap();
    winner.wait().unwrap();
    ends_well(start().spawn().unwrap());
    assert!(begun.elapsed() >= LEASE);
    assert_eq!(folder.runs(), 2);
    // It was stored by the one that took over.
    ends_well(start().spawn().unwrap());
    assert_eq!(folder.runs(), 2);
}
