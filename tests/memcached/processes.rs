//! Eight processes of four threads each, and one of them that is killed: the library's function over one server.

use crate::servers::processes::{Process, ready, role, say};
use crate::servers::{Folder, Server, until};
use crate::{server, url};
use memofn::memoize;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// Where the processes tell each other how far they are.
fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os("FOLDER").unwrap())
}

fn mark(name: &str) {
    fs::write(folder().join(format!("{name}-{}", std::process::id())), "").unwrap();
}

fn marks(folder: &Path, name: &str) -> usize {
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|file| file.starts_with(name)).count()
}

/// Each run of the body leaves a mark.
#[memoize(store = "memcached", ttl = "5m")]
fn shared(n: u64) -> String {
    mark("ran");
    sleep(Duration::from_millis(300));
    format!("the result for {n}")
}

/// The body of the one that is killed never ends.
#[memoize(store = "memcached", ttl = "5m")]
fn taken_over(n: u64) -> String {
    mark("ran");
    if role().as_deref() == Some("winner") {
        sleep(Duration::from_secs(600));
    }
    format!("the result for {n}")
}

fn started(test: &str, role: &str, server: &Server, folder: &Path) -> Process {
    let variables = [
        ("MEMOFN_MEMCACHED_URL", url(server.port)),
        ("FOLDER", folder.to_str().unwrap().to_owned()),
        // Only what is asked matters here, not how soon it is answered.
        ("MEMOFN_STORE_TIMEOUT", "20s".to_owned()),
        (
            "MEMOFN_STORE_LEASE",
            if role == "one" { "60s" } else { "2s" }.to_owned(),
        ),
    ];
    let variables: Vec<_> = { variables.iter() }
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    Process::start(test, role, &variables)
}

#[test]
fn one_of_eight_processes_computes() {
    const TEST: &str = "processes::one_of_eight_processes_computes";
    if role().is_some() {
        ready();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| say("result", shared(7)));
            }
        });
        let info = shared_cache_info();
        assert_eq!((info.hits + info.misses, info.errors), (4, 0), "{info}");
        return;
    }
    let Some(server) = server(&[]) else {
        return;
    };
    let folder = Folder::new();
    let mut processes: Vec<_> = (0..8)
        .map(|_| started(TEST, "one", &server, folder.path()))
        .collect();
    for process in &mut processes {
        process.hear("ready");
    }
    processes.iter_mut().for_each(Process::go);
    for process in processes {
        assert_eq!(process.lines("result"), ["the result for 7"; 4]);
    }
    assert_eq!(marks(folder.path(), "ran"), 1);
}

#[test]
fn who_is_killed_in_a_computation_is_replaced() {
    const TEST: &str = "processes::who_is_killed_in_a_computation_is_replaced";
    if role().is_some() {
        say("result", taken_over(7));
        return;
    }
    let Some(server) = server(&[]) else {
        return;
    };
    let folder = Folder::new();
    let start = |role| started(TEST, role, &server, folder.path());
    let mut winner = start("winner");
    until("the winner computes", || marks(folder.path(), "ran") == 1);
    winner.kill();
    // It waits for the claim to end, computes, and stores.
    let result = ["the result for 7"];
    assert_eq!(start("heir").lines("result"), result);
    assert_eq!(marks(folder.path(), "ran"), 2);
    assert_eq!(start("reader").lines("result"), result);
    assert_eq!(
        marks(folder.path(), "ran"),
        2,
        "what the heir has computed is there"
    );
}

/// The one process computes while the other removes.
#[test]
fn a_removal_during_a_computation_is_not_undone() {
    const TEST: &str = "processes::a_removal_during_a_computation_is_not_undone";
    if let Some(role) = role() {
        match role.as_str() {
            "computes" => say("result", slow(7)),
            _ => say("result", format!("{:?}", slow_cache_remove(7))),
        }
        return;
    }
    let Some(server) = server(&[]) else {
        return;
    };
    let folder = Folder::new();
    let start = |role| started(TEST, role, &server, folder.path());
    let computes = start("computes");
    until("it computes", || marks(folder.path(), "ran") == 1);
    assert_eq!(start("removes").lines("result"), ["None"]);
    fs::write(folder.path().join("end"), "").unwrap();
    assert_eq!(computes.lines("result"), ["late"]);
    // Its result isn't there.
    assert_eq!(start("removes").lines("result"), ["None"]);
    assert_eq!(start("computes").lines("result"), ["late"]);
    assert_eq!(marks(folder.path(), "ran"), 2);
    assert_eq!(start("removes").lines("result"), ["Some(\"late\")"]);
}

#[memoize(store = "memcached", ttl = "5m", version = 2)]
fn slow(n: u64) -> String {
    mark("ran");
    until("it may end", || folder().join("end").exists());
    assert_eq!(n, 7);
    "late".to_owned()
}
