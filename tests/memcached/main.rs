//! memcached: what every store must do, several processes, and what servers and networks do to it. Starts
//! servers of its own.

#[path = "../servers/mod.rs"]
mod servers;

mod conforming;
mod faults;
mod load;
mod processes;

use memofn::store::memcached::Memcached;
use servers::{Server, free_port, is_installed};
use std::time::Duration;

/// Long enough for a loaded machine: what is asked is what is answered, not how soon.
const AMPLE: Duration = Duration::from_secs(20);

/// A server of 64 MB, if there is one to be started.
fn server(settings: &[&str]) -> Option<Server> {
    is_installed("memcached").then(|| {
        let port = free_port();
        let number = port.to_string();
        let mut arguments = vec!["-u", "nobody", "-l", "127.0.0.1", "-p", &number, "-t", "1"];
        arguments.extend(settings);
        Server::start("memcached", port, &arguments)
    })
}

fn url(port: u16) -> String {
    format!("memcached://127.0.0.1:{port}")
}

fn opened(port: u16) -> Memcached {
    Memcached::open(&url(port)).unwrap().with_timeout(AMPLE)
}
