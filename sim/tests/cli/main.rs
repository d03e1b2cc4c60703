//! The program, run as its users run it.

mod advice;
mod plots;
mod reference;
mod refusals;
mod tables;
mod tools;
