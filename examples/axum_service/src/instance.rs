//! An instance of the service: this program again, as another process.

use crate::servers;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};

pub(crate) struct Instance {
    child: Child,
    pub(crate) port: u16,
}

impl Instance {
    /// Starts one, and waits until it listens.
    pub(crate) fn start(port: u16, redis: &str, database: &Path) -> Self {
        let program = std::env::current_exe().expect("a program");
        let child = Command::new(program)
            .args(["serve", &port.to_string()])
            .arg(database)
            .env("MEMOFN_REDIS_URL", redis)
            .spawn()
            .expect("an instance");
        servers::until("the instance listens", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self { child, port }
    }

    /// As a crash does.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.kill();
    }
}
