//! The words of the attribute: the options with an example of each, what comes in later versions, and the
//! words other memoizing crates use for the same things.

use syn::Expr;

use crate::advice;
use crate::literal::nearest;

/// Option and how it is written, for messages.
pub(crate) const OPTIONS: [(&str, &str); 27] = [
    ("policy", "policy = \"lru\""),
    ("capacity", "capacity = 128"),
    ("max_weight", "max_weight = \"64MiB\""),
    ("weight", "weight = |key, value| value.len() as u64"),
    ("ttl", "ttl = \"30s\""),
    ("tti", "tti = \"30s\""),
    ("expires", "expires = |value| Some(value.lifetime)"),
    ("jitter", "jitter = \"10%\""),
    ("refresh_after", "refresh_after = \"20s\""),
    ("stale_if_error", "stale_if_error = \"1h\""),
    ("err_ttl", "err_ttl = \"5s\""),
    ("none_ttl", "none_ttl = \"5s\""),
    ("skip", "skip(argument)"),
    ("key", "key = (user.id, day)"),
    ("cache_if", "cache_if = |value| value.is_some()"),
    ("cache_err", "cache_err"),
    ("scope", "scope = \"thread\""),
    ("single_flight", "single_flight = false"),
    ("max_wait", "max_wait = \"1s\""),
    ("hasher", "hasher = std::hash::RandomState"),
    ("on_evict", "on_evict = |key, value, cause| log(key, cause)"),
    ("store", "store = \"redis\""),
    ("local", "local(capacity = 1000, ttl = \"5s\")"),
    ("version", "version = 1"),
    ("name", "name = \"users\""),
    ("helpers", "helpers = pub(crate)"),
    ("crate", "crate = ::my_crate::memofn"),
];

pub(crate) const POLICIES: [&str; 10] = [
    "unbounded",
    "lru",
    "lfu",
    "fifo",
    "random",
    "size",
    "sieve",
    "s3-fifo",
    "w-tinylfu",
    "adaptive",
];

pub(crate) const SCOPES: [&str; 2] = ["global", "thread"];

/// Of a bound that is `None`.
pub(crate) const NO_BOUND: &str = "leave it out: without a bound every result is kept";

/// What to write in place of another crate's word.
enum Advice {
    /// This option, with the user's value where it has a meaning, and a remark.
    Option(&'static str, &'static str),
    Text(&'static str),
}

/// Words of other crates (functools, cached, memoize, cachelito, moka, and Caffeine's), in lower case and
/// without underscores, and what to write here.
const FOREIGN_OPTIONS: [(&[&str], Advice); 26] = [
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
        Advice::Option("capacity", ""),
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
        Advice::Option("ttl", ""),
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
        Advice::Option("tti", " to expire entries that are no longer used"),
    ),
    (
        &["ignore", "ignored", "exclude", "skipargs", "without"],
        Advice::Option("skip", ""),
    ),
    (
        &["convert", "keyby", "keyfn", "cachekey", "keyexpr", "keys"],
        Advice::Text("write `key = expression`, over the arguments"),
    ),
    (
        &["unbound", "unbounded", "unlimited", "nolimit"],
        Advice::Text(
            "write `policy = \"unbounded\"`, or nothing: without a bound it is the default",
        ),
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
            "sieve",
            "s3fifo",
            "tinylfu",
            "wtinylfu",
        ],
        Advice::Text(
            "write `policy = \"lru\"` (or \"lfu\", \"fifo\", \"random\", \"size\", \"sieve\", \"s3-fifo\", \"w-tinylfu\", \"adaptive\")",
        ),
    ),
    (
        &["result", "oks", "onlyok"],
        Advice::Text("leave it out: an `Err` is not stored unless `cache_err` says so"),
    ),
    (
        &["option", "onlysome"],
        Advice::Text("write `cache_if = |value| value.is_some()`"),
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
        Advice::Option("max_weight", ""),
    ),
    (
        &["weigher", "weightfn", "weighby", "cost", "sizer", "sizeof"],
        Advice::Option("weight", ", with `max_weight`"),
    ),
    (
        &["customhasher", "hasherinit", "buildhasher", "hash"],
        Advice::Text("write `hasher = path::to::Builder`, a type that is `BuildHasher + Default`"),
    ),
    (
        &["sharedcache", "shared", "synclock"],
        Advice::Text("leave it out: the cache is shared by all threads"),
    ),
    (
        &["typed"],
        Advice::Text("leave it out: arguments keep their types"),
    ),
    (
        &[
            "syncwrites",
            "syncwritesbuckets",
            "coalesce",
            "dedup",
            "deduplicate",
            "inflight",
            "stampede",
        ],
        Advice::Text(
            "leave it out: concurrent calls with equal arguments run the body once, unless `single_flight = false` says otherwise",
        ),
    ),
    (
        &[
            "resultfallback",
            "fallback",
            "fallbackonerror",
            "staleonerror",
            "staleonerr",
            "staleiferr",
            "serveonerror",
        ],
        Advice::Option("stale_if_error", ", with `ttl`"),
    ),
    (
        &[
            "refreshafterwrite",
            "refreshahead",
            "refreshinterval",
            "refreshttl",
            "softttl",
            "stalewhilerevalidate",
        ],
        Advice::Option("refresh_after", ", less than the `ttl`"),
    ),
    (
        &[
            "evictionlistener",
            "removallistener",
            "listener",
            "onremove",
            "onremoval",
            "onevicted",
            "oneviction",
            "onexpire",
        ],
        Advice::Option("on_evict", ""),
    ),
    (
        &["errorttl", "negativettl", "ttlerr", "ttlerror"],
        Advice::Option("err_ttl", ""),
    ),
    (&["ttlnone", "emptyttl"], Advice::Option("none_ttl", "")),
    (
        &["cachenone", "storenone"],
        Advice::Text(
            "leave it out: a `None` is stored as any value, or for a lifetime of its own with `none_ttl = \"5s\"`",
        ),
    ),
    (
        &["ttlfn", "ttlby", "expireswith", "expiresfn", "expirywith"],
        Advice::Option("expires", ""),
    ),
    (&["none"], Advice::Text(NO_BOUND)),
    (
        &[
            "cacheerror",
            "cacheerrors",
            "storeerr",
            "storeerrors",
            "keeperr",
        ],
        Advice::Option("cache_err", ""),
    ),
    (
        &["condition", "onlyif", "cachewhen", "when", "predicate"],
        Advice::Text("write `cache_if = |value| ...`"),
    ),
    (
        &["krate", "cratename", "cratepath"],
        Advice::Option("crate", ""),
    ),
];

