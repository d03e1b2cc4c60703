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
        &["unknown option `capasity`: did you mean `capacity`, as in `capacity = 128`?"],
    );
    refused(
        "TTL = \"1s\"",
        &["unknown option `TTL`: did you mean `ttl`, as in `ttl = \"30s\"`?"],
    );
    refused(
        "size = 3",
        &["unknown option `size`: write `capacity = 128`"],
    );
    refused(
        "max_size = 3",
        &["unknown option `max_size`: write `capacity = 128`"],
    );
    refused(
        "Capacity: 3",
        &["unknown option `Capacity`: did you mean `capacity`, as in `capacity = 128`?"],
    );
    refused(
        "TimeToLive: Duration::from_secs(2)",
        &["unknown option `TimeToLive`: write `ttl = \"30s\"`"],
    );
    refused(
        "ttl_secs = 3",
        &["unknown option `ttl_secs`: write `ttl = \"30s\"`"],
    );
    refused(
        "Ignore: a",
        &["unknown option `Ignore`: write `skip(argument)`"],
    );
    refused(
        "typed = true",
        &[
            "unknown option `typed`: leave it out: the cache is shared by all threads, and arguments keep their types",
        ],
    );
    refused(
        "frobnicate",
        &[
            "unknown option `frobnicate`: the options are policy, capacity, max_weight, weight, ttl, tti, jitter, skip, key, cache_if, cache_err, hasher, name, helpers and crate",
        ],
    );
}

#[test]
fn later_options_and_policies() {
    for option in [
        "refresh_after = \"1s\"",
        "stale_if_error = \"1s\"",
        "err_ttl = \"1s\"",
        "none_ttl = \"1s\"",
        "expires = |v| None",
        "scope = \"thread\"",
        "single_flight = false",
        "max_wait = \"1s\"",
        "on_evict = path::to",
        "store = \"redis\"",
        "local(capacity = 1, ttl = \"5s\")",
        "version = 3",
    ] {
        let name = option.split([' ', '(']).next().unwrap();
        refused(
            option,
            &[&format!(
                "`{name}` is not available yet in this version of memofn"
            )],
        );
    }
    refused(
        "policy = \"s3-fifo\"",
        &["the policy \"s3-fifo\" is not available yet in this version of memofn"],
    );
}

#[test]
fn wrong_values() {
    let no_unit = "a bare number has no unit: write `ttl = \"30s\"` or a `Duration` expression";
    refused("ttl = 30", &[no_unit]);
    refused("ttl = (30)", &[no_unit]);
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
    refused(
        "capacity",
        &["`capacity` needs a value: write `capacity = 128`"],
    );
    refused(
        "capacity =",
        &["the value of `capacity` is missing: write `capacity = 128`"],
    );
    refused(
        "capacity(128)",
        &["`capacity` takes its value after a `=`: write `capacity = 128`"],
    );
    refused(
        "capacity: 128",
        &["expected `=` after `capacity`: write `capacity = 128`"],
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
            "unknown policy \"best\": the policies are \"unbounded\", \"lru\", \"lfu\", \"fifo\", \"random\" and \"size\"",
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
    refused(
        "name = users",
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
fn skip_lists() {
    refused(
        "skip = a",
        &["`skip` takes names of arguments in parentheses: write `skip(argument)`"],
    );
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
        r#""lru", capasity = 3, ttl = 30, weight = |a, b capacity = 1, scope = "thread",
           policy = "lru" "mru", jitter = "10%", ttl = "5s", policy = "lfu", cache_err = false,"#,
        &[
            "expected an option, such as `capacity = 128`",
            "unknown option `capasity`: did you mean `capacity`, as in `capacity = 128`?",
            "a bare number has no unit: write `ttl = \"30s\"` or a `Duration` expression",
            "the value of `weight` can't be read (expected `,`): write `weight = |key, value| value.len() as u64`",
            "`scope` is not available yet in this version of memofn",
            "expected `,` after the value of `policy`",
            "`ttl` is given twice: each option may stand once, leave one out",
            "`policy` is given twice: each option may stand once, leave one out",
            "`cache_err = false` is what holds without it: leave it out",
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
