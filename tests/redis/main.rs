//! Redis: what every store must do, and what servers and networks do to it. Starts servers of its own.

#[path = "../servers/mod.rs"]
mod servers;

mod calls;
mod conforming;
mod faults;
mod load;
mod messages;
mod rights;
mod topologies;
