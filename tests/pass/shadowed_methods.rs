//! A trait of the user's, in scope, gives every type methods with the names that an expansion might call.
#![deny(warnings)]
#![allow(dead_code)]
use memofn::memoize;

struct Wrong;

trait Everything {
    fn view(&self) -> Wrong {
        Wrong
    }
    fn weight(&self) -> Wrong {
        Wrong
    }
    fn hash(&self) -> Wrong {
        Wrong
    }
    fn get(&self) -> Wrong {
        Wrong
    }
    fn own(&self) -> Wrong {
        Wrong
    }
    fn key(&self) -> Wrong {
        Wrong
    }
    fn eq(&self) -> Wrong {
        Wrong
    }
    fn clone(&self) -> Wrong {
        Wrong
    }
    fn to_owned(&self) -> Wrong {
        Wrong
    }
    fn borrow(&self) -> Wrong {
        Wrong
    }
    fn as_ref(&self) -> Wrong {
        Wrong
    }
    fn into(&self) -> Wrong {
        Wrong
    }
    fn insert(&self) -> Wrong {
        Wrong
    }
    fn call(&self) -> Wrong {
        Wrong
    }
    fn kind(&self) -> Wrong {
        Wrong
    }
    fn cache(&self) -> Wrong {
        Wrong
    }
    fn info(&self) -> Wrong {
        Wrong
    }
    fn get_or_insert_with(&self) -> Wrong {
        Wrong
    }
}

impl<T: ?Sized> Everything for T {}

trait ByValue: Sized {
    fn build(self) -> Wrong {
        Wrong
    }
    fn capacity(self) -> Wrong {
        Wrong
    }
    fn is_ok(self) -> Wrong {
        Wrong
    }
    fn map(self) -> Wrong {
        Wrong
    }
    fn unwrap(self) -> Wrong {
        Wrong
    }
    fn leaf(self) -> Wrong {
        Wrong
    }
    fn with(self) -> Wrong {
        Wrong
    }
}

impl<T> ByValue for T {}

#[derive(Clone, PartialEq, Eq, Hash)]
struct User(u32);

impl User {
    #[memoize]
    fn score(&self, n: u32) -> u32 {
        self.0 + n
    }

    #[memoize(key = self.0)]
    fn keyed(&self) -> u32 {
        self.0
    }
}

#[memoize(capacity = 5, ttl = "1m")]
fn sum(
    user: &User,
    owned: User,
    float: f64,
    text: &str,
    users: &[&User],
    maybe: Option<&str>,
) -> usize {
    user.0 as usize
        + owned.0 as usize
        + float as usize
        + text.len()
        + users.len()
        + maybe.map_or(0, str::len)
}

#[memoize(cache_err)]
fn half(n: u32) -> Result<u32, String> {
    if n % 2 == 0 {
        Ok(n / 2)
    } else {
        Err("odd".to_string())
    }
}

#[memoize]
fn length(path: &str) -> std::io::Result<usize> {
    Ok(path.len())
}

pub(crate) fn main() {
    let user = User(1);
    for _ in 0..2 {
        assert_eq!(sum(&user, User(2), 3.0, "a", &[&user], Some("b")), 9);
        assert_eq!(user.score(2), 3);
        assert_eq!(user.keyed(), 1);
        assert_eq!(half(4), Ok(2));
        assert_eq!(length("ab").ok(), Some(2));
    }
    assert_eq!((sum_cache_info().hits, sum_cache_info().misses), (1, 1));
    assert_eq!(User::score_cache_info().hits, 1);
    assert_eq!(User::keyed_cache_info().hits, 1);
    assert_eq!(half_cache_info().hits, 1);
    assert_eq!(length_cache_info().hits, 1);
}
