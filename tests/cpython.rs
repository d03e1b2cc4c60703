//! Repeats what CPython's `functools.lru_cache` was recorded doing, and expects the same hits and misses, call for
//! call. `record_cpython.py` writes the recording; its first lines describe the format.

use std::cell::{Cell, RefCell};
use std::fs;

use memofn::{Cache, CacheInfo, Policy, memoize};

const RECORDING: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/cpython_lru_cache.txt"
);
const LOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/requests.tsv");

// ------------------------------------------------------------------------------------------- the recording

struct Recording {
    sequences: Vec<Sequence>,
    nested: Vec<Nested>,
    recursions: Vec<Recursion>,
    log: Vec<(Option<usize>, Info)>,
}

struct Sequence {
    line: usize,
    maxsize: Option<usize>,
    shape: String,
    /// Before each clear, then at the end.
    infos: Vec<Info>,
    /// One for each call: `true` is a hit.
    outcomes: Vec<bool>,
    /// `None` is a clear.
    keys: Vec<Option<u64>>,
}

struct Nested {
    line: usize,
    maxsize: Option<usize>,
    rule: Rule,
    info: Info,
    outcomes: Vec<bool>,
    keys: Vec<u64>,
}

/// The body of `f(key)` calls `f((a * key + b) % m)` while fewer than `depth` bodies are under way.
#[derive(Clone, Copy, Default)]
struct Rule {
    depth: u64,
    a: u64,
    b: u64,
    m: u64,
}

struct Recursion {
    line: usize,
    function: String,
    maxsize: Option<usize>,
    argument: u64,
    value: u64,
    info: Info,
}

/// What `cache_info()` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Info {
    hits: u64,
    misses: u64,
    len: usize,
}

const ZERO: Info = Info {
    hits: 0,
    misses: 0,
    len: 0,
};

impl From<CacheInfo> for Info {
    fn from(info: CacheInfo) -> Self {
        Info {
            hits: info.hits,
            misses: info.misses,
            len: info.len,
        }
    }
}

impl Recording {
    fn read() -> Self {
        let text = fs::read_to_string(RECORDING).expect(RECORDING);
        let mut recording = Recording {
            sequences: vec![],
            nested: vec![],
            recursions: vec![],
            log: vec![],
        };
        for (line, record) in (1..)
            .zip(text.lines())
            .filter(|(_, record)| !record.starts_with('#'))
        {
            let fields: Vec<&str> = record.split('\t').collect();
            match *fields.as_slice() {
                ["sequence", maxsize, shape, infos, outcomes, keys] => {
                    recording.sequences.push(Sequence {
                        line,
                        maxsize: parse_maxsize(maxsize),
                        shape: shape.to_owned(),
                        infos: infos.split(';').map(parse_info).collect(),
                        outcomes: parse_outcomes(outcomes),
                        keys: keys
                            .split(' ')
                            .map(|key| (key != "c").then(|| number(key)))
                            .collect(),
                    });
                }
                ["nested", maxsize, rule, info, outcomes, keys] => {
                    let rule: Vec<u64> = rule.split(' ').map(number).collect();
                    recording.nested.push(Nested {
                        line,
                        maxsize: parse_maxsize(maxsize),
                        rule: Rule {
                            depth: rule[0],
                            a: rule[1],
                            b: rule[2],
                            m: rule[3],
                        },
                        info: parse_info(info),
                        outcomes: parse_outcomes(outcomes),
                        keys: keys.split(' ').map(number).collect(),
                    });
                }
                ["recursion", function, maxsize, argument, value, info] => {
                    recording.recursions.push(Recursion {
                        line,
                        function: function.to_owned(),
                        maxsize: parse_maxsize(maxsize),
                        argument: number(argument),
                        value: number(value),
                        info: parse_info(info),
                    });
                }
                ["log", maxsize, info] => {
                    let record = (parse_maxsize(maxsize), parse_info(info));
                    recording.log.push(record);
                }
                _ => panic!("{RECORDING}:{line}: not a record"),
            }
        }
        recording
    }
}

fn number(text: &str) -> u64 {
    text.parse()
        .unwrap_or_else(|_| panic!("{RECORDING}: {text:?} is not a number"))
}

fn parse_maxsize(text: &str) -> Option<usize> {
    (text != "none").then(|| text.parse().expect("a maxsize"))
}

