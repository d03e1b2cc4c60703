// What the `impl` brings is out of reach unless the signature says that there is one.
use memofn::memoize;

trait Unit {
    const FACTOR: u32;
}

struct Converter<U>(U);

impl<U: Unit> Converter<U> {
    #[memoize]
    fn metres<T>(n: u32) -> u32 {
        n * U::FACTOR
    }
}

fn main() {}
