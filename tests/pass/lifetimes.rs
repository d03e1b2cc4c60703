//! Lifetimes of arguments, with names and without, early and late bound, in functions and in an `impl`.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
fn named<'a>(x: &'a str, y: &'a [u8]) -> usize {
    x.len() + y.len()
}

#[memoize]
fn two<'a, 'b: 'a>(x: &'a str, y: &'b str) -> usize {
    x.len() * 10 + y.len()
}

#[memoize]
fn clause<'a, 'b>(x: &'a [&'b str], y: Option<&'a &'b str>) -> usize
where
    'b: 'a,
{
    x.len() * 10 + y.map_or(0, |y| y.len())
}

#[memoize]
fn elided(x: &str, y: &'_ str, z: &'static str) -> usize {
    x.len() * 100 + y.len() * 10 + z.len()
}

#[memoize]
fn higher_ranked(f: for<'a> fn(&'a str) -> &'a str, n: usize) -> usize {
    f("  a ").len() + n
}

fn trimmed(text: &str) -> &str {
    text.trim()
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct User {
    name: String,
}

impl User {
    #[memoize]
    fn longer<'a>(&'a self, other: &'a User) -> usize {
        self.name.len().max(other.name.len())
    }
}

struct Reader<'t> {
    text: &'t str,
}

impl<'t> Reader<'t> {
    #[memoize(key = (self.text.to_string(), n))]
    fn nth(&self, n: usize) -> Option<char> {
        self.text.chars().nth(n)
    }

    #[memoize(skip(self, other))]
    fn shared(&self, other: &'t str, n: usize) -> usize {
        self.text.len() + other.len() + n
    }
}

impl Reader<'_> {
    #[memoize(skip(self))]
    fn anonymous(&self, n: usize) -> usize {
        self.text.len() + n
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        let (x, y) = ("ab".to_string(), vec![1_u8, 2, 3]);
        assert_eq!(named(&x, &y), 5);
        assert_eq!(two(&x, "abc"), 23);
        assert_eq!(clause(&[&x, "c"], Some(&x.as_str())), 22);
        assert_eq!(elided(&x, &x, "abc"), 223);
        assert_eq!(higher_ranked(trimmed, 2), 3);
        let user = User { name: x.clone() };
        assert_eq!(
            user.longer(&User {
                name: "abc".to_string()
            }),
            3
        );
        let reader = Reader { text: &x };
        assert_eq!(reader.nth(1), Some('b'));
        assert_eq!(reader.shared(&x, 1), 5);
        assert_eq!(reader.anonymous(1), 3);
    }
    assert_eq!((named_cache_info().hits, named_cache_info().misses), (1, 1));
    assert_eq!((two_cache_info().hits, two_cache_info().misses), (1, 1));
    assert_eq!(
        (clause_cache_info().hits, clause_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (elided_cache_info().hits, elided_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (
            higher_ranked_cache_info().hits,
            higher_ranked_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            User::longer_cache_info().hits,
            User::longer_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Reader::nth_cache_info().hits,
            Reader::nth_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Reader::shared_cache_info().hits,
            Reader::shared_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Reader::anonymous_cache_info().hits,
            Reader::anonymous_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(named_cache_get("ab", &[1, 2, 3]), Some(5));
    assert_eq!(Reader { text: "xyz" }.nth_cache_get(1), None);
}
