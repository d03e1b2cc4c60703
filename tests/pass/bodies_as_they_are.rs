//! Bodies are left as they are: macros, unsafe blocks, const blocks, let chains, nested functions of the same name.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
fn macros(n: u32) -> String {
    let list = vec![n; 2];
    assert!(!list.is_empty(), "{n}");
    let found = matches!(list.as_slice(), [a, ..] if *a == n);
    format!("{n:>3}{found}{}", stringify!(a + b))
}

#[memoize]
fn blocks(n: u32) -> u32 {
    let three = const { 1 + 2 };
    // SAFETY: the pointer comes from a reference.
    let read = unsafe { std::ptr::from_ref(&n).read() };
    let array = [const { String::new() }; 2];
    three + read + array.len() as u32
}

#[memoize]
fn let_chains(a: Option<u32>, b: Option<u32>) -> u32 {
    let Some(a) = a else {
        return 0;
    };
    if let Some(b) = b
        && a < b
    {
        b
    } else {
        a
    }
}

#[memoize]
#[rustfmt::skip]
fn one_expression(n: u32) -> u32 { n }

#[memoize]
fn same_name(n: u32) -> u32 {
    fn same_name(n: u32) -> u32 {
        n + 1
    }
    same_name(n)
}

#[memoize]
fn generic_calls(text: &str) -> Vec<u32> {
    text.split(',')
        .map(str::parse::<u32>)
        .filter_map(Result::ok)
        .collect::<Vec<_>>()
}

#[memoize]
fn threads(n: u32) -> u32 {
    std::thread::scope(|scope| scope.spawn(|| n + 1).join().unwrap())
}

#[memoize]
fn futures(n: u32) -> u32 {
    let future = std::pin::pin!(async move { n + 1 });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut context) {
        std::task::Poll::Ready(n) => n,
        std::task::Poll::Pending => 0,
    }
}

#[memoize]
fn not_send_inside(n: u32) -> usize {
    let shared = std::rc::Rc::new(std::cell::RefCell::new(vec![n]));
    shared.borrow_mut().push(n);
    let length = shared.borrow().len();
    length
}

#[memoize]
fn temporaries(n: u32) -> u32 {
    std::sync::Mutex::new(n).lock().map_or(0, |n| *n)
}

#[memoize]
fn coerced(n: u32) -> std::sync::Arc<dyn std::fmt::Display + Send + Sync> {
    std::sync::Arc::new(n)
}

#[memoize]
fn inferred(n: u32) -> Vec<u8> {
    if n == 0 {
        return Vec::new();
    }
    std::iter::repeat_n(n as u8, 2).collect()
}

#[memoize]
fn borrowed_temporary(n: u32) -> Option<String> {
    let text: &str = if n == 0 { return None } else { &n.to_string() };
    Some(text.into())
}

use std::future::Future;

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(macros(1), "  1truea + b");
        assert_eq!((blocks(1), one_expression(1), same_name(1)), (6, 1, 2));
        assert_eq!(
            (
                let_chains(None, None),
                let_chains(Some(1), Some(2)),
                let_chains(Some(3), None)
            ),
            (0, 2, 3)
        );
        assert_eq!(generic_calls("1,x,2"), [1, 2]);
        assert_eq!(
            (threads(1), futures(1), not_send_inside(1), temporaries(1)),
            (2, 2, 2, 1)
        );
        assert_eq!(
            (coerced(1).to_string(), inferred(1)),
            ("1".to_string(), vec![1, 1])
        );
        assert_eq!(
            (borrowed_temporary(0), borrowed_temporary(1)),
            (None, Some("1".to_string()))
        );
    }
    assert_eq!(
        (
            macros_cache_info().hits,
            blocks_cache_info().hits,
            let_chains_cache_info().hits
        ),
        (1, 1, 3)
    );
    assert_eq!(
        (threads_cache_info().hits, same_name_cache_info().hits),
        (1, 1)
    );
}
