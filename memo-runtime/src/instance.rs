//! Which instance of a method or generic function is meant: a `static` can't name `Self` or outer
//! parameters, so these share one [`Instances`], a list that only grows and is read without a lock.
//!
//! An instance is identified by the type of a closure that captures nothing and is written inside
//! the function: it is another type for each `Self` and each set of type and const parameters, and
//! lifetimes don't count, which is what is wanted: `TypeId` asks for `'static`, of which only the
//! name is needed here.

use crate::config::Config;
use crate::memo::Memo;
use crate::trusted::type_id_of_val;
use once_cell::race::OnceBox;
use std::any::{Any, TypeId};
use std::hash::{BuildHasher, Hash, Hasher};

/// How many lists there are: a few instances most likely have one each.
pub(crate) const LISTS: usize = 8;

/// The caches of all instances of one function, in lists by a few bits of their ids.
pub struct Instances {
    lists: [Link; LISTS],
}

/// Whoever comes first makes the node. A memo that loses was never used, and its options not asked.
type Link = OnceBox<Node>;

struct Node {
    id: TypeId,
    memo: Box<dyn Any + Send + Sync>,
    next: Link,
}

impl Instances {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        let lists = [const { Link::new() }; LISTS];
        Self { lists }
    }
}

impl Default for Instances {
    fn default() -> Self {
        Self::new()
    }
}

/// The list that an instance is in. The compiler knows the id, and so this.
#[inline]
pub(crate) fn list_of(id: TypeId) -> usize {
    struct Bits(u64);
    impl Hasher for Bits {
        #[inline]
        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
            }
        }
        #[inline]
        fn write_u64(&mut self, bits: u64) {
            self.0 ^= bits;
        }
        #[inline]
        fn finish(&self) -> u64 {
            self.0
        }
    }
    let mut bits = Bits(0);
    id.hash(&mut bits);
    bits.finish() as usize % LISTS
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
        let mut link = &self.all.lists[list_of(self.id)];
        while let Some(node) = link.get() {
            if let Some(memo) = node.memo_of(self.id) {
                return memo;
            }
            link = &node.next;
        }
        self.make(link, name, config)
    }

    /// Puts a new one at the end of its list, which was `link`.
    #[cold]
    #[inline(never)]
    fn make<K, V, S>(
        self,
        mut link: &'static Link,
        name: &'static str,
        config: fn() -> Config<K, V, S>,
    ) -> &'static Memo<K, V, S>
    where
        S: BuildHasher,
    {
        loop {
            let node = link.get_or_init(|| {
                Box::new(Node {
                    id: self.id,
                    memo: Box::new(Memo::new(name, config)),
                    next: Link::new(),
                })
            });
            if let Some(memo) = node.memo_of(self.id) {
                return memo;
            }
            link = &node.next;
        }
    }
}

impl Node {
    #[inline]
    fn memo_of<M: 'static>(&self, id: TypeId) -> Option<&M> {
        (self.id == id).then(|| self.memo.downcast_ref())?
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
