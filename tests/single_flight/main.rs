//! Concurrent calls with equal arguments run the body once, and nothing ever waits for ever.

mod asynchronous;
mod coalescing;
mod cycles;
mod failures;
mod fences;
mod limits;
mod tools;
mod user_code;
