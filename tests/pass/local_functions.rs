//! Functions inside functions, closures, blocks, methods and constants; two of one name are two caches.
#![deny(warnings, unused)]
use memofn::memoize;

struct Shape;

impl Shape {
    fn area(&self) -> u32 {
        #[memoize]
        fn local(n: u32) -> u32 {
            n + 100
        }
        let area = local(1) + local(1);
        assert_eq!(local_cache_info().hits, 1);
        area
    }
}

const FUNCTION: fn(u32) -> u32 = {
    #[memoize]
    fn local(n: u32) -> u32 {
        n + 200
    }
    local
};

#[memoize]
fn outer(n: u32) -> u32 {
    struct Hidden(u32);

    #[memoize]
    fn inner(n: u32) -> u32 {
        Hidden(n).0 + 300
    }

    let twice = inner(n) + inner(n);
    assert!(inner_cache_info().hits > 0);
    twice
}

pub(crate) fn main() {
    let closure = |n: u32| {
        #[memoize]
        fn local(n: u32) -> u32 {
            n + 1
        }
        (local(n), local_cache_info().misses)
    };
    assert_eq!(closure(1), (2, 1));
    assert_eq!(closure(1), (2, 1));

    {
        #[memoize]
        fn local(n: u32) -> u32 {
            n + 2
        }
        assert_eq!((local(1), local(1)), (3, 3));
        assert_eq!((local_cache_info().hits, local_cache_info().misses), (1, 1));
    }
    {
        #[memoize]
        fn local(n: u32) -> u32 {
            n + 3
        }
        assert_eq!((local(1), local(1)), (4, 4));
        assert_eq!((local_cache_info().hits, local_cache_info().misses), (1, 1));
    }

    assert_eq!(Shape.area(), 202);
    assert_eq!((FUNCTION(1), FUNCTION(1)), (201, 201));
    assert_eq!((outer(1), outer(1)), (602, 602));
    assert_eq!((outer_cache_info().hits, outer_cache_info().misses), (1, 1));
    let threads: Vec<u32> = (0..2)
        .map(|_| std::thread::spawn(|| outer(2)).join().unwrap())
        .collect();
    assert_eq!(threads, [604, 604]);
}
