// An import is no function.
use memofn::memoize;

#[memoize]
use std::fmt::Display;

fn shown(what: impl Display) -> String {
    what.to_string()
}

fn main() {
    shown(3);
}
