//! Several processes: the test binary runs one of its own tests again, as another process.

use std::env;
use std::process::{Child, Command, Stdio};

const ROLE: &str = "MEMOFN_TEST_ROLE";

/// What this process was started for, if it is one of those.
pub fn role() -> Option<String> {
    env::var(ROLE).ok()
}

/// This test binary again, to run the test `test` in that role. What it prints can be read.
pub fn again(test: &str, role: &str, variables: &[(&str, &str)]) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Waits for it, and gives the lines it printed that begin with `mark`, without it.
pub fn lines(child: Child, mark: &str) -> Vec<String> {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| {
            line.split_once(mark)
                .map(|(_, rest)| rest.trim().to_owned())
        })
        .collect()
}
