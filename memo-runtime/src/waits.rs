//! Who waits for whom: no wait may close a cycle.
//!
//! The nodes are computations, not threads, so that threads and futures are seen alike. A thread
//! knows the stack of computations that it is in, and a future's one is on the stack of the thread that polls
//! it, while it does. Who is about to wait, in a computation, makes all that are on the stack wait:
//! each for the next one, and the innermost for the one that is to be joined. If that one waits for
//! any of these already, in however many steps, whoever came last computes for itself. Checking and
//! adding is one locked section, so two that would close a cycle together can't miss each other.
//!
//! Who is in no computation is waited for by nobody, and has no part in this. What else a body waits
//! for (a channel, a latch of rayon's, `join`, `block_on`) can't be seen: therefore all waits are bounded, too.

use crate::sync::{Mutex, global, thread_local};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

/// A computation: its own number, and in the upper bits that of its cache. Two that were taken for one
/// (after 2⁴⁰ computations of one cache) could at worst have a wait refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node(NonZeroU64);

impl Node {
    /// `serial`: not 0.
    #[inline]
    pub(crate) fn new(cache: usize, serial: u64) -> Self {
        let number = (cache as u64) << 40 ^ serial;
        Self(NonZeroU64::new(number).unwrap_or(NonZeroU64::MIN))
    }
}

thread_local! {
    /// The computations that this thread is in; those that nobody can join have no node.
    static STACK: RefCell<Vec<Option<Node>>> = const { RefCell::new(Vec::new()) };
    /// Is the outermost of them polled by somebody who has nothing to do with it?
    static APART: Cell<bool> = const { Cell::new(false) };
}

/// While it lives, this thread is in a computation. They end in the opposite order.
#[must_use]
pub(crate) struct Inside(());

/// A computation begins on this thread, or is polled by it.
pub(crate) fn enter(node: Option<Node>) -> Option<Inside> {
    // A thread that has destroyed it: nothing is known, and `is_inside` is careful.
    let entered = STACK.try_with(|stack| stack.borrow_mut().push(node));
    entered.is_ok().then_some(Inside(()))
}

impl Drop for Inside {
    fn drop(&mut self) {
        // Gone, if the thread is.
        let _ = STACK.try_with(|stack| stack.borrow_mut().pop());
    }
}

/// While it lives, this thread is in one computation, and in none of those that it was in before.
#[must_use]
pub(crate) struct Apart(Vec<Option<Node>>, bool);

/// A computation that has nothing to do with those that this thread is in is polled by it.
pub(crate) fn enter_apart(node: Node) -> Option<Apart> {
    let before = STACK.try_with(|stack| stack.replace(vec![Some(node)]));
    before
        .ok()
        .map(|before| Apart(before, APART.with(|apart| apart.replace(true))))
}

/// Is this thread in such a computation? Nobody knows when it will be polled again, so nobody should
/// wait for what it begins.
pub(crate) fn is_apart() -> bool {
    APART.with(Cell::get)
}

impl Drop for Apart {
    fn drop(&mut self) {
        let _ = STACK.try_with(|stack| stack.replace(std::mem::take(&mut self.0)));
        APART.with(|apart| apart.set(self.1));
    }
}

/// Is this thread in a computation? In doubt, yes.
pub(crate) fn is_inside() -> bool {
    STACK
        .try_with(|stack| !stack.borrow().is_empty())
        .unwrap_or(true)
}

/// Is this thread in a computation beside the innermost one? In doubt, yes.
#[cfg(feature = "store")]
pub(crate) fn is_inside_another() -> bool {
    STACK
        .try_with(|stack| stack.borrow().len() > 1)
        .unwrap_or(true)
}

/// Is this thread in that computation?
pub(crate) fn is_in(node: Node) -> bool {
    STACK
        .try_with(|stack| stack.borrow().contains(&Some(node)))
        .unwrap_or(false)
}

/// Is this thread in a computation of the same cache?
pub(crate) fn is_in_cache_of(node: Node) -> bool {
    let cache = |node: Node| node.0.get() >> 40;
    STACK
        .try_with(|stack| {
            let stack = stack.borrow();
            stack
                .iter()
                .flatten()
                .any(|other| cache(*other) == cache(node))
        })
        .unwrap_or(false)
}

/// Which computation waits for which: as often as it does.
#[derive(Debug)]
struct Graph(BTreeMap<Node, Vec<Node>>);

global! {
    fn graph() -> Mutex<Graph> = Mutex::new(Graph(BTreeMap::new()))
}

impl Graph {
    /// Does `from` wait for one of `to`, or is one of them? O(n log n) in the waits on the way.
    fn reaches(&self, from: Node, to: &[Node]) -> bool {
        let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
        while let Some(node) = open.pop() {
            if to.contains(&node) {
                return true;
            }
            for next in self.0.get(&node).into_iter().flatten() {
                if seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        false
    }

    /// Lets a stack of computations wait for another one, unless that closes a cycle.
    fn add(&mut self, stack: &[Node], target: Node) -> bool {
        if self.reaches(target, stack) {
            return false;
        }
        for (from, to) in edges(stack, target) {
            self.0.entry(from).or_default().push(to);
        }
        true
    }

    fn remove(&mut self, stack: &[Node], target: Node) {
        for (from, to) in edges(stack, target) {
            if let Some(waits) = self.0.get_mut(&from) {
                if let Some(at) = waits.iter().position(|other| *other == to) {
                    waits.swap_remove(at);
                }
                if waits.is_empty() {
                    self.0.remove(&from);
                }
            }
        }
    }
}

fn edges(stack: &[Node], target: Node) -> impl Iterator<Item = (Node, Node)> + '_ {
    let targets = stack.iter().skip(1).copied().chain([target]);
    stack.iter().copied().zip(targets)
}

/// A wait that is seen by others until this is dropped.
#[derive(Debug)]
pub(crate) struct Seen {
    stack: Vec<Node>,
    target: Node,
}

/// This thread is about to wait for a computation. `Err`: it would wait for itself.
pub(crate) fn begin(target: Node) -> Result<Option<Seen>, Cycle> {
    let stack: Vec<Node> = STACK
        .try_with(|stack| stack.borrow().iter().flatten().copied().collect())
        .unwrap_or_default();
    if stack.is_empty() {
        return Ok(None);
    }
    if graph().lock().add(&stack, target) {
        Ok(Some(Seen { stack, target }))
    } else {
        Err(Cycle)
    }
}

/// A wait that would close a cycle.
#[derive(Debug)]
pub(crate) struct Cycle;

impl Drop for Seen {
    fn drop(&mut self) {
        graph().lock().remove(&self.stack, self.target);
    }
}

#[cfg(all(test, not(loom)))]
#[path = "waits_tests.rs"]
mod tests;
