//! What `testing::{disabled, isolated}` set for the calling thread: whether its memoized functions have
//! their caches, none, or others that nobody else sees.
//!
//! An isolation is a list of caches, by the place of the usual one. Isolations nest. A cache that
//! threads share has to live for ever, as computations and users hold it by reference: those of an
//! isolation are lent, and go back to their function for the next isolation, so that there are no more
//! than were used at one time. Caches of one thread are counted references, and go.
//!
//! On the way of a hit stands one look at [`is_usual`], with the feature `test-util` only.

use crate::builder::CacheBuilder;
use crate::info::CacheParameters;
use crate::lazy::Lazy;
use crate::memo::{Live, Memo};
use crate::registry::{Listed, register};
use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::hash::BuildHasher;
use std::rc::Rc;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Usual,
    Disabled,
    Isolated,
}

thread_local! {
    static STATE: Cell<State> = const { Cell::new(State::Usual) };
    /// The innermost one is the last.
    static ISOLATIONS: RefCell<Vec<Isolation>> = const { RefCell::new(Vec::new()) };
}

#[derive(Default)]
struct Isolation {
    places: Vec<(Identity, Rc<dyn Any>)>,
    listed: Vec<&'static dyn Listed>,
}

/// Where a function's usual cache is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// In this static.
    Static(usize),
    /// In the list of the threads' instances.
    Instance(TypeId),
}

impl Identity {
    pub(crate) fn at<T>(place: &T) -> Self {
        Self::Static(std::ptr::from_ref(place).addr())
    }
}

/// Do calls of this thread go to the usual caches?
#[inline]
pub(crate) fn is_usual() -> bool {
    STATE.get() == State::Usual
}

/// Are calls of this thread to have no cache?
#[inline]
pub(crate) fn is_disabled() -> bool {
    STATE.get() == State::Disabled
}

/// What this thread's isolation, if there is one, has in place of the usual.
pub(crate) fn place<T: 'static>(place: Identity, new: impl FnOnce() -> T) -> Option<Rc<T>> {
    if is_usual() {
        return None;
    }
    let found = innermost(|isolation| {
        let mut places = isolation.places.iter();
        let found = places.find(|(other, _)| *other == place);
        found.map(|(_, found)| Rc::clone(found)).unwrap_or_else(|| {
            let new: Rc<dyn Any> = Rc::new(new());
            isolation.places.push((place, Rc::clone(&new)));
            new
        })
    })?;
    found.downcast().ok()
}

/// Lists a cache in this thread's isolation. `false`: there is none.
pub(crate) fn list(cache: &'static dyn Listed) -> bool {
    let listed = innermost(|isolation| {
        let mut listed = isolation.listed.iter();
        if !listed.any(|&other| std::ptr::addr_eq(other, cache)) {
            isolation.listed.push(cache);
        }
    });
    listed.is_some()
}

/// What is listed in this thread's isolation, if there is one.
pub(crate) fn listed() -> Option<Vec<&'static dyn Listed>> {
    innermost(|isolation| isolation.listed.clone())
}

fn innermost<R>(f: impl FnOnce(&mut Isolation) -> R) -> Option<R> {
    let innermost = |all: &RefCell<Vec<Isolation>>| all.borrow_mut().last_mut().map(f);
    // Gone only when the thread is, too, but for a last destructor.
    ISOLATIONS.try_with(innermost).ok().flatten()
}

/// A state of this thread, until it is dropped.
struct Entered(State);

impl Entered {
    fn new(state: State) -> Self {
        Self(STATE.replace(state))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        STATE.set(self.0);
    }
}

/// An isolation of this thread, until it is dropped.
struct Opened;

impl Drop for Opened {
    fn drop(&mut self) {
        // Destructors of values may call memoized functions: that leaves no trace.
        let _disabled = Entered::new(State::Disabled);
        let last = ISOLATIONS.with_borrow_mut(Vec::pop);
        drop(last);
    }
}

pub(crate) fn disabled<R>(f: impl FnOnce() -> R) -> R {
    let _entered = Entered::new(State::Disabled);
    f()
}

pub(crate) fn isolated<R>(f: impl FnOnce() -> R) -> R {
    let open = |all: &RefCell<Vec<Isolation>>| all.borrow_mut().push(Isolation::default());
    if ISOLATIONS.try_with(open).is_err() {
        // A destructor of this thread calls, and there is no place for caches any more.
        return disabled(f);
    }
    let _entered = Entered::new(State::Isolated);
    let _opened = Opened;
    f()
}

/// A cache that is a function's in one isolation, and in others after that.
struct Lent<K: 'static, V: 'static, S: 'static> {
    memo: &'static Memo<K, V, S>,
    live: &'static Live<K, V, S>,
    made: CacheParameters,
}

impl<K, V, S: BuildHasher> Memo<K, V, S> {
    /// The cache of this thread's isolation, if there is one; that is none while its options are being
    /// evaluated.
    pub(crate) fn isolated(&'static self) -> Option<Option<&'static Live<K, V, S>>> {
        let lazy = place(Identity::at(self), Lazy::<Lent<K, V, S>>::new)?;
        let lent = lazy.get_or_make(|| {
            let lent = Lent::of(self);
            register(self);
            lent
        });
        Some(lent.map(|lent| lent.live))
    }
}

impl<K, V, S: BuildHasher> Lent<K, V, S> {
    fn of(memo: &'static Memo<K, V, S>) -> Self {
        let spare = {
            let mut spare = memo.spare.get().lock();
            // One that a computation still holds waits for its end.
            let idle = spare.iter().position(|live| live.cache.is_idle());
            idle.map(|at| spare.swap_remove(at))
        };
        if let Some(live) = spare {
            // Of what ended since it came back there are counts.
            live.cache.clear();
        }
        let live = spare.unwrap_or_else(|| {
            let live = Box::leak(Box::new(memo.make(CacheBuilder::isolated)));
            memo.isolated.get().lock().push(live);
            live
        });
        let made = live.cache.parameters();
        Self { memo, live, made }
    }
}

impl<K, V, S> Drop for Lent<K, V, S> {
    fn drop(&mut self) {
        struct Back<'l, K: 'static, V: 'static, S: 'static>(&'l Lent<K, V, S>);
        impl<K, V, S> Drop for Back<'_, K, V, S> {
            fn drop(&mut self) {
                self.0.memo.spare.get().lock().push(self.0.live);
            }
        }
        // Even if a destructor panics.
        let back = Back(self);
        back.0.live.cache.reset(&self.made);
    }
}
