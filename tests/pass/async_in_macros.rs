//! Async functions that a `macro_rules` macro writes, and bodies that use macros.
#![deny(warnings, unused)]
use memofn::memoize;

macro_rules! fetch {
    ($name:ident($argument:ident: $ty:ty) -> $out:ty $body:block) => {
        #[memoize]
        async fn $name($argument: $ty) -> $out $body
    };
    (generic $name:ident<$param:ident>, $by:expr) => {
        #[memoize(capacity = $by)]
        async fn $name<$param>(n: usize) -> usize {
            let size = size_of::<$param>();
            pause().await;
            n * size * $by
        }
    };
}

async fn pause() {}

fetch!(length(text: &str) -> usize {
    pause().await;
    text.len()
});
fetch!(parsed(text: &str) -> Result<u32, std::num::ParseIntError> {
    pause().await;
    let n: u32 = text.parse()?;
    Ok(n + 1)
});
fetch!(generic sized<T>, 1 + 1);

#[memoize]
async fn formatted(text: &str, n: u32) -> String {
    pause().await;
    format!("{text} {n} {}", length(text).await)
}

pub(crate) fn main() {
    for _ in 0..2 {
        futures::executor::block_on(async {
            assert_eq!(
                (
                    length("ab").await,
                    parsed("1").await,
                    parsed("x").await.is_err()
                ),
                (2, Ok(2), true)
            );
            assert_eq!((sized::<u8>(3).await, sized::<u16>(3).await), (6, 12));
            assert_eq!(formatted("a", 1).await, "a 1 1");
        });
    }
    assert_eq!(
        (
            length_cache_info().hits,
            sized_cache_info::<u8>().hits,
            formatted_cache_info().hits
        ),
        (1, 1, 1)
    );
}
