// A parameter that is there or not.
use memofn::memoize;

#[memoize]
fn count<#[cfg(unix)] T>(n: u32) -> u32 {
    n
}

fn main() {
    count::<u8>(1);
}
