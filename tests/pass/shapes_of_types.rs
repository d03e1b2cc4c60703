#![deny(warnings, unused)]
use memofn::memoize;

const PAIR: usize = 2;

#[derive(Clone, PartialEq, Eq, Hash)]
struct User;

#[memoize]
fn arrays(
    a: [&str; PAIR],
    b: [f64; 40],
    c: [u8; 100],
    d: [&User; 1],
    e: [(); 3],
    f: &[[f64; PAIR + 1]; 1],
) -> usize {
    a.len() + b.len() + c.len() + d.len() + e.len() + f[0].len()
}

#[memoize]
fn tuples(
    one: (&str,),
    nested: ((f64, (&str, ())),),
    wide: (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, &str),
) -> usize {
    one.0.len() + nested.0.1.0.len() + wide.11.len() + usize::from(wide.0)
}

macro_rules! number {
    () => {
        u32
    };
}

macro_rules! list {
    ($t:ty) => {
        Vec<$t>
    };
}

#[memoize]
fn macros(a: number!(), b: list![number!()], c: &list!(u8), d: Option<number!()>) -> list!(u32) {
    let mut list = b;
    list.extend([a, c.len() as u32, d.unwrap_or(0)]);
    list
}

#[memoize]
fn qualified(
    a: <Vec<u32> as IntoIterator>::Item,
    b: &<str as ToOwned>::Owned,
    c: Option<&<[u8] as ToOwned>::Owned>,
) -> usize {
    a as usize + b.len() + c.map_or(0, Vec::len)
}

pub(crate) fn main() {
    for _ in 0..2 {
        let text = "ab".to_string();
        assert_eq!(
            arrays(
                [&text, "c"],
                [0.5; 40],
                [7; 100],
                [&User],
                [(); 3],
                &[[0.5; 3]]
            ),
            2 + 40 + 100 + 1 + 3 + 3
        );
        assert_eq!(
            tuples(
                (&text,),
                ((0.5, (&text, ())),),
                (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, &text)
            ),
            7
        );
        assert_eq!(macros(1, vec![2], &vec![3], Some(4)), [2, 1, 1, 4]);
        assert_eq!(qualified(1, &text, Some(&vec![1, 2])), 5);
    }
    assert_eq!(
        (arrays_cache_info().hits, arrays_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (tuples_cache_info().hits, tuples_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (macros_cache_info().hits, macros_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (qualified_cache_info().hits, qualified_cache_info().misses),
        (1, 1)
    );
    let mut numbers = [0.5; 40];
    numbers[39] = -0.5;
    assert_eq!(
        arrays_cache_get(
            ["ab", "c"],
            numbers,
            [7; 100],
            [&User],
            [(); 3],
            &[[0.5; 3]]
        ),
        None
    );
}