pub(crate) fn is_option(name: &str) -> bool {
    OPTIONS.iter().any(|(option, _)| *option == name)
}

/// Whether recovery after a mistake may take this word, standing alone, for an option.
pub(crate) fn is_word(name: &str) -> bool {
    is_option(name)
}

pub(crate) fn example(name: &str) -> &'static str {
    OPTIONS
        .iter()
        .find(|(option, _)| *option == name)
        .map_or("capacity = 128", |(_, example)| example)
}

/// How to write this option with the value that was given in some other way.
pub(crate) fn written(option: &str, value: Option<&Expr>) -> String {
    written_in(option, value, "s")
}

fn written_in(option: &str, value: Option<&Expr>, unit: &str) -> String {
    value
        .and_then(|value| advice::written(option, value, unit))
        .unwrap_or_else(|| example(option).to_owned())
}

/// What to say of a name that is no option, and of the value it was given.
pub(crate) fn unknown_option(name: &str, value: Option<&Expr>) -> String {
    let plain = name.to_lowercase().replace('_', "");
    let same = |word: &str| word.replace('_', "") == plain;
    let names = || OPTIONS.iter().map(|(option, _)| *option);
    let foreign = FOREIGN_OPTIONS
        .iter()
        .find(|(words, _)| words.contains(&plain.as_str()));
    if let Some((_, advice)) = foreign {
        let advice = match advice {
            Advice::Option("capacity", _) if value.is_some_and(advice::is_none) => {
                NO_BOUND.to_owned()
            }
            Advice::Option(option, remark) => {
                let millis = plain.ends_with("millis") || plain.ends_with("ms");
                let unit = if millis { "ms" } else { "s" };
                format!("write `{}`{remark}", written_in(option, value, unit))
            }
            Advice::Text(text) => (*text).to_owned(),
        };
        return format!("unknown option `{name}`: {advice}");
    }
    match names()
        .find(|word| same(word))
        .or_else(|| nearest(name, names()))
    {
        Some(word) => format!(
            "unknown option `{name}`: did you mean `{word}`, as in `{}`?",
            written(word, value)
        ),
        None => format!(
            "unknown option `{name}`: the options are {}",
            list(&names().collect::<Vec<_>>())
        ),
    }
}

/// What to say of a policy that is none of this version.
pub(crate) fn unknown_policy(name: &str) -> String {
    match nearest(name, POLICIES) {
        Some(word) => format!("unknown policy \"{name}\": did you mean \"{word}\"?"),
        None => format!(
            "unknown policy \"{name}\": the policies are {}",
            list(&POLICIES.map(|policy| format!("\"{policy}\"")))
        ),
    }
}

/// What to say of a scope that is none, with other names for the same.
pub(crate) fn unknown_scope(name: &str) -> String {
    let meant = match name.to_lowercase().replace(['-', '_', ' '], "").as_str() {
        "threadlocal" | "local" | "perthread" | "unsync" => Some("thread"),
        "shared" | "sync" | "process" | "static" | "all" => Some("global"),
        _ => nearest(name, SCOPES),
    };
    match meant {
        Some(word) => format!("unknown scope \"{name}\": did you mean \"{word}\"?"),
        None => format!("unknown scope \"{name}\": the scopes are \"global\" and \"thread\""),
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
