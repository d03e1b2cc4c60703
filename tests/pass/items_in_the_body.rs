//! Items inside the body are the body's own, and exist once: a static is shared by the function and its helpers.
#![deny(warnings, unused)]
use memofn::memoize;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[memoize]
fn counted(n: u32) -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    CALLS.fetch_add(1, Relaxed);
    n * 100 + CALLS.load(Relaxed)
}

#[memoize]
fn items(n: u32) -> u32 {
    use std::collections::BTreeMap as Map;

    const FACTOR: u32 = 2;
    type Number = u32;

    #[derive(Clone, Copy)]
    struct Pair {
        a: Number,
        b: Number,
    }

    impl Pair {
        fn sum(self) -> Number {
            self.a + self.b
        }
    }

    trait Twice {
        fn twice(&self) -> u32;
    }

    impl Twice for u32 {
        fn twice(&self) -> u32 {
            self * FACTOR
        }
    }

    macro_rules! plus {
        ($n:expr) => {
            $n + 1
        };
    }

    mod inner {
        pub fn three() -> u32 {
            3
        }
    }

    fn helper(n: u32) -> u32 {
        n + 1
    }

    enum Choice {
        Left,
        Right(u32),
    }
    use Choice::{Left, Right};

    let map: Map<u32, Pair> = Map::from([(n, Pair { a: n, b: helper(n) })]);
    let choice = if n == 0 { Left } else { Right(n) };
    let chosen = match choice {
        Left => 0,
        Right(n) => n,
    };
    plus!(map[&n].sum().twice()) + inner::three() + chosen
}

// Items of the body have the names that an expansion might give its own.
#[memoize]
fn names(n: u32) -> u32 {
    static CACHE: u32 = 1;
    static SITE: u32 = 2;
    static MEMO: u32 = 3;
    const KEY: u32 = 4;
    struct Local(u32);
    struct Body(u32);
    struct Site(u32);
    fn body() -> u32 {
        5
    }
    fn call() -> u32 {
        6
    }
    fn names_uncached() -> u32 {
        7
    }
    CACHE
        + SITE
        + MEMO
        + KEY
        + Local(1).0
        + Body(1).0
        + Site(1).0
        + body()
        + call()
        + names_uncached()
        + n
}

struct Shape;

impl Shape {
    #[memoize(skip(self))]
    fn counted(&self, n: u32) -> u32 {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        n * 100 + CALLS.fetch_add(1, Relaxed) + 1
    }

    #[memoize]
    fn associated(n: u32) -> u32 {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        n * 100 + CALLS.fetch_add(1, Relaxed) + 1
    }
}

pub(crate) fn main() {
    assert_eq!((counted(1), counted(1)), (101, 101));
    assert_eq!(counted_uncached(1), 102);
    assert_eq!(counted(1), 101);
    assert_eq!(counted_cache_refresh(1), 103);
    assert_eq!((counted(1), counted(2)), (103, 204));

    assert_eq!((items(1), items(1), items_uncached(1)), (11, 11, 11));
    assert_eq!((items(0), items_cache_refresh(0)), (6, 6));
    assert_eq!((names(1), names(1)), (32, 32));
    assert_eq!(names_cache_info().hits, 1);

    assert_eq!(
        (
            Shape.counted(1),
            Shape.counted_uncached(1),
            Shape.counted_cache_refresh(1)
        ),
        (101, 102, 103)
    );
    assert_eq!(Shape.counted(1), 103);
    assert_eq!(
        (Shape::associated(1), Shape::associated_uncached(1)),
        (101, 102)
    );
    assert_eq!(
        (Shape::associated_cache_refresh(1), Shape::associated(1)),
        (103, 103)
    );
}
