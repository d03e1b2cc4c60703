//! What is old and given all the same: `refresh_after` and `stale_if_error`, by a clock that the tests
//! move.
//!
//! That clock is the whole process's, so one test at a time runs here. Lifetimes are hours, as in the
//! tests of expiry.

mod callers;
mod fences;
mod futures;
mod isolation;
mod refresh;
mod stale;
mod tools;
