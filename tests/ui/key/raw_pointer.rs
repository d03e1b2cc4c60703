// Nor can a raw pointer.
use memofn::memoize;

#[memoize]
fn address(pointer: *const u8) -> usize {
    pointer as usize
}

fn main() {
    address(std::ptr::null());
    address_cache_clear();
}
