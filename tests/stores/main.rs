//! What functions do with a store: the one in memory, which can fail, stall and be changed by others.

#![allow(unreachable_pub)]

#[macro_use]
mod tools;
mod calls;
mod conformance;
mod failing;
mod processes;
mod wrong;
