// `Self` comes out of a macro, so the function looks like a free one: an error, and no wrong result.
use memofn::memoize;

macro_rules! size {
    () => {
        size_of::<Self>()
    };
}

struct Wrapper<T>(T);

impl<T> Wrapper<T> {
    #[memoize]
    fn size(n: usize) -> usize {
        n * size!()
    }
}

fn main() {
    Wrapper::<u64>::size(1);
}
