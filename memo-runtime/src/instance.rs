//! Which instance of a method or generic function is meant: a `static` can't name `Self` or outer
//! parameters, so these share one [`Instances`], a list that only grows and is read without a lock.
//!
//! An instance is identified by the type of a closure that captures nothing and is written inside
//! the function: it is another type for each `Self` and each set of type and const parameters, and
//! lifetimes don't count, which is what is wanted: `TypeId` asks for `'static`, of which only the
//! name is needed here.

use crate::memo::{Config, Memo};
use crate::trusted::type_id_of_val;
use once_cell::sync::OnceCell;
use std::any::{Any, TypeId};
use std::hash::BuildHasher;

/// The caches of all instances of one function.
pub struct Instances {
    first: Link,
}

type Link = OnceCell<Box<Node>>;

struct Node {
    id: TypeId,
    memo: Box<dyn Any + Send + Sync>,
    next: Link,
}

impl Instances {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        let first = OnceCell::new();
        Self { first }
    }
}

impl Default for Instances {
    fn default() -> Self {
        Self::new()
    }
}

/// One instance of a function.
#[derive(Clone, Copy)]
pub struct Instance {
    all: &'static Instances,
    id: TypeId,
}

impl Instance {
    /// The instance that `witness`, a closure of its own, was written in.
    #[inline]
    pub fn new<F>(all: &'static Instances, witness: &F) -> Self {
        let id = type_id_of_val(witness);
        Self { all, id }
    }

    /// Its cache. A new one if this is its first use.
    #[inline]
    pub fn memo<K, V, S>(
        self,
        name: &'static str,
        config: fn() -> Config<K, V, S>,
    ) -> &'static Memo<K, V, S>
    where
        S: BuildHasher,
    {
        let mut link = &self.all.first;
        loop {
            let node = link.get_or_init(|| {
                Box::new(Node {
                    id: self.id,
                    memo: Box::new(Memo::new(name, config)),
                    next: OnceCell::new(),
                })
            });
            if node.id == self.id {
                if let Some(memo) = node.memo.downcast_ref() {
                    return memo;
                }
            }
            link = &node.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::marker::PhantomData;

    struct Wrapper<'a, T>(PhantomData<&'a T>);

    impl<T> Wrapper<'_, T> {
        fn id() -> TypeId {
            type_id_of_val(&|| ())
        }
    }

    fn of_const<const N: usize>() -> TypeId {
        type_id_of_val(&|| ())
    }

    fn through<'a>(_: &'a str) -> TypeId {
        Wrapper::<'a, u8>::id()
    }

    #[test]
    fn types_and_consts_tell_instances_apart_and_lifetimes_do_not() {
        assert_ne!(Wrapper::<u8>::id(), Wrapper::<u16>::id());
        assert_ne!(of_const::<1>(), of_const::<2>());
        let text = String::from("local");
        assert_eq!(through(&text), Wrapper::<'static, u8>::id());
    }
}
