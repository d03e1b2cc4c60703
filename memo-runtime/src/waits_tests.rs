use super::*;

fn node(number: u64) -> Node {
    Node::new(usize::MAX, number + 1)
}

/// The state of a small world: threads with their stacks of computations, each either running or
/// waiting for one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct World {
    stacks: Vec<Vec<u64>>,
    waiting: Vec<Option<u64>>,
    next: u64,
}

impl World {
    fn new(threads: usize) -> Self {
        Self {
            stacks: vec![Vec::new(); threads],
            waiting: vec![None; threads],
            next: 0,
        }
    }

    fn graph(&self) -> Graph {
        let mut graph = Graph(BTreeMap::new());
        for (stack, waiting) in self.stacks.iter().zip(&self.waiting) {
            if let Some(target) = waiting {
                let stack: Vec<Node> = stack.iter().copied().map(node).collect();
                for (from, to) in edges(&stack, node(*target)) {
                    graph.0.entry(from).or_default().push(to);
                }
            }
        }
        graph
    }

    /// Can every thread go on in the end, if bodies do nothing but what they wait for now?
    fn can_go_on(&self) -> bool {
        let mut world = self.clone();
        loop {
            // A running thread finishes all its computations; who waits for one of these runs again.
            let Some(thread) = (0..world.stacks.len()).find(|thread| {
                world.waiting[*thread].is_none() && !world.stacks[*thread].is_empty()
            }) else {
                return world.waiting.iter().all(Option::is_none);
            };
            let done = std::mem::take(&mut world.stacks[thread]);
            for waiting in &mut world.waiting {
                if waiting.is_some_and(|target| done.contains(&target)) {
                    *waiting = None;
                }
            }
        }
    }

    fn computations(&self) -> Vec<u64> {
        self.stacks.iter().flatten().copied().collect()
    }
}

/// Every world that three threads reach with up to five computations: a wait is refused if and only
/// if it would stop some thread for ever, so no thread ever is.
#[test]
fn waits_are_refused_if_and_only_if_they_would_never_end() {
    let mut open = vec![World::new(3)];
    let mut seen = BTreeSet::new();
    let (mut refused, mut granted) = (0, 0);
    while let Some(world) = open.pop() {
        if !seen.insert(world.clone()) {
            continue;
        }
        assert!(world.can_go_on(), "{world:?}");
        for thread in 0..world.stacks.len() {
            if world.waiting[thread].is_some() {
                continue;
            }
            if world.next < 5 {
                let mut begun = world.clone();
                begun.stacks[thread].push(world.next);
                begun.next += 1;
                open.push(begun);
            }
            if world.stacks[thread].is_empty() {
                continue;
            }
            for target in world.computations() {
                let stack: Vec<Node> = world.stacks[thread].iter().copied().map(node).collect();
                let mut graph = world.graph();
                let mut waits = world.clone();
                waits.waiting[thread] = Some(target);
                if graph.add(&stack, node(target)) {
                    granted += 1;
                    assert!(waits.can_go_on(), "{waits:?}");
                    open.push(waits);
                } else {
                    refused += 1;
                    assert!(!waits.can_go_on(), "{waits:?}");
                }
            }
        }
    }
    assert!(refused > 1_000 && granted > 1_000, "{refused} {granted}");
}

#[test]
fn what_is_removed_leaves_nothing() {
    let mut graph = Graph(BTreeMap::new());
    let (long, short) = ([node(1), node(2), node(3)], [node(2)]);
    assert!(graph.add(&long, node(9)));
    assert!(graph.add(&short, node(8)));
    assert!(!graph.add(&[node(9)], node(1)));
    graph.remove(&long, node(9));
    assert!(graph.add(&[node(9)], node(1)));
    graph.remove(&[node(9)], node(1));
    graph.remove(&short, node(8));
    assert!(graph.0.is_empty());
}

#[test]
fn a_thread_that_would_wait_for_itself_is_told_so() {
    let _outer = enter(Some(node(100)));
    let _anonymous = enter(None);
    let _inner = enter(Some(node(101)));
    assert!(begin(node(100)).is_err() && begin(node(101)).is_err());
    assert!(is_in(node(100)) && !is_in(node(102)) && is_inside());
    let wait = begin(node(102)).unwrap();
    assert!(wait.is_some());
    std::thread::spawn(|| {
        assert!(!is_inside() && begin(node(100)).unwrap().is_none());
        let _other = enter(Some(node(102)));
        assert!(begin(node(100)).is_err());
    })
    .join()
    .unwrap();
}
