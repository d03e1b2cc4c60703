// The helpers are as private as the function unless `helpers` says otherwise.
mod numbers {
    use memofn::memoize;

    #[memoize(helpers = pub(self))]
    pub fn square(n: u32) -> u32 {
        n * n
    }
}

fn main() {
    numbers::square(3);
    numbers::square_cache_clear();
}
