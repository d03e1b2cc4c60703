// What is stored has to be written and read.
use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

#[derive(Clone)]
struct Report(String);

#[memoize(store = STORE)]
fn report(day: u32) -> Report {
    Report(day.to_string())
}

#[memoize(store = STORE)]
fn maybe(day: u32) -> Result<Report, String> {
    Ok(Report(day.to_string()))
}

#[memoize(store = STORE, cache_err)]
fn both(day: u32) -> Result<u32, std::sync::Arc<Report>> {
    Ok(day)
}

fn main() {
    println!("{}", report(1).0);
    let _ = (maybe(1), both(1));
}
