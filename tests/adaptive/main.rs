//! The policy `adaptive`: it gets near the best one by itself, whatever the pattern, and keeps its bounds
//! whatever is done to the cache. What is the best is computed here: Belady's OPT, and LRU. (Traces of
//! real programs: `reference.rs`.)

mod bounds;
mod changes;
mod work;
