//! The works: which keys, how many threads, who takes part.

use crate::contenders::{Kind, Visitor, numbers, shapes, strings, ttl};
use crate::pool::{Job, Pool, Sample};
use crate::python::Python;
use crate::streams::{Fresh, Stream, Uniform, Zipf};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One thing to measure.
pub(crate) struct Work {
    pub(crate) title: &'static str,
    pub(crate) threads: usize,
    /// Whether no body may run once it is warm.
    pub(crate) hits: bool,
    /// Whether `--quick` leaves it out.
    pub(crate) long: bool,
    /// Made when the work begins: some need tables.
    pub(crate) contenders: Make,
}

pub(crate) type Make = fn() -> Vec<Contender>;
pub(crate) type WarmUp = Box<dyn Fn(&Pool, usize)>;
pub(crate) type Run = Box<dyn Fn(&Pool, usize, u64) -> Sample>;

/// One that takes part in a work.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Fills the cache of every thread.
    pub(crate) warm_up: WarmUp,
    /// So many calls in each of so many threads.
    pub(crate) run: Run,
}

pub(crate) const MOST_THREADS: usize = 4;

pub(crate) const HOT: [&str; 3] = ["hot key ×1", "hot key ×2", "hot key ×4"];
pub(crate) const SMALL: [&str; 3] = ["1k keys ×1", "1k keys ×2", "1k keys ×4"];
pub(crate) const LARGE: [&str; 3] = ["400k keys ×1", "400k keys ×2", "400k keys ×4"];
pub(crate) const NAMES: &str = "&str keys";
pub(crate) const TEXTS: &str = "String values";
pub(crate) const ARCS: &str = "Arc<str> values";
pub(crate) const SHAPES: &str = "generic and async";
pub(crate) const MISSES: &str = "misses that evict";
pub(crate) const HALF: &str = "Zipf, 50 % hits";
pub(crate) const MOST: &str = "Zipf, 90 % hits";

/// All works, in the order of the table.
pub(crate) fn all() -> Vec<Work> {
    let mut works = Vec::new();
    let sets: [(_, Make, bool); 3] = [
        (HOT, || small(1, "hot"), false),
        (SMALL, || small(1024, "small"), false),
        (LARGE, large, true),
    ];
    for (titles, contenders, long) in sets {
        for (title, threads) in titles.into_iter().zip([1, 2, MOST_THREADS]) {
            works.push(Work {
                title,
                threads,
                hits: true,
                long: long || threads == MOST_THREADS,
                contenders,
            });
        }
    }
    let single: [(_, Make, bool); 7] = [
        (NAMES, names, true),
        (TEXTS, texts, true),
        (ARCS, arcs, true),
        (SHAPES, shapes, true),
        (MISSES, misses, false),
        (HALF, half, false),
        (MOST, most, false),
    ];
    works.extend(single.map(|(title, contenders, hits)| Work {
        title,
        threads: 1,
        hits,
        long: title == TEXTS || title == ARCS,
        contenders,
    }));
    works
}

fn small(count: u64, script: &'static str) -> Vec<Contender> {
    let mut list = Collector::new(Uniform { count });
    numbers::small::visit(&mut list);
    ttl::visit(&mut list);
    list.with_python(script)
}

fn large() -> Vec<Contender> {
    let mut list = Collector::new(Uniform { count: 400_000 });
    numbers::large::visit(&mut list);
    list.with_python("large")
}

fn names() -> Vec<Contender> {
    let mut list = Collector::new(Uniform { count: 1024 });
    strings::visit(&mut list);
    list.with_python("names")
}

fn texts() -> Vec<Contender> {
    let mut list = Collector::new(Uniform { count: 1024 });
    numbers::texts::visit(&mut list);
    list.contenders
}

fn arcs() -> Vec<Contender> {
    let mut list = Collector::new(Uniform { count: 1024 });
    numbers::arcs::visit(&mut list);
    list.contenders
}

fn shapes() -> Vec<Contender> {
    let mut list = Collector::new(Uniform { count: 1024 });
    shapes::visit(&mut list);
    list.contenders
}

fn misses() -> Vec<Contender> {
    let mut list = Collector::new(Fresh);
    list.bounded = true;
    numbers::full::visit(&mut list);
    list.with_python("misses")
}

fn half() -> Vec<Contender> {
    let mut list = Collector::new(Zipf::new());
    list.bounded = true;
    numbers::half::visit(&mut list);
    list.contenders
}

fn most() -> Vec<Contender> {
    let mut list = Collector::new(Zipf::new());
    list.bounded = true;
    numbers::most::visit(&mut list);
    list.contenders
}

/// Makes contenders of the functions of a set.
struct Collector<S> {
    stream: S,
    /// Whether only bounded caches take part.
    bounded: bool,
    contenders: Vec<Contender>,
}

impl<S> Collector<S> {
    fn new(stream: S) -> Self {
        Self {
            stream,
            bounded: false,
            contenders: Vec::new(),
        }
    }

    /// Adds CPython, where there is one.
    fn with_python(mut self, script: &'static str) -> Vec<Contender> {
        if let Some(python) = Python::start(script) {
            let python = Rc::new(python);
            self.contenders.push(Contender {
                name: "CPython's lru_cache",
                kind: Kind::Lru,
                warm_up: Box::new(|_, _| ()),
                run: Box::new(move |_, _, calls| python.run(calls)),
            });
        }
        self.contenders
    }
}

impl<V, S: Stream> Visitor<V> for Collector<S> {
    fn contender(
        &mut self,
        name: &'static str,
        kind: Kind,
        call: impl Fn(u64) -> V + Copy + Send + Sync + 'static,
    ) {
        if self.bounded && !kind.bounded() {
            return;
        }
        let stream = self.stream;
        let done = AtomicU64::new(0);
        self.contenders.push(Contender {
            name,
            kind,
            warm_up: Box::new(move |pool, threads| {
                let job: Job = Arc::new(move |_| {
                    for key in (0..stream.warm_up()).rev() {
                        black_box(call(key));
                    }
                });
                pool.run(threads, &job);
            }),
            run: Box::new(move |pool, threads, calls| {
                let from = done.fetch_add(calls, Ordering::Relaxed);
                let job: Job = Arc::new(move |thread| {
                    for n in from..from + calls {
                        black_box(call(black_box(stream.key(thread, n))));
                    }
                });
                pool.run(threads, &job)
            }),
        });
    }
}
