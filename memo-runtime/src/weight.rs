//! What an entry weighs by default: its bytes, and those of the heap behind std types.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CStr, CString, OsStr, OsString};
use std::mem::{size_of, size_of_val};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

/// The bytes of a value: its own and those of its heap.
///
/// Std types count themselves, at any depth: a `Vec<String>` its buffer and the buffers of its
/// strings, a shared `Arc<T>` all of `T`. A type of your own counts its `size_of` as long as it
/// doesn't implement this; one that owns heap should.
///
/// ```
/// use memofn::Weight;
///
/// struct Page {
///     title: String,
///     body: Vec<u8>,
/// }
///
/// impl Weight for Page {
///     fn weight(&self) -> u64 {
///         self.title.weight() + self.body.weight()
///     }
/// }
///
/// let page = Page { title: String::new(), body: Vec::with_capacity(1000) };
/// assert_eq!(page.weight(), 24 + 24 + 1000); // on a 64-bit machine
/// ```
pub trait Weight {
    /// Bytes, `size_of` included.
    fn weight(&self) -> u64 {
        size_of_val(self) as u64
    }
}

/// What each entry counts beside its key and value: a flat figure for its bookkeeping.
const BOOKKEEPING: u64 = 32;

/// The weight of an entry in bytes: a flat 32 for its bookkeeping, the key and the value. What `max_weight`
/// counts where no `weight` is given.
///
/// ```
/// let text = "x".repeat(100);
/// assert_eq!(memofn::weight_of(&1_u64, &text), 32 + 8 + 24 + 100); // on a 64-bit machine
/// ```
pub fn weight_of<K: Weight + ?Sized, V: Weight + ?Sized>(key: &K, value: &V) -> u64 {
    entry_weight(key.weight(), value.weight())
}

/// The weight of an entry whose key and value weigh this.
pub fn entry_weight(key: u64, value: u64) -> u64 {
    BOOKKEEPING.saturating_add(key).saturating_add(value)
}

/// What a part of a value weighs beyond its `size_of`, which the whole has counted.
pub fn beyond<T>(_part: &T, weight: u64) -> u64 {
    weight.saturating_sub(size_of::<T>() as u64)
}

fn bytes(count: usize, each: usize) -> u64 {
    count.saturating_mul(each) as u64
}

/// A container of one type of items. `weigh` weighs one.
pub trait Items {
    /// What is in it.
    type Item;
    /// The weight of all.
    fn weigh_items(&self, weigh: impl Fn(&Self::Item) -> u64) -> u64;
}

/// A container of two types of items.
pub trait Pairs {
    /// The one.
    type First;
    /// The other.
    type Second;
    /// The weight of all.
    fn weigh_pairs(
        &self,
        first: impl Fn(&Self::First) -> u64,
        second: impl Fn(&Self::Second) -> u64,
    ) -> u64;
}

/// A container that holds all its items in one place of its own, beside or in itself.
macro_rules! items {
    ($([$($generics:tt)*] $container:ty, $item:ty, |$this:ident| $own:expr;)*) => {$(
        impl<$($generics)*> Items for $container {
            type Item = $item;
            fn weigh_items(&self, weigh: impl Fn(&$item) -> u64) -> u64 {
                let $this = self;
                let own = size_of::<Self>() as u64 + $own;
                $this.iter().map(|item| beyond(item, weigh(item))).fold(own, u64::saturating_add)
            }
        }
        impl<$($generics)*> Weight for $container
        where
            $item: Weight,
        {
            fn weight(&self) -> u64 {
                self.weigh_items(Weight::weight)
            }
        }
    )*};
}
items! {
    [T] Vec<T>, T, |list| bytes(list.capacity(), size_of::<T>());
    [T] VecDeque<T>, T, |list| bytes(list.capacity(), size_of::<T>());
    [T] BinaryHeap<T>, T, |heap| bytes(heap.capacity(), size_of::<T>());
    [T] LinkedList<T>, T, |list| bytes(list.len(), size_of::<T>() + 2 * size_of::<usize>());
    [T] BTreeSet<T>, T, |set| bytes(set.len(), size_of::<T>() + size_of::<usize>());
    [T, S] HashSet<T, S>, T, |set| bytes(set.capacity(), size_of::<T>() + 1);
    [T] Option<T>, T, |_option| 0;
    [T, const N: usize] [T; N], T, |_array| 0;
    [T] Box<[T]>, T, |list| bytes(list.len(), size_of::<T>());
    [T] Arc<[T]>, T, |list| COUNTERS + bytes(list.len(), size_of::<T>());
    [T] Rc<[T]>, T, |list| COUNTERS + bytes(list.len(), size_of::<T>());
}

/// The counters of an `Arc` or `Rc`.
const COUNTERS: u64 = 2 * size_of::<usize>() as u64;

macro_rules! unsized_behind {
    ($pointer:ident, $counters:expr, $($behind:ty),*) => {$(
        impl Weight for $pointer<$behind> {
            fn weight(&self) -> u64 {
                size_of::<Self>() as u64 + $counters + size_of_val::<$behind>(self) as u64
            }
        }
    )*};
}

macro_rules! pointers {
    ($($pointer:ident, $counters:expr;)*) => {$(
        impl<T> Items for $pointer<T> {
            type Item = T;
            fn weigh_items(&self, weigh: impl Fn(&T) -> u64) -> u64 {
                let own = size_of::<Self>() as u64 + $counters;
                own.saturating_add(weigh(self))
            }
        }
        impl<T: Weight> Weight for $pointer<T> {
            fn weight(&self) -> u64 {
                self.weigh_items(Weight::weight)
            }
        }
        unsized_behind!($pointer, $counters, str, Path, OsStr, CStr);
    )*};
}
pointers! {
    Box, 0;
    Arc, COUNTERS;
    Rc, COUNTERS;
}

