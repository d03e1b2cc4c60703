//! The words of the attribute: the options of this version with an example of each, those of later
//! versions, and the words other memoizing crates use for the same things.

use crate::literal::nearest;

/// Option and how it is written, for messages.
pub(crate) const OPTIONS: [(&str, &str); 15] = [
    ("policy", "policy = \"lru\""),
    ("capacity", "capacity = 128"),
    ("max_weight", "max_weight = \"64MiB\""),
    ("weight", "weight = |key, value| value.len() as u64"),
    ("ttl", "ttl = \"30s\""),
    ("tti", "tti = \"30s\""),
    ("jitter", "jitter = \"10%\""),
    ("skip", "skip(argument)"),
    ("key", "key = (user.id, day)"),
    ("cache_if", "cache_if = |value| value.is_some()"),
    ("cache_err", "cache_err"),
    ("hasher", "hasher = std::hash::RandomState"),
    ("name", "name = \"users\""),
    ("helpers", "helpers = pub(crate)"),
    ("crate", "crate = ::my_crate::memofn"),
];

/// In the contract, not in this version.
const LATER_OPTIONS: [&str; 12] = [
    "refresh_after",
    "stale_if_error",
    "err_ttl",
    "none_ttl",
    "expires",
    "scope",
    "single_flight",
    "max_wait",
    "on_evict",
    "store",
    "local",
    "version",
];

pub(crate) const POLICIES: [&str; 6] = ["unbounded", "lru", "lfu", "fifo", "random", "size"];

const LATER_POLICIES: [&str; 4] = ["sieve", "s3-fifo", "w-tinylfu", "adaptive"];

/// Words of other crates (functools, cached, memoize, cachelito, moka), in lower case and without
/// underscores, and what to write here.
const FOREIGN_OPTIONS: [(&[&str], &str); 16] = [
    (
        &[
            "size",
            "maxsize",
            "maxcapacity",
            "maxentries",
            "maxitems",
            "maxlen",
            "limit",
            "cap",
            "cachesize",
            "entries",
        ],
        "write `capacity = 128`",
    ),
    (
        &[
            "time",
            "timetolive",
            "ttlsecs",
            "ttlseconds",
            "ttlmillis",
            "ttlms",
            "expire",
            "expireafter",
            "expireafterwrite",
            "expiration",
            "expiry",
            "timeout",
            "maxage",
            "lifespan",
            "lifetime",
            "duration",
            "seconds",
        ],
        "write `ttl = \"30s\"`",
    ),
    (
        &[
            "timetoidle",
            "idle",
            "maxidle",
            "expireafteraccess",
            "refresh",
            "timerefresh",
        ],
        "write `tti = \"30s\"` to expire entries that are no longer used",
    ),
    (
        &["ignore", "ignored", "exclude", "skipargs", "without"],
        "write `skip(argument)`",
    ),
    (
        &["convert", "keyby", "keyfn", "cachekey", "keyexpr", "keys"],
        "write `key = expression`, over the arguments",
    ),
    (
        &["unbound", "unbounded", "unlimited", "nolimit"],
        "write `policy = \"unbounded\"`, or nothing: without a bound it is the default",
    ),
    (
        &[
            "eviction",
            "evictionpolicy",
            "strategy",
            "algorithm",
            "lru",
            "lfu",
            "fifo",
            "random",
        ],
        "write `policy = \"lru\"` (or \"lfu\", \"fifo\", \"random\", \"size\")",
    ),
    (
        &["result", "oks", "onlyok"],
        "leave it out: an `Err` is not stored unless `cache_err` says so",
    ),
    (
        &["option", "onlysome"],
        "write `cache_if = |value| value.is_some()`",
    ),
    (
        &[
            "maxmemory",
            "memory",
            "memorylimit",
            "maxbytes",
            "bytes",
            "maxcost",
        ],
        "write `max_weight = \"64MiB\"`",
    ),
    (
        &["weigher", "weightfn", "weighby", "cost", "sizer", "sizeof"],
        "write `weight = |key, value| value.len() as u64`, with `max_weight`",
    ),
    (
        &["customhasher", "hasherinit", "buildhasher", "hash"],
        "write `hasher = path::to::Builder`, a type that is `BuildHasher + Default`",
    ),
    (
        &["sharedcache", "shared", "typed", "syncwrites", "synclock"],
        "leave it out: the cache is shared by all threads, and arguments keep their types",
    ),
    (
        &[
            "cacheerror",
            "cacheerrors",
            "storeerr",
            "storeerrors",
            "keeperr",
        ],
        "write `cache_err`",
    ),
    (
        &["condition", "onlyif", "cachewhen", "when", "predicate"],
        "write `cache_if = |value| ...`",
    ),
    (
        &["krate", "cratename", "cratepath"],
        "write `crate = ::my_crate::memofn`",
    ),
];

pub(crate) fn is_option(name: &str) -> bool {
    OPTIONS.iter().any(|(option, _)| *option == name)
}

/// Whether recovery after a mistake may take this word, standing alone, for an option.
pub(crate) fn is_word(name: &str) -> bool {
    is_option(name) || LATER_OPTIONS.contains(&name)
}

pub(crate) fn example(name: &str) -> &'static str {
    OPTIONS
        .iter()
        .find(|(option, _)| *option == name)
        .map_or("capacity = 128", |(_, example)| example)
}

pub(crate) fn not_yet(what: &str) -> String {
    format!("{what} not available yet in this version of memofn")
}

/// What to say of a name that is no option of this version.
pub(crate) fn unknown_option(name: &str) -> String {
    if LATER_OPTIONS.contains(&name) {
        return not_yet(&format!("`{name}` is"));
    }
    let plain = name.to_lowercase().replace('_', "");
    let same = |word: &str| word.replace('_', "") == plain;
    let names = || OPTIONS.iter().map(|(option, _)| *option);
    if let Some((_, remedy)) = FOREIGN_OPTIONS
        .iter()
        .find(|(words, _)| words.contains(&plain.as_str()))
    {
        return format!("unknown option `{name}`: {remedy}");
    }
    match names()
        .find(|word| same(word))
        .or_else(|| nearest(name, names()))
    {
        Some(word) => format!(
            "unknown option `{name}`: did you mean `{word}`, as in `{}`?",
            example(word)
        ),
        None => format!(
            "unknown option `{name}`: the options are {}",
            list(&names().collect::<Vec<_>>())
        ),
    }
}

/// What to say of a policy that is none of this version.
pub(crate) fn unknown_policy(name: &str) -> String {
    if LATER_POLICIES.contains(&name) {
        return not_yet(&format!("the policy \"{name}\" is"));
    }
    match nearest(name, POLICIES) {
        Some(word) => format!("unknown policy \"{name}\": did you mean \"{word}\"?"),
        None => format!(
            "unknown policy \"{name}\": the policies are {}",
            list(&POLICIES.map(|policy| format!("\"{policy}\"")))
        ),
    }
}

/// `a, b and c`
pub(crate) fn list<S: AsRef<str>>(words: &[S]) -> String {
    let mut text = String::new();
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            text.push_str(if i + 1 == words.len() { " and " } else { ", " });
        }
        text.push_str(word.as_ref());
    }
    text
}
