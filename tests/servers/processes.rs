//! Several processes: the test binary runs one of its own tests again, as another process.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const ROLE: &str = "MEMOFN_TEST_ROLE";

/// What this process was started for, if it is one of those.
pub fn role() -> Option<String> {
    env::var(ROLE).ok()
}

/// In such a process: says that it is ready, and waits for leave to go on.
pub fn ready() {
    say("ready", "");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// In such a process: a line for the test.
pub fn say(mark: &str, text: impl std::fmt::Display) {
    println!("\n{mark} {text}");
}

fn command(test: &str, role: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .envs(variables.iter().copied());
    command
}

/// What such a process says on standard error. Waits for its end, which has to be a good one.
pub fn said_by(test: &str, role: &str, variables: &[(&str, &str)]) -> String {
    let output = command(test, role, variables).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

/// A process of this test, which ends with it.
pub struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// This test binary again, to run the test `test` in that role.
    pub fn start(test: &str, role: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = command(test, role, variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
        }
    }

    /// The next line that begins with `mark`, without it.
    #[track_caller]
    pub fn hear(&mut self, mark: &str) -> String {
        self.next(mark)
            .unwrap_or_else(|| panic!("the process ended without `{mark}`"))
    }

    fn next(&mut self, mark: &str) -> Option<String> {
        let mut line = String::new();
        while self.output.read_line(&mut line).unwrap() > 0 {
            if let Some(rest) = line.strip_prefix(mark) {
                return Some(rest.trim().to_owned());
            }
            line.clear();
        }
        None
    }

    /// Lets it go on.
    pub fn go(&mut self) {
        self.input.write_all(b"\n").unwrap();
    }

    /// Ends it as a crash does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end, which has to be a good one, and gives the further lines that begin with `mark`.
    pub fn lines(mut self, mark: &str) -> Vec<String> {
        let lines = std::iter::from_fn(|| self.next(mark)).collect();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status:?}: {lines:?}");
        lines
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