fn parse_info(text: &str) -> Info {
    let counts: Vec<u64> = text.split('/').map(number).collect();
    Info {
        hits: counts[0],
        misses: counts[1],
        len: counts[2].try_into().expect("a length"),
    }
}

fn parse_outcomes(text: &str) -> Vec<bool> {
    text.chars().map(|outcome| outcome == 'h').collect()
}

fn agents() -> Vec<String> {
    let text = fs::read_to_string(LOG).expect(LOG);
    text.lines()
        .map(|line| line.split('\t').nth(2).expect("a third column").to_owned())
        .collect()
}

// --------------------------------------------------------------------------------- functions under test

thread_local! {
    /// Set by the bodies below, so that a call can be told to be a hit or a miss.
    static RAN: Cell<bool> = const { Cell::new(false) };
    /// How the bodies of `nested` go on.
    static RULE: Cell<Rule> = const { Cell::new(Rule { depth: 0, a: 0, b: 0, m: 0 }) };
    static UNDER_WAY: Cell<u64> = const { Cell::new(0) };
    static OUTCOMES: RefCell<Vec<bool>> = const { RefCell::new(Vec::new()) };
}

fn value_of(key: u64) -> u64 {
    3 * key + 1
}

/// A call of `f(key)`, and whether it was a hit.
fn observe(f: impl FnOnce(u64) -> u64, key: u64) -> (u64, bool) {
    // A nested call may be under way: its own outcome must not be lost.
    let outer = RAN.replace(false);
    let value = f(key);
    (value, !RAN.replace(outer))
}

/// The body of a nested call; `call` is the memoized function.
fn nested_body(key: u64, call: impl FnOnce(u64) -> u64) -> u64 {
    RAN.set(true);
    let (under_way, rule) = (UNDER_WAY.get() + 1, RULE.get());
    UNDER_WAY.set(under_way);
    if under_way < rule.depth {
        nested_call((rule.a * key + rule.b) % rule.m, call);
    }
    UNDER_WAY.set(under_way - 1);
    value_of(key)
}

fn nested_call(key: u64, call: impl FnOnce(u64) -> u64) {
    let (value, hit) = observe(call, key);
    assert_eq!(value, value_of(key));
    OUTCOMES.with_borrow_mut(|outcomes| outcomes.push(hit));
}

/// A memoized function's call, statistics and clearing.
struct Memoized<F> {
    call: F,
    info: fn() -> CacheInfo,
    clear: fn(),
}

/// The functions memoized with one capacity.
struct Functions {
    maxsize: Option<usize>,
    step: Memoized<fn(u64) -> u64>,
    nested: Memoized<fn(u64) -> u64>,
    fib: Memoized<fn(u64) -> u64>,
    pascal: Memoized<fn(u64, u64) -> u64>,
    agent: Memoized<fn(&str) -> usize>,
}

macro_rules! memoized_functions {
    ($($module:ident $maxsize:expr, ($($options:tt)*);)*) => {
        $(mod $module {
            use super::{RAN, memoize, nested_body, value_of};

            #[memoize($($options)*)]
            pub(super) fn step(key: u64) -> u64 {
                RAN.set(true);
                value_of(key)
            }

            #[memoize($($options)*)]
            pub(super) fn nested(key: u64) -> u64 {
                nested_body(key, nested)
            }

            #[memoize($($options)*)]
            pub(super) fn fib(n: u64) -> u64 {
                if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
            }

            #[memoize($($options)*)]
            pub(super) fn pascal(n: u64, k: u64) -> u64 {
                if k == 0 || k == n { 1 } else { pascal(n - 1, k - 1) + pascal(n - 1, k) }
            }

            #[memoize($($options)*)]
            pub(super) fn agent(agent: &str) -> usize {
                agent.len()
            }
        })*

        const FUNCTIONS: &[Functions] = &[$(Functions {
            maxsize: $maxsize,
            step: Memoized {
                call: $module::step, info: $module::step_cache_info, clear: $module::step_cache_clear,
            },
            nested: Memoized {
                call: $module::nested, info: $module::nested_cache_info, clear: $module::nested_cache_clear,
            },
            fib: Memoized {
                call: $module::fib, info: $module::fib_cache_info, clear: $module::fib_cache_clear,
            },
            pascal: Memoized {
                call: $module::pascal, info: $module::pascal_cache_info, clear: $module::pascal_cache_clear,
            },
            agent: Memoized {
                call: $module::agent, info: $module::agent_cache_info, clear: $module::agent_cache_clear,
            },
        }),*];
    };
}

