use super::{accepted, refused};
use crate::args::{Amount, Helpers, Lifetime, Options, PolicyName};
use crate::errors::Errors;

const ANY: &str = "fn f(a: u64, b: u64) -> String { todo!() }";

fn parse(attr: &str) -> Options {
    let mut errors = Errors::new();
    let options = Options::parse(attr.parse().expect(attr), &mut errors);
    assert!(errors.is_empty(), "{attr}");
    errors.into_compile_errors();
    options
}

#[test]
fn values_are_read() {
    let options = parse(
        r#"policy = "lfu", capacity = 2 * N, max_weight = "64MiB", weight = |_, v| v.len() as u64,
           ttl = "1h 30m", tti = Duration::from_secs(3), jitter = "10%", skip(self, a, r#type),
           cache_if = Option::is_some, cache_err, hasher = my::Hasher<A, { 1 + 1 }>,
           name = "users", helpers = pub(in crate::x), crate = $crate_::memofn,"#
            .replace('$', "")
            .as_str(),
    );
    assert_eq!(options.policy.unwrap().value, PolicyName::Lfu);
    assert!(matches!(options.max_weight.unwrap().value, Amount::Literal(b) if b == 64 << 20));
    assert!(matches!(
        options.ttl.unwrap().value,
        Lifetime::Nanos(5_400_000_000_000)
    ));
    assert!(matches!(options.tti.unwrap().value, Lifetime::Expr(_)));
    assert_eq!(options.jitter.unwrap().value, 0.1);
    let skip = options.skip.unwrap().value;
    assert_eq!(skip.len(), 3);
    assert_eq!(skip[0], "self");
    assert!(matches!(options.helpers.unwrap().value, Helpers::Vis(_)));
    assert_eq!(options.name.unwrap().value.value(), "users");
    assert!(options.capacity.is_some() && options.weight.is_some() && options.hasher.is_some());
    assert!(options.cache_if.is_some() && options.cache_err.is_some() && options.krate.is_some());
}

#[test]
fn short_forms_are_read() {
    assert!(parse("").policy.is_none());
    assert!(parse("cache_err = true").cache_err.is_some());
    assert!(parse("helpers = true").helpers.is_none());
    assert!(matches!(
        parse("helpers = false").helpers.unwrap().value,
        Helpers::None
    ));
    assert!(parse("key = (a, b)").key.is_some());
    assert!(parse("key = ()").key.is_some());
    assert!(matches!(
        parse("max_weight = 64").max_weight.unwrap().value,
        Amount::Literal(64)
    ));
    assert!(matches!(
        parse("max_weight = 2 * M").max_weight.unwrap().value,
        Amount::Expr(_)
    ));
    accepted("capacity = 0", ANY);
    accepted("capacity = 10usize, policy = \"fifo\"", ANY);
    accepted("policy = \"unbounded\", ttl = \"1s\", jitter = \"1%\"", ANY);
}

/// Fragments of `macro_rules` macros come in invisible groups.
#[test]
fn invisible_groups_are_seen_through() {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    let wrap = |text: &str| -> TokenStream {
        let inner: TokenStream = text.parse().unwrap();
        TokenTree::Group(Group::new(Delimiter::None, inner)).into()
    };
    let (policy, ttl, capacity, name) = (wrap("\"lru\""), wrap("\"30s\""), wrap("10"), wrap("a"));
    let deep = wrap("\"1%\"");
    let deep = TokenTree::Group(Group::new(Delimiter::None, deep));
    let whole = wrap("tti = \"1s\"");
    let attr = quote::quote! {
        policy = #policy, ttl = #ttl, capacity = #capacity, skip(#name), jitter = #deep, #whole
    };
    let mut errors = Errors::new();
    let options = Options::parse(attr, &mut errors);
    assert!(errors.is_empty());
    errors.into_compile_errors();
    assert!(matches!(
        options.ttl.unwrap().value,
        Lifetime::Nanos(30_000_000_000)
    ));
    assert_eq!(options.policy.unwrap().value, PolicyName::Lru);
    assert_eq!(options.skip.unwrap().value[0], "a");
    assert!(options.capacity.is_some() && options.jitter.is_some() && options.tti.is_some());
}

#[test]
fn unknown_options() {
    refused(
        "capasity = 1",
        &["unknown option `capasity`: did you mean `capacity`, as in `capacity = 1`?"],
    );
    refused(
        "TTL = \"1s\"",
        &["unknown option `TTL`: did you mean `ttl`, as in `ttl = \"1s\"`?"],
    );
    refused(
        "Capacity: 3",
        &["unknown option `Capacity`: did you mean `capacity`, as in `capacity = 3`?"],
    );
    refused(
        "typed = true",
        &["unknown option `typed`: leave it out: arguments keep their types"],
    );
    refused(
        "shared = true",
        &["unknown option `shared`: leave it out: the cache is shared by all threads"],
    );
    refused(
        "sync_writes = \"default\"",
        &[
            "unknown option `sync_writes`: leave it out: concurrent calls with equal arguments run the body once, unless `single_flight = false` says otherwise",
        ],
    );
    refused(
        "Weigher = 3",
        &[
            "unknown option `Weigher`: write `weight = |key, value| value.len() as u64`, with `max_weight`",
        ],
    );
    refused(
        "frobnicate",
        &[
            "unknown option `frobnicate`: the options are policy, capacity, max_weight, weight, ttl, tti, expires, jitter, refresh_after, stale_if_error, err_ttl, none_ttl, skip, key, cache_if, cache_err, scope, single_flight, max_wait, hasher, on_evict, store, local, version, name, helpers and crate",
        ],
    );
}

/// What other crates call differently is written with the value it was given.
#[test]
fn foreign_options_keep_their_value() {
    for (option, advice) in [
        ("maxsize = 32", "capacity = 32"),
        ("size = 3usize", "capacity = 3usize"),
        ("max_size = (3)", "capacity = 3"),
        ("max_entries = 2 * limits::N", "capacity = 2 * limits::N"),
        ("limit(8)", "capacity = 8"),
        ("limit = \"8\"", "capacity = 8"),
        ("max_size = \"64kB\"", "max_weight = \"64kB\""),
        ("max_size = -1", "capacity = 128"),
        ("max_size = 1.5", "capacity = 128"),
        ("max_size", "capacity = 128"),
        ("max_size =", "capacity = 128"),
        ("max_memory = \"100MB\"", "max_weight = \"100MB\""),
        ("max_memory = 4096", "max_weight = 4096"),
        ("max_memory = \"much\"", "max_weight = \"64MiB\""),
        ("time = 60", "ttl = \"60s\""),
        ("time = 60.0", "ttl = \"60s\""),
        ("time = 0.25", "ttl = \"0.25s\""),
        ("time = 0", "ttl = \"30s\""),
        ("time = \"60\"", "ttl = \"60s\""),
        ("time = \"5m\"", "ttl = \"5m\""),
        ("time = 5m", "ttl = \"5m\""),
        ("time = \"soon\"", "ttl = \"30s\""),
        ("ttl_secs = 60u64", "ttl = \"60s\""),
        ("ttl_millis = 250", "ttl = \"250ms\""),
        ("ttl_ms = 1_000", "ttl = \"1000ms\""),
        (
            "TimeToLive: Duration::from_secs(2)",
            "ttl = Duration::from_secs(2)",
        ),
        (
            "time_to_idle = 5",
            "tti = \"5s\"` to expire entries that are no longer used",
        ),
        ("Ignore: a", "skip(a)"),
        ("ignore = [a, self]", "skip(a, self)"),
        ("ignore(a, b)", "skip(a, b)"),
        ("ignore = \"a\"", "skip(a)"),
        ("ignore = a.b", "skip(argument)"),
        ("ignore = []", "skip(argument)"),
        (
            "result_fallback = true",
            "stale_if_error = \"1h\"`, with `ttl`",
        ),
        (
            "refresh_after_write = 90",
            "refresh_after = \"90s\"`, less than the `ttl`",
        ),
        ("eviction_listener = path::to", "on_evict = path::to"),
        (
            "removal_listener = |k, v, c| {}",
            "on_evict = |key, value, cause| log(key, cause)",
        ),
        ("negative_ttl = \"2m\"", "err_ttl = \"2m\""),
        ("empty_ttl = 3", "none_ttl = \"3s\""),
        (
            "ttl_fn = lifetime",
            "expires = |value| Some(value.lifetime)",
        ),
    ] {
        let name = option.split([' ', '(', ':']).next().unwrap();
        let end = if advice.contains('`') { "" } else { "`" };
        refused(
            option,
            &[&format!("unknown option `{name}`: write `{advice}{end}")],
        );
    }
    for option in ["maxsize = None", "max_size = Option::None", "None"] {
        let name = option.split(' ').next().unwrap();
        refused(
            option,
            &[&format!(
                "unknown option `{name}`: leave it out: without a bound every result is kept"
            )],
        );
    }
    refused("32", &["expected an option: write `capacity = 32`"]);
    refused(
        "ttl = \"1s\", 32, cache_err",
        &["expected an option: write `capacity = 32`"],
    );
    refused("4 * 8", &["expected an option: write `capacity = 4 * 8`"]);
    for other in ["capacity = 3, 32", "-32", "32 x", "1.5", "\"lru\""] {
        refused(other, &["expected an option, such as `capacity = 128`"]);
    }
}

#[test]
fn stores() {
    let feature = "this needs the cargo feature `store` of memofn: write `memofn = { version = \"...\", features = [\"store\"] }` in Cargo.toml";
    if cfg!(feature = "store") {
        accepted(
            "store = A, ttl = \"5m\", local(capacity = 1, ttl = \"5s\"), version = 3",
            ANY,
        );
        accepted("store = a::B, local", ANY);
    } else {
        // What follows from it is not said.
        refused("store = a::B, local(capacity = 1), version = 3", &[feature]);
    }
    refused(
        "store",
        &["`store` needs a value: write `store = \"redis\"`"],
    );
    refused(
        "local(capacity = 1, ttl = \"5s\")",
        &[
            "`local` is what is kept before a `store`, and there is none: write its options beside each other, as in `capacity = 1000`, or add `store = \"redis\"`",
        ],
    );
    refused(
        "version = 3",
        &[
            "`version` is part of the key in a `store`, and there is none: leave it out, or add `store = \"redis\"`",
        ],
    );
    refused(
        "local[1]",
        &["expected `(` after `local`: write `local(capacity = 1000, ttl = \"5s\")`"],
    );
}

#[test]
fn wrong_values() {
    let no_unit = "a bare number has no unit: write `ttl = \"30s\"` or a `Duration` expression";
    refused("ttl = 30", &[no_unit]);
    refused("ttl = (30)", &[no_unit]);
    for (value, advice) in [
        ("60.0", "60s"),
        ("60.", "60s"),
        ("1.50", "1.50s"),
        ("1.5", "1.5s"),
        ("0", "30s"),
        ("0.0", "30s"),
        ("1e3", "30s"),
        ("99999999999999999999", "30s"),
    ] {
        refused(
            &format!("ttl = {value}"),
            &[&format!(
                "a bare number has no unit: write `ttl = \"{advice}\"` or a `Duration` expression"
            )],
        );
    }
    for value in ["250ms", "1.5h"] {
        refused(
            &format!("tti = {value}"),
            &[&format!(
                "a duration stands in quotes: write `tti = \"{value}\"`"
            )],
        );
    }
    refused(
        "ttl = -30",
        &["a duration can't be negative: write `ttl = \"30s\"`"],
    );
    refused(
        "ttl = true",
        &["`ttl` takes a duration: write `ttl = \"30s\"` or a `Duration` expression"],
    );
    refused(
        "ttl = \"\"",
        &["the duration is empty: expected a duration such as \"30s\", \"1h 30m\" or \"250ms\""],
    );
    refused(
        "capacity = \"128\"",
        &["`capacity` takes a number, without quotes: write `capacity = 128`"],
    );
    refused(
        "capacity = \"64MiB\"",
        &[
            "`capacity` takes a number of entries: write `capacity = 128`; a bound in bytes is `max_weight = \"64MiB\"`",
        ],
    );
    refused(
        "capacity = -1",
        &[
            "`capacity` is a number of entries and can't be negative: write `capacity = 128`, or `capacity = 0` to store nothing",
        ],
    );
    refused(
        "capacity = 1.5",
        &["`capacity` takes a whole number of entries: write `capacity = 128`"],
    );
    refused(
        "capacity = 1u8",
        &["`capacity` is a `usize`: write `capacity = 128`, without a suffix"],
    );
    for none in ["None", "(std::option::Option::None)"] {
        refused(
            &format!("capacity = {none}"),
            &[
                "`capacity` takes a number of entries: leave it out: without a bound every result is kept",
            ],
        );
    }
    refused(
        "capacity",
        &["`capacity` needs a value: write `capacity = 128`"],
    );
    refused(
        "capacity =",
        &["the value of `capacity` is missing: write `capacity = 128`"],
    );
    refused(
        "capacity(32)",
        &["`capacity` takes its value after a `=`: write `capacity = 32`"],
    );
    for option in ["capacity: 32", "capacity 32"] {
        refused(
            option,
            &["expected `=` after `capacity`: write `capacity = 32`"],
        );
    }
    refused(
        "ttl: soon!",
        &["expected `=` after `ttl`: write `ttl = \"30s\"`"],
    );
    refused(
        "policy = lru",
        &["a policy is named by a string: write `policy = \"lru\"`"],
    );
    refused(
        "policy = Policy::Lfu",
        &["a policy is named by a string: write `policy = \"lfu\"`"],
    );
    refused(
        "policy = \"LRU\"",
        &["unknown policy \"LRU\": did you mean \"lru\"?"],
    );
    refused(
        "policy = \"best\"",
        &[
            "unknown policy \"best\": the policies are \"unbounded\", \"lru\", \"lfu\", \"fifo\", \"random\", \"size\", \"sieve\", \"s3-fifo\", \"w-tinylfu\" and \"adaptive\"",
        ],
    );
    refused(
        "key = \"a\"",
        &[
            "a string literal is the same key for every call: write an expression over the arguments, such as `key = (user.id, day)`",
        ],
    );
    refused(
        "jitter = 0.1, ttl = \"1s\"",
        &["`jitter` takes a share of the `ttl` in percent: write `jitter = \"10%\"`"],
    );
    refused(
        "cache_err = false",
        &["`cache_err = false` is what holds without it: leave it out"],
    );
    refused("cache_err(x)", &["`cache_err` is a flag: write it alone"]);
    refused(
        "helpers = 3",
        &[
            "`helpers` takes `false` or a visibility: write `helpers = false`, or `helpers = pub(crate)`",
        ],
    );
    refused(
        "hasher = \"Fx\"",
        &["`hasher` takes a type, without quotes: write `hasher = std::hash::RandomState`"],
    );
    refused(
        "hasher = Fx::new()",
        &[
            "the value of `hasher` can't be read (a type is expected, it is made with `Default`): write `hasher = std::hash::RandomState`",
        ],
    );
    refused(
        "crate = \"memofn\"",
        &["`crate` takes a path, without quotes: write `crate = ::my_crate::memofn`"],
    );
    refused("crate = Self", &["write `crate = ::my_crate::memofn`"]);
    refused(
        "name = my_name",
        &["`name` takes a string literal: write `name = \"my_name\"`"],
    );
    refused(
        "name = db::users",
        &["`name` takes a string literal: write `name = \"db::users\"`"],
    );
    refused(
        "name = 7",
        &["`name` takes a string literal: write `name = \"users\"`"],
    );
    refused(
        "cache_if = \"is_some\"",
        &["`cache_if` takes a path or a closure: write `cache_if = |value| value.is_some()`"],
    );
    refused(
        "max_weight = 0",
        &[
            "`max_weight = 0` has room for nothing: write a bound such as `max_weight = \"64MiB\"`, or `capacity = 0` to store nothing",
        ],
    );
}

#[test]
fn keys_that_are_closures() {
    for (closure, advice) in [
        ("|a| a.len()", "a.len()"),
        ("(move |a: &str| -> usize { a.len() })", "a.len()"),
        ("|_| (a % 10, b as u16)", "(a % 10, b as u16)"),
        ("|| -a[..3].0", "-a[..3].0"),
        ("|a| &a.path", "a.path.to_owned()"),
        (
            "|a, b| format!(\"{} {}\", a, b)",
            "format!(\"{} {}\", a, b)",
        ),
        (
            "|a| a.iter().collect::<Vec<_>>()",
            "a.iter().collect::<Vec<_>>()",
        ),
    ] {
        refused(
            &format!("key = {closure}"),
            &[&format!(
                "`key` is an expression over the arguments, not a closure: write `key = {advice}`"
            )],
        );
    }
    for closure in [
        "|a| { let b = a; b }",
        "|a| a.map(|a| a.id)",
        "|a| 1",
        "|a| (&a.id, b)",
        "|a| |b| a",
        "|a| {}",
        "|a| match a { 0 => 1, _ => 2 }",
        "|a| (a.one.of.the.longer.expressions, a.which.nobody.wants.to.read)",
    ] {
        refused(
            &format!("key = {closure}"),
            &[
                "`key` is an expression over the arguments, not a closure: write one such as `key = (user.id, day)`",
            ],
        );
    }
    accepted("key = Some(a).map(|a| a % 10)", ANY);
}

#[test]
fn keys_that_borrow() {
    let message =
        |own: &str| format!("the key is kept, so it can't borrow: write it owned, such as `{own}`");
    for (key, own) in [
        ("&request.path", "request.path.to_owned()"),
        ("(&a)", "a.to_owned()"),
        ("&&mut a", "a.to_owned()"),
        ("&a[..3]", "a[..3].to_owned()"),
        ("&*a", "(*a).to_owned()"),
        ("&(a + b)", "(a + b).to_owned()"),
        ("&a.to_string()", "a.to_string()"),
        ("&format!(\"{a}\")", "format!(\"{a}\")"),
        ("(a, &self.path, b)", "self.path.to_owned()"),
        ("(a, (b, &get(a, 1)?))", "get(a, 1)?.to_owned()"),
        ("&a.map(|a| a.id)", "request.path.to_owned()"),
    ] {
        refused(&format!("key = {key}"), &[&message(own)]);
    }
    let several = [message("a.to_owned()"), message("b.c.to_owned()")];
    refused(
        "key = (&a, 1, &b.c)",
        &several.each_ref().map(String::as_str),
    );
    for key in [
        "a",
        "(a)",
        "(a, b)",
        "get(&a)",
        "(a & b, [&a].len())",
        "{ *&a }",
    ] {
        accepted(&format!("key = {key}"), ANY);
    }
}

#[test]
fn skip_lists() {
    for (option, advice) in [
        ("skip = a", "skip(a)"),
        ("skip = [a, b]", "skip(a, b)"),
        ("skip = \"a\"", "skip(a)"),
        ("skip = 3", "skip(argument)"),
    ] {
        refused(
            option,
            &[&format!(
                "`skip` takes names of arguments in parentheses: write `{advice}`"
            )],
        );
    }
    for (option, advice) in [
        ("skip a", "skip(a)"),
        ("skip self", "skip(self)"),
        ("skip: a", "skip(a)"),
        ("skip[a, b]", "skip(a, b)"),
        ("skip 3", "skip(argument)"),
    ] {
        refused(
            option,
            &[&format!("expected `(` after `skip`: write `{advice}`")],
        );
    }
    refused("skip", &["`skip` needs a value: write `skip(argument)`"]);
    refused(
        "skip()",
        &["`skip()` skips nothing: name an argument, as in `skip(argument)`, or leave it out"],
    );
    let no_name = "`skip` takes names of arguments: write `skip(argument)`, or `skip(self)`";
    refused("skip(&a, b, 3)", &[no_name, no_name]);
    accepted("skip(a, b,)", ANY);
}

#[test]
fn all_mistakes_at_once() {
    refused(
        r#""lru", capasity = 3, ttl = 30, weight = |a, b capacity = 1, version = 3,
           policy = "lru" "mru", jitter = "10%", ttl = "5s", policy = "lfu", cache_err = false,"#,
        &[
            "expected an option, such as `capacity = 128`",
            "unknown option `capasity`: did you mean `capacity`, as in `capacity = 3`?",
            "a bare number has no unit: write `ttl = \"30s\"` or a `Duration` expression",
            "the value of `weight` can't be read (expected `,`): write `weight = |key, value| value.len() as u64`",
            "expected `,` after the value of `policy`",
            "`ttl` is given twice: each option may stand once, leave one out",
            "`policy` is given twice: each option may stand once, leave one out",
            "`cache_err = false` is what holds without it: leave it out",
            "`version` is part of the key in a `store`, and there is none: leave it out, or add `store = \"redis\"`",
        ],
    );
    // Mistakes of the options and of the function.
    super::item_refused(
        "ttl = 0, skip(c)",
        "fn f(a: &mut u8) -> &str { }",
        &[
            "a bare number has no unit: write `ttl = \"30s\"` or a `Duration` expression",
            "`f` has no argument `c`: those that can be skipped are `a`",
            "a `&mut` argument can't be memoized, since a stored result would be given without the change to it: take it by value or by `&`, and return what changes",
            "the cache outlives what `&str` borrows from: return an owned type (`String` for `&str`, `Vec<T>` for `&[T]`), an `Arc`, or a `&'static` reference",
        ],
    );
}

#[test]
fn parsing_goes_on_where_a_comma_is_missing() {
    refused(
        "capacity = 3 ttl = 5",
        &[
            "expected `,` after the value of `capacity`",
            "a bare number has no unit: write `ttl = \"5s\"` or a `Duration` expression",
        ],
    );
    refused(
        "capacity = , ttl = 5",
        &[
            "the value of `capacity` is missing: write `capacity = 128`",
            "a bare number has no unit: write `ttl = \"5s\"` or a `Duration` expression",
        ],
    );
}

#[test]
fn contradictions_and_idle_options() {
    refused(
        "policy = \"unbounded\", capacity = 3, max_weight = \"1B\"",
        &[
            "`capacity` contradicts `policy = \"unbounded\"`, which never evicts: leave one of the two out, or write `policy = \"lru\"`",
            "`max_weight` contradicts `policy = \"unbounded\"`, which never evicts: leave one of the two out, or write `policy = \"lru\"`",
        ],
    );
    let size = "`policy = \"size\"` evicts the largest entry once a size is exceeded, and none is given: add `max_weight = \"64MiB\"`";
    refused("policy = \"size\"", &[size]);
    refused("policy = \"size\", capacity = 3, weight = w", &[size]);
    refused(
        "jitter = \"10%\", tti = \"1s\"",
        &[
            "`jitter` shortens the `ttl`, and there is none: add `ttl = \"30s\"`, or leave `jitter` out",
        ],
    );
    refused(
        "weight = w",
        &[
            "`weight` counts towards `max_weight`, and there is none: add `max_weight = \"64MiB\"`, or leave `weight` out",
        ],
    );
    refused(
        "key = (a, 1), skip(a)",
        &[
            "`a` can't be part of `key` and be skipped: the helpers that look a key up don't take it; leave it out of `skip`",
        ],
    );
    // What is there with a bad value is not also missing.
    refused(
        "jitter = \"10%\", ttl = \"\"",
        &["the duration is empty: expected a duration such as \"30s\", \"1h 30m\" or \"250ms\""],
    );
}