macro_rules! maps {
    ($([$($generics:tt)*] $map:ty, |$this:ident| $own:expr;)*) => {$(
        impl<$($generics)*> Pairs for $map {
            type First = A;
            type Second = B;
            fn weigh_pairs(&self, first: impl Fn(&A) -> u64, second: impl Fn(&B) -> u64) -> u64 {
                let $this = self;
                let own = size_of::<Self>() as u64 + $own;
                let items = $this.iter();
                let each = items.map(|(a, b)| beyond(a, first(a)).saturating_add(beyond(b, second(b))));
                each.fold(own, u64::saturating_add)
            }
        }
    )*};
}
maps! {
    [A, B, S] HashMap<A, B, S>, |map| bytes(map.capacity(), size_of::<(A, B)>() + 1);
    [A, B] BTreeMap<A, B>, |map| bytes(map.len(), size_of::<(A, B)>() + size_of::<usize>());
}

impl<A, B> Pairs for Result<A, B> {
    type First = A;
    type Second = B;
    fn weigh_pairs(&self, first: impl Fn(&A) -> u64, second: impl Fn(&B) -> u64) -> u64 {
        let heap = match self {
            Ok(value) => beyond(value, first(value)),
            Err(error) => beyond(error, second(error)),
        };
        heap.saturating_add(size_of::<Self>() as u64)
    }
}

macro_rules! weigh_pairs {
    ($([$($generics:tt)*] $container:ty;)*) => {$(
        impl<A: Weight, B: Weight, $($generics)*> Weight for $container {
            fn weight(&self) -> u64 {
                self.weigh_pairs(Weight::weight, Weight::weight)
            }
        }
    )*};
}
weigh_pairs! {
    [S] HashMap<A, B, S>;
    [] BTreeMap<A, B>;
    [] Result<A, B>;
}

macro_rules! flat {
    ($($flat:ty),* $(,)?) => {$(
        impl Weight for $flat {}
    )*};
}
flat! {
    (), bool, char, f32, f64, str, OsStr, CStr, Path,
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize,
    std::time::Duration, std::time::Instant, std::time::SystemTime, std::cmp::Ordering,
    std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr, std::net::SocketAddr,
    std::num::NonZeroU8, std::num::NonZeroU16, std::num::NonZeroU32, std::num::NonZeroU64,
    std::num::NonZeroU128, std::num::NonZeroUsize, std::num::NonZeroI8, std::num::NonZeroI16,
    std::num::NonZeroI32, std::num::NonZeroI64, std::num::NonZeroI128, std::num::NonZeroIsize,
}

impl<T: ?Sized> Weight for &'static T {}
impl<T: ?Sized> Weight for std::marker::PhantomData<T> {}

impl<T: Weight> Weight for [T] {
    fn weight(&self) -> u64 {
        self.iter().map(Weight::weight).fold(0, u64::saturating_add)
    }
}

macro_rules! buffers {
    ($($buffer:ty),*) => {$(
        impl Weight for $buffer {
            fn weight(&self) -> u64 {
                (size_of::<Self>() + self.capacity()) as u64
            }
        }
    )*};
}
buffers!(String, OsString, PathBuf);

impl Weight for CString {
    fn weight(&self) -> u64 {
        (size_of::<Self>() + self.as_bytes_with_nul().len()) as u64
    }
}

/// What somebody is using at the moment counts its `size_of`.
macro_rules! cells {
    ($($cell:ident, |$this:ident| $inner:expr;)*) => {$(
        impl<T: Weight> Weight for $cell<T> {
            fn weight(&self) -> u64 {
                let $this = self;
                let heap = $inner.map_or(0, |inner| beyond(&*inner, inner.weight()));
                heap.saturating_add(size_of::<Self>() as u64)
            }
        }
    )*};
}
cells! {
    Mutex, |mutex| mutex.try_lock().ok();
    RwLock, |lock| lock.try_read().ok();
    RefCell, |cell| cell.try_borrow().ok();
    OnceLock, |cell| cell.get();
}

impl<T: ToOwned<Owned: Weight> + ?Sized> Weight for Cow<'static, T> {
    fn weight(&self) -> u64 {
        let heap = match self {
            Cow::Borrowed(_) => 0,
            Cow::Owned(owned) => beyond(owned, owned.weight()),
        };
        heap + size_of::<Self>() as u64
    }
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*))*) => {$(
        impl<$($name: Weight),*> Weight for ($($name,)*) {
            fn weight(&self) -> u64 {
                let own = size_of::<Self>() as u64;
                own $(.saturating_add(beyond(&self.$at, self.$at.weight())))*
            }
        }
    )*};
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_types_count_their_heap_at_any_depth() {
        let text = String::with_capacity(100);
        assert_eq!(text.weight(), 124);
        assert_eq!(Some(text.clone().into_boxed_str()).weight(), 16);
        assert_eq!(Some(text).weight(), 124);
        let list = vec![String::from("ab"), String::from("c")];
        assert_eq!(list.weight(), 24 + 2 * 24 + 3);
        assert_eq!((list, 7_u64).weight(), 32 + 2 * 24 + 3);
        assert_eq!(Arc::<str>::from("abc").weight(), 16 + 16 + 3);
        assert_eq!(Box::new([1_u64; 4]).weight(), 8 + 32);
        let result: Result<Vec<u8>, ()> = Ok(Vec::with_capacity(10));
        assert_eq!(result.weight(), 24 + 10);
        let map = BTreeMap::from([(1_u8, "xyz".to_string())]);
        assert_eq!(map.weight(), 24 + 32 + 8 + 3);
    }
}