memoized_functions! {
    lru_0 Some(0), (policy = "lru", capacity = 0);
    lru_1 Some(1), (policy = "lru", capacity = 1);
    lru_2 Some(2), (policy = "lru", capacity = 2);
    lru_3 Some(3), (policy = "lru", capacity = 3);
    lru_16 Some(16), (policy = "lru", capacity = 16);
    lru_17 Some(17), (policy = "lru", capacity = 17);
    lru_32 Some(32), (policy = "lru", capacity = 32);
    lru_64 Some(64), (policy = "lru", capacity = 64);
    lru_128 Some(128), (policy = "lru"); // without a number, as in lru_cache()
    lru_256 Some(256), (policy = "lru", capacity = 256);
    lru_512 Some(512), (policy = "lru", capacity = 512);
    lru_1000 Some(1000), (capacity = 1000); // a capacity alone means lru
    unbounded None, ();
}

fn functions(maxsize: Option<usize>) -> &'static Functions {
    let found = FUNCTIONS
        .iter()
        .find(|functions| functions.maxsize == maxsize);
    found.unwrap_or_else(|| panic!("no functions are memoized with maxsize {maxsize:?}"))
}

fn cache<K, V>(maxsize: Option<usize>) -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    match maxsize {
        Some(capacity) => Cache::builder()
            .policy(Policy::Lru)
            .capacity(capacity)
            .build(),
        None => Cache::unbounded(),
    }
}

// ---------------------------------------------------------------------------------------------- the tests

#[test]
fn the_recording_is_complete() {
    let recording = Recording::read();
    for maxsize in [
        Some(0),
        Some(1),
        Some(2),
        Some(3),
        Some(17),
        Some(128),
        Some(1000),
        None,
    ] {
        let of_this_size: Vec<_> = recording
            .sequences
            .iter()
            .filter(|s| s.maxsize == maxsize)
            .collect();
        for shape in ["uniform", "zipf", "loop", "scan", "cleared", "cleared_last"] {
            assert!(
                of_this_size.iter().any(|s| s.shape == shape),
                "{maxsize:?} {shape}"
            );
        }
        assert_eq!(
            recording
                .recursions
                .iter()
                .filter(|r| r.maxsize == maxsize)
                .count(),
            3,
            "{maxsize:?}"
        );
    }
    for Sequence {
        line,
        keys,
        outcomes,
        infos,
        ..
    } in &recording.sequences
    {
        let clears = keys.iter().filter(|key| key.is_none()).count();
        assert_eq!(
            (keys.len() - clears, clears + 1),
            (outcomes.len(), infos.len()),
            "line {line}"
        );
    }
    assert_eq!(recording.nested.len(), 36);
    assert_eq!(recording.log.len(), 6);
}

/// Calls, clears and asks for statistics as `sequence` says.
fn replay(
    sequence: &Sequence,
    call: impl Fn(u64) -> u64,
    info: impl Fn() -> CacheInfo,
    clear: impl Fn(),
) {
    let Sequence {
        line,
        maxsize,
        shape,
        ..
    } = sequence;
    let place = format!("line {line} (maxsize {maxsize:?}, {shape})");
    let mut infos = sequence.infos.iter();
    let mut outcomes = sequence.outcomes.iter();
    for (position, key) in sequence.keys.iter().enumerate() {
        match *key {
            Some(key) => {
                let (value, hit) = observe(&call, key);
                assert_eq!(
                    value,
                    value_of(key),
                    "{place}, position {position}: wrong value"
                );
                assert_eq!(
                    Some(&hit),
                    outcomes.next(),
                    "{place}, position {position}: is key {key} a hit?"
                );
            }
            None => {
                assert_eq!(
                    Some(&info().into()),
                    infos.next(),
                    "{place}, position {position}: before the clear"
                );
                clear();
                assert_eq!(
                    Info::from(info()),
                    ZERO,
                    "{place}, position {position}: after the clear"
                );
            }
        }
    }
    assert_eq!(Some(&info().into()), infos.next(), "{place}: at the end");
    assert_eq!(info().capacity, *maxsize, "{place}: capacity");
}

