//! Async functions.

mod executors;
mod functions;
