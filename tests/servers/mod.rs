//! Servers that tests start, on loopback ports of their own, and stop, continue, kill and start again.
//!
//! Where a program isn't installed, its tests say so in a line and are skipped; with
//! `MEMOFN_REQUIRE_SERVERS=1` they fail.
#![allow(dead_code, unreachable_pub)]

pub mod pace;
pub mod processes;
pub mod proxy;

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long anything may take that only has to come to pass some time: the machine may be loaded.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Can `program` be started here? If not, says what is skipped, or fails.
pub fn is_installed(program: &str) -> bool {
    let there = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    });
    if !there {
        assert!(
            std::env::var_os("MEMOFN_REQUIRE_SERVERS").is_none_or(|value| value != "1"),
            "{program} is not installed, and MEMOFN_REQUIRE_SERVERS=1"
        );
        let test = std::thread::current();
        eprintln!(
            "skipped: {} needs {program}, which is not installed",
            test.name().unwrap_or("a test")
        );
    }
    there
}

/// Waits until it holds.
#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "in {PATIENCE:?} never: {what}");
        sleep(Duration::from_millis(2));
    }
}

/// A port that nobody listens on, nor on the one 10,000 above, which a node of a cluster needs too. Below
/// those that the system gives to connections, so that a server can have it again after a restart.
pub fn free_port() -> u16 {
    let random = RandomState::new();
    (0u64..)
        .map(|turn| 12_000 + (random.hash_one(turn) % 10_000) as u16)
        .find(|port| {
            [*port, *port + 10_000]
                .iter()
                .all(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        })
        .unwrap()
}

/// A folder that is removed in the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let number = RandomState::new().hash_one(0);
        let path = std::env::temp_dir().join(format!("memofn-{}-{number:x}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server process of this test, which ends with it.
pub struct Server {
    program: &'static str,
    arguments: Vec<String>,
    child: Child,
    pub port: u16,
    pub folder: Folder,
    others: Vec<Folder>,
}

impl Server {
    /// Another folder, as long as this server is there.
    pub fn keep(&mut self, folder: Folder) {
        self.others.push(folder);
    }

    /// Starts `program` in a folder of its own, and waits until something listens on the port.
    pub fn start(program: &'static str, port: u16, arguments: &[&str]) -> Self {
        let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
        let folder = Folder::new();
        let child = spawned(program, &arguments, folder.path());
        let server = Self {
            program,
            arguments,
            child,
            port,
            folder,
            others: Vec::new(),
        };
        server.listens();
        server
    }

    /// A redis-server that saves nothing, with further settings.
    pub fn redis(settings: &[&str]) -> Self {
        Self::redis_at(free_port(), settings)
    }

    pub fn redis_at(port: u16, settings: &[&str]) -> Self {
        let number = port.to_string();
        let mut arguments = vec!["--port", &number, "--bind", "127.0.0.1"];
        arguments.extend(["--save", "", "--appendonly", "no"]);
        arguments.extend(settings);
        Self::start("redis-server", port, &arguments)
    }

    fn listens(&self) {
        until("the server listens", || {
            TcpStream::connect(("127.0.0.1", self.port)).is_ok()
        });
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.pid().to_string()])
            .status()
            .unwrap();
        assert!(sent.success(), "kill {signal}");
    }

    /// Stops it where it stands: connections stay, and no answer comes.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    pub fn resume(&self) {
        self.signal("-CONT");
    }

    /// As a power cut does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// A new one in place of it, on its port. What it knew is lost.
    pub fn restart(&mut self) {
        self.kill();
        self.child = spawned(self.program, &self.arguments, self.folder.path());
        self.listens();
    }

    /// Asks in words, on a connection of its own, and gives all that is answered.
    pub fn ask(&self, lines: &[&str]) -> String {
        ask(self.port, lines)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawned(program: &str, arguments: &[String], folder: &Path) -> Child {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"))
}

/// Lines of a text protocol to a server on a port, and all its answers.
pub fn ask(port: u16, lines: &[&str]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    for line in lines.iter().chain(&["quit"]) {
        stream.write_all(line.as_bytes()).unwrap();
        stream.write_all(b"\r\n").unwrap();
    }
    // A sentinel knows no `quit`.
    stream.shutdown(Shutdown::Write).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answers = Vec::new();
    stream.read_to_end(&mut answers).unwrap();
    String::from_utf8_lossy(&answers).into_owned()
}

/// A cluster of three masters.
pub fn redis_cluster() -> Vec<Server> {
    let settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
    let nodes: Vec<Server> = (0..3).map(|_| Server::redis(&settings)).collect();
    for (node, slots) in nodes.iter().zip(["0 5460", "5461 10922", "10923 16383"]) {
        let said = node.ask(&[&format!("CLUSTER ADDSLOTSRANGE {slots}")]);
        assert!(said.starts_with("+OK"), "{said}");
    }
    let mut met = None;
    until("the cluster is whole", || {
        // A meeting may fail on a loaded machine, and isn't repeated by itself.
        if met.is_none_or(|at: Instant| at.elapsed() > Duration::from_secs(3)) {
            for node in &nodes[1..] {
                node.ask(&[&format!("CLUSTER MEET 127.0.0.1 {}", nodes[0].port)]);
            }
            met = Some(Instant::now());
        }
        nodes.iter().all(|node| {
            let info = node.ask(&["CLUSTER INFO", "CLUSTER SLOTS"]);
            info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
                // Each knows whose every slot is.
                && nodes.iter().all(|other| info.contains(&format!(":{}\r\n", other.port)))
        })
    });
    nodes
}