#[test]
fn sequences_through_a_cache() {
    for sequence in &Recording::read().sequences {
        let cache = cache(sequence.maxsize);
        let call = |key| {
            cache.get_or_insert_with(&key, || {
                RAN.set(true);
                value_of(key)
            })
        };
        replay(sequence, call, || cache.info(), || cache.clear());
    }
}

#[test]
fn sequences_through_memoized_functions() {
    for sequence in &Recording::read().sequences {
        let step = &functions(sequence.maxsize).step;
        (step.clear)();
        replay(sequence, step.call, step.info, step.clear);
    }
}

/// Bodies that call the memoized function again: other keys, and the key that is being computed.
fn replay_nested(nested: &Nested, call: &dyn Fn(u64) -> u64, info: impl Fn() -> CacheInfo) {
    RULE.set(nested.rule);
    OUTCOMES.take();
    for &key in &nested.keys {
        nested_call(key, call);
    }
    let outcomes = OUTCOMES.take();
    let place = format!("line {} (maxsize {:?})", nested.line, nested.maxsize);
    let differs = outcomes
        .iter()
        .zip(&nested.outcomes)
        .position(|(a, b)| a != b);
    assert_eq!(
        differs, None,
        "{place}: the first call that differs, in the order of their returns"
    );
    assert_eq!(outcomes.len(), nested.outcomes.len(), "{place}");
    assert_eq!(Info::from(info()), nested.info, "{place}");
}

#[test]
fn nested_calls_through_a_cache() {
    fn call(cache: &Cache<u64, u64>, key: u64) -> u64 {
        cache.get_or_insert_with(&key, || nested_body(key, |key| call(cache, key)))
    }
    for nested in &Recording::read().nested {
        let cache = cache(nested.maxsize);
        replay_nested(nested, &|key| call(&cache, key), || cache.info());
    }
}

#[test]
fn nested_calls_through_memoized_functions() {
    for nested in &Recording::read().nested {
        let function = &functions(nested.maxsize).nested;
        (function.clear)();
        replay_nested(nested, &function.call, function.info);
    }
}

#[test]
fn recursions() {
    for recursion in &Recording::read().recursions {
        let Functions { fib, pascal, .. } = functions(recursion.maxsize);
        let n = recursion.argument;
        (fib.clear)();
        (pascal.clear)();
        let (value, info) = match recursion.function.as_str() {
            "fib" => ((fib.call)(n), (fib.info)()),
            "range" => ((0..n).map(fib.call).sum(), (fib.info)()),
            "pascal" => ((pascal.call)(n, n / 2), (pascal.info)()),
            unknown => panic!("{RECORDING}:{}: {unknown}", recursion.line),
        };
        let Recursion {
            line,
            function,
            maxsize,
            ..
        } = recursion;
        assert_eq!(
            (value, Info::from(info)),
            (recursion.value, recursion.info),
            "line {line}: {function}({n}) with maxsize {maxsize:?}",
        );
    }
}

/// The example in the documentation of `functools.cache`.
#[test]
fn the_example_of_the_python_documentation() {
    #[memoize]
    fn fib(n: u64) -> u64 {
        if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
    }
    let numbers: Vec<u64> = (0..16).map(fib).collect();
    assert_eq!(
        numbers,
        [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610]
    );
    let info = fib_cache_info();
    assert_eq!(
        (info.hits, info.misses, info.capacity, info.len),
        (28, 16, None, 16)
    );
    assert!(
        info.to_string()
            .starts_with("hits=28 misses=16 capacity=none len=16"),
        "{info}"
    );
}

#[test]
fn the_log_through_a_cache() {
    let agents = agents();
    assert_eq!(agents.len(), 9_999);
    for (maxsize, expected) in Recording::read().log {
        let cache = cache(maxsize);
        for agent in &agents {
            assert_eq!(cache.get_or_insert_with(agent, || agent.len()), agent.len());
        }
        assert_eq!(Info::from(cache.info()), expected, "maxsize {maxsize:?}");
    }
}

#[test]
fn the_log_through_memoized_functions() {
    let agents = agents();
    for (maxsize, expected) in Recording::read().log {
        let memoized = &functions(maxsize).agent;
        for agent in &agents {
            assert_eq!((memoized.call)(agent), agent.len());
        }
        assert_eq!(
            Info::from((memoized.info)()),
            expected,
            "maxsize {maxsize:?}"
        );
    }
}
