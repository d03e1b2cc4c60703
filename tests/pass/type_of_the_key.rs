//! What K is, where it shows: one argument alone, several as a tuple, none as `()`, references as their owners.
#![deny(warnings, unused)]
use memofn::{Cache, memoize};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct User(u32);

#[memoize]
fn none() -> u32 {
    1
}

#[memoize]
fn one(text: &str) -> usize {
    text.len()
}

#[memoize]
fn several(text: &str, n: u32, user: &User) -> u32 {
    text.len() as u32 + n + user.0
}

#[memoize]
fn tuple(pair: (u8, &str)) -> usize {
    pair.1.len()
}

#[memoize]
fn deep(
    maybe: Option<&str>,
    list: &[&str],
    users: &[&User],
    bytes: [&str; 2],
    path: &Path,
) -> usize {
    maybe.iter().count() + list.len() + users.len() + bytes.len() + path.components().count()
}

#[memoize]
fn floats(x: f64, list: &[f32]) -> f64 {
    x + list.len() as f64
}

#[memoize(skip(a))]
fn skipping(a: u32, b: u8) -> u32 {
    a + u32::from(b)
}

#[memoize(key = text.len() as u16)]
fn by_expression(text: &str) -> String {
    text.to_string()
}

#[memoize]
fn fails(n: u32) -> Result<u32, String> {
    n.checked_sub(1).ok_or_else(|| "zero".to_string())
}

impl User {
    #[memoize]
    fn method(&self, n: u8) -> u32 {
        self.0 + u32::from(n)
    }

    #[memoize]
    fn alone(&self) -> u32 {
        self.0
    }

    #[memoize(skip(self))]
    fn shared(&self, n: u8) -> u32 {
        self.0 + u32::from(n)
    }

    #[memoize]
    fn associated(n: u8) -> Self {
        Self(n.into())
    }
}

pub(crate) fn main() {
    let user = User(3);
    none();
    one("ab");
    several("ab", 1, &user);
    tuple((1, "ab"));
    deep(Some("a"), &["b"], &[&user], ["c", "d"], Path::new("e"));
    floats(0.5, &[1.5]);
    skipping(1, 2);
    by_expression("ab");
    let _ = (fails(0), fails(1));
    user.method(2);
    user.alone();
    user.shared(2);
    User::associated(2);

    let cache: &'static Cache<(), u32> = none_cache();
    assert_eq!(cache.get(&()), Some(1));
    let cache: &'static Cache<String, usize> = one_cache();
    assert_eq!(cache.get(&"ab".to_string()), Some(2));
    let cache: &'static Cache<(String, u32, User), u32> = several_cache();
    assert_eq!(cache.get(&("ab".to_string(), 1, User(3))), Some(6));
    let cache: &'static Cache<(u8, String), usize> = tuple_cache();
    assert_eq!(cache.get(&(1, "ab".to_string())), Some(2));
    let cache: &'static Cache<
        (Option<String>, Vec<String>, Vec<User>, [String; 2], PathBuf),
        usize,
    > = deep_cache();
    assert_eq!(cache.len(), 1);
    let (key, value) = cache.iter().next().unwrap();
    assert_eq!(
        (key.0.as_deref(), key.1, key.2, value),
        (Some("a"), vec!["b".to_string()], vec![User(3)], 6)
    );
    let cache: &'static Cache<(f64, Vec<f32>), f64> = floats_cache();
    assert_eq!(cache.get(&(0.5, vec![1.5])), Some(1.5));
    let cache: &'static Cache<u8, u32> = skipping_cache();
    assert_eq!(cache.get(&2), Some(3));
    assert_eq!(by_expression_cache().get(&2_u16), Some("ab".to_string()));
    let cache: &'static Cache<u32, Result<u32, String>> = fails_cache();
    assert_eq!((cache.get(&0), cache.get(&1)), (None, Some(Ok(0))));
    let cache: &'static Cache<(User, u8), u32> = User::method_cache();
    assert_eq!(cache.get(&(User(3), 2)), Some(5));
    let cache: &'static Cache<User, u32> = User::alone_cache();
    assert_eq!(cache.get(&User(3)), Some(3));
    let cache: &'static Cache<u8, u32> = User::shared_cache();
    assert_eq!(cache.get(&2), Some(5));
    let cache: &'static Cache<u8, User> = User::associated_cache();
    assert_eq!(cache.get(&2), Some(User(2)));
}
