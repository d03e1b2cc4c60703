//! The store in a file: what every store must do, what survives, what becomes of a damaged file, how large it
//! gets.

// Of the servers only what has to do with folders and processes.
#[path = "../servers/mod.rs"]
mod servers;

mod bounded;
mod conforming;
mod damaged;
mod surviving;

use memofn::store::disk::Disk;
use std::path::Path;
use std::time::Duration;

/// Long enough for a loaded machine: what is asked is what is answered, not how soon.
const AMPLE: Duration = Duration::from_secs(30);

fn at(path: impl AsRef<Path>) -> Disk {
    Disk::open(path.as_ref()).with_timeout(AMPLE)
}
