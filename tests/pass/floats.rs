//! Floats count as their bits, at any depth that is written out: `0.0` is not `-0.0`, and `NaN` finds itself.
#![deny(warnings, unused)]
use memofn::memoize;

type F = f64;

#[derive(Clone, PartialEq, Eq, Hash)]
struct User(u32);

#[memoize]
fn plain(x: f64) -> f64 {
    1.0 / x
}

#[memoize]
fn single(x: f32, n: u32) -> f32 {
    x + n as f32
}

#[memoize]
fn alias(x: F) -> F {
    x + 1.0
}

#[memoize]
fn reference(x: &f64, y: &F) -> f64 {
    x + y
}

#[memoize]
fn array(x: [f32; 3]) -> f32 {
    x.iter().sum()
}

#[memoize]
fn option(x: Option<f64>, y: Option<&F>) -> f64 {
    x.unwrap_or(1.0) + y.unwrap_or(&1.0)
}

#[memoize]
fn with_user(pair: (f64, User), more: &(F, User)) -> f64 {
    pair.0 + more.0 + f64::from(pair.1.0 + more.1.0)
}

#[memoize]
fn vector(x: Vec<f64>, y: &Vec<F>) -> f64 {
    x.iter().chain(y).sum()
}

#[memoize]
fn slice(x: &[f64], y: &[F], z: &[[f32; 2]]) -> f64 {
    x.iter().sum::<f64>() + y.iter().sum::<f64>() + z.len() as f64
}

#[memoize]
fn deep(x: &[(Option<f64>, &User)], y: Option<&[Vec<F>]>) -> usize {
    x.len() + y.map_or(0, <[Vec<F>]>::len)
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(plain(0.0), f64::INFINITY);
        assert_eq!(plain(-0.0), f64::NEG_INFINITY);
        assert!(plain(f64::NAN).is_nan());
        assert_eq!(single(0.5, 1), 1.5);
        assert_eq!((alias(0.5), alias(-0.0), alias(0.0)), (1.5, 1.0, 1.0));
        assert_eq!(reference(&0.5, &0.25), 0.75);
        assert_eq!(array([0.5, 1.0, 2.0]), 3.5);
        assert!(array([0.5, f32::NAN, 2.0]).is_nan());
        assert_eq!(
            (option(None, None), option(Some(0.5), Some(&0.25))),
            (2.0, 0.75)
        );
        assert_eq!(with_user((0.5, User(1)), &(0.25, User(2))), 3.75);
        assert_eq!(vector(vec![0.5], &vec![0.25]), 0.75);
        assert_eq!(slice(&[0.5], &[0.25], &[[1.0, 2.0]]), 1.75);
        assert_eq!(
            deep(
                &[(Some(0.5), &User(1)), (None, &User(2))],
                Some(&[vec![0.5]])
            ),
            3
        );
    }
    let info = plain_cache_info();
    assert_eq!((info.hits, info.misses, info.len), (3, 3, 3));
    let info = alias_cache_info();
    assert_eq!((info.hits, info.misses, info.len), (3, 3, 3));
    assert_eq!(
        (single_cache_info().hits, single_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (reference_cache_info().hits, reference_cache_info().misses),
        (1, 1)
    );
    assert_eq!((array_cache_info().hits, array_cache_info().misses), (2, 2));
    assert_eq!(
        (option_cache_info().hits, option_cache_info().misses),
        (2, 2)
    );
    assert_eq!(
        (with_user_cache_info().hits, with_user_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (vector_cache_info().hits, vector_cache_info().misses),
        (1, 1)
    );
    assert_eq!((slice_cache_info().hits, slice_cache_info().misses), (1, 1));
    assert_eq!((deep_cache_info().hits, deep_cache_info().misses), (1, 1));

    // Another NaN has other bits.
    let other = f64::from_bits(f64::NAN.to_bits() ^ 1);
    assert!(other.is_nan() && plain(other).is_nan());
    assert_eq!(plain_cache_info().misses, 4);
    assert_eq!(plain_cache_get(-0.0), Some(f64::NEG_INFINITY));
    assert_eq!(option_cache_remove(Some(0.5), Some(&0.25)), Some(0.75));
    assert_eq!(slice_cache_get(&[0.5], &[0.25], &[[1.0, -2.0]]), None);
}
