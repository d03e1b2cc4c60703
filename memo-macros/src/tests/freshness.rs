//! The options of freshness, flights and listeners: what they are read as, what they refuse, and the
//! arguments that `refresh_after` makes again.

use quote::quote;

use super::{accepted, expand, item_refused, refused};
use crate::args::Options;
use crate::errors::Errors;
use crate::expand::expand as expansion;
use crate::signature::Function;

const TIMES: [&str; 5] = [
    "refresh_after",
    "stale_if_error",
    "err_ttl",
    "none_ttl",
    "max_wait",
];

/// The call of the builder's method of this name in what the item expands to, up to its end.
fn call(method: &str, attr: &str, item: &str) -> String {
    let mut errors = Errors::new();
    let options = Options::parse(attr.parse().expect(attr), &mut errors);
    let function = Function::parse(item.parse().expect(item)).expect(item);
    assert!(errors.is_empty(), "{attr}");
    errors.into_compile_errors();
    // Not through `check`: what is not memoized yet can be expanded.
    let text = expansion(&options, &function).to_string();
    let method = format!(". {method} (");
    let start = text.find(&method).expect("the option is handed on") + method.len();
    let end = text[start..]
        .match_indices(['(', ')'])
        .scan(1, |depth, (at, paren)| {
            *depth += if paren == "(" { 1 } else { -1 };
            Some((at, *depth))
        });
    let end = end.into_iter().find(|(_, depth)| *depth == 0);
    text[start..start + end.expect("parentheses match").0]
        .trim()
        .to_owned()
}

/// What the body is called with again, on a function of these arguments.
#[track_caller]
fn rebuilt(inputs: &str, expected: &[proc_macro2::TokenStream]) {
    let item = format!("fn f({inputs}) -> String {{}}");
    let call = call("refresh_after", "refresh_after = \"1s\"", &item);
    let arguments = call.rsplit_once(". body (").expect("the body runs").1;
    let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
    let arguments = arguments.strip_suffix(") }").expect("and is the last");
    assert_eq!(arguments.trim(), expected.join(" , "), "{inputs}");
}

#[test]
fn options_become_calls_of_the_builder() {
    let item = "fn f(a: u32) -> Option<u8> {}";
    for option in TIMES {
        let text = call(option, &format!("{option} = \"1s\", ttl = \"1m\""), item);
        let time = quote!(::core::time::Duration::from_nanos(1000000000u64)).to_string();
        assert!(text.starts_with(&time), "{text}");
        let text = call(option, &format!("{option} = a::later(2)"), item);
        assert!(text.starts_with(&quote!(a::later(2)).to_string()), "{text}");
    }
    for (option, value) in [
        ("single_flight", "true"),
        ("single_flight", "false"),
        ("expires", "| value | value . map (soon)"),
        ("expires", "path :: to :: lifetime"),
        ("on_evict", "path :: to :: listener"),
        ("on_evict", "| key , _ , cause | log (key , cause)"),
    ] {
        assert_eq!(call(option, &format!("{option} = {value}"), item), value);
    }
}

#[test]
fn what_is_no_time_is_refused_with_what_it_would_do() {
    for (option, consequence) in [
        ("refresh_after", "every call would compute again"),
        (
            "stale_if_error",
            "no result would ever stand in for an `Err`",
        ),
        ("err_ttl", "no `Err` would ever be found again"),
        ("none_ttl", "no `None` would ever be found again"),
        (
            "max_wait",
            "nobody would wait, as with `single_flight = false`",
        ),
    ] {
        refused(
            &format!("ttl = \"1h\", {option} = \"0s\""),
            &[&format!(
                "`0s` is no time at all, so {consequence}: expected a duration such as \"30s\", \"1h 30m\" or \"250ms\""
            )],
        );
        refused(
            &format!("ttl = \"1h\", {option} = 90"),
            &[&format!(
                "a bare number has no unit: write `{option} = \"90s\"` or a `Duration` expression"
            )],
        );
    }
    refused(
        "stale_if_error = -1, ttl = \"1s\"",
        &["a duration can't be negative: write `stale_if_error = \"1h\"`"],
    );
    refused(
        "max_wait = false",
        &["`max_wait` takes a duration: write `max_wait = \"1s\"` or a `Duration` expression"],
    );
}

#[test]
fn switches_and_functions_of_the_wrong_kind() {
    for value in ["1", "\"yes\"", "cfg!(x)", "ON"] {
        refused(
            &format!("single_flight = {value}"),
            &["`single_flight` takes `true` or `false`: write `single_flight = false`"],
        );
    }
    refused(
        "single_flight",
        &["`single_flight` needs a value: write `single_flight = false`"],
    );
    refused(
        "single_flight(true)",
        &["`single_flight` takes its value after a `=`: write `single_flight = true`"],
    );
    refused(
        "expires = \"5s\"",
        &["`expires` takes a path or a closure: write `expires = |value| Some(value.lifetime)`"],
    );
    refused(
        "on_evict = true",
        &[
            "`on_evict` takes a path or a closure: write `on_evict = |key, value, cause| log(key, cause)`",
        ],
    );
    refused(
        "on_evict(path::to)",
        &["`on_evict` takes its value after a `=`: write `on_evict = path::to`"],
    );
    accepted(
        "single_flight = (true)",
        "fn f(a: u64, b: u64) -> String { todo!() }",
    );
}

#[test]
fn contradictions_of_outcomes() {
    refused(
        "cache_err, err_ttl = \"1s\"",
        &[
            "`cache_err` does nothing beside `err_ttl`, which stores an `Err` for a lifetime of its own: leave one of the two out",
        ],
    );
    let no_ttl = "`stale_if_error` begins when the `ttl` is over, and there is none: add `ttl = \"30s\"`, or leave `stale_if_error` out";
    for other in ["", "tti = \"1s\", ", "expires = |_| None, "] {
        refused(&format!("{other}stale_if_error = \"1h\""), &[no_ttl]);
    }
    for other in [
        "err_ttl = \"1s\"",
        "cache_err",
        "stale_if_error = \"1s\", ttl = \"1s\"",
    ] {
        let name = other.split(' ').next().unwrap();
        refused(
            &format!("none_ttl = \"1s\", {other}"),
            &[&format!(
                "`none_ttl` speaks of an `Option` and `{name}` of a `Result`, and a function returns one of them: leave one of the two out"
            )],
        );
    }
    accepted(
        "err_ttl = \"1s\", stale_if_error = \"1s\", ttl = \"1s\", expires = |_| None",
        "fn f() -> Result<u8, u8> {}",
    );
}

#[test]
fn contradictions_of_refreshing() {
    let late = "`refresh_after` is not less than the `ttl`, so every entry would expire before it is refreshed: write a shorter `refresh_after`, or a longer `ttl`";
    refused("refresh_after = \"60s\", ttl = \"1m\"", &[late]);
    refused("ttl = \"30s\", refresh_after = \"1m\"", &[late]);
    refused("ttl = \"30s\", refresh_after = \"29s\"", &[]);
    refused("ttl = TTL, refresh_after = \"1m\"", &[]);
    refused("ttl = \"30s\", refresh_after = TTL", &[]);
    for (option, value) in [("skip", "skip(a)"), ("key", "key = (a, b)")] {
        refused(
            &format!("{value}, refresh_after = \"1m\""),
            &[&format!(
                "`{option}` contradicts `refresh_after`, which computes again from the stored arguments and needs all of them: leave one of the two out"
            )],
        );
    }
    refused(
        "scope = \"thread\", refresh_after = \"1m\"",
        &[
            "`scope = \"thread\"` contradicts `refresh_after`, which computes in the background, on another thread: leave one of the two out",
        ],
    );
    let inline = "`refresh_after` needs a body that it can call, and with `helpers = false` a method's has no name: leave `helpers = false` out, or let the method call a free function that is memoized with these options";
    for item in [
        "fn f(&self) {}",
        "fn f(a: &Self) {}",
        "fn f() { Self::g() }",
    ] {
        item_refused("refresh_after = \"1m\", helpers = false", item, &[inline]);
        accepted("refresh_after = \"1m\"", item);
    }
    accepted(
        "refresh_after = \"1m\", helpers = false",
        "fn f(a: &str) {}",
    );
}

#[test]
fn arguments_that_are_asked_to_live_longer() {
    let long = |lifetime: &str| {
        format!(
            "`refresh_after` lends the body what is stored of its arguments, for one call, and `{lifetime}` asks for longer: write `&` without a lifetime, or take the argument by value"
        )
    };
    for (item, lifetime) in [
        ("fn f(a: &'static str) {}", "'static"),
        ("fn f(a: u8, b: &[Option<&'static str>]) {}", "'static"),
        ("fn f<'a>(a: &'a str, b: &'b str) {}", "'b"),
        ("fn f(&'b self) {}", "'b"),
        ("fn f(self: &'b Self) {}", "'b"),
    ] {
        item_refused("refresh_after = \"1m\"", item, &[&long(lifetime)]);
    }
    for item in [
        "fn f<'a, 'b: 'a>(a: &'a str, b: &'b [&'a str]) {}",
        "fn f(a: &'_ str, b: Cow<'static, str>, c: Token<'static>, d: fn(&'static str)) {}",
        "fn f<'a>(&'a self, a: &'a str) {}",
    ] {
        accepted("refresh_after = \"1m\"", item);
    }
}

#[test]
fn contradictions_of_flights() {
    refused(
        "single_flight = true, scope = \"thread\", capacity = 0",
        &[
            "`single_flight = true` contradicts `scope = \"thread\"`, where no call waits for another: leave it out",
        ],
    );
    for zero in ["0", "0usize", "(0x0)", "0_0"] {
        refused(
            &format!("capacity = {zero}, single_flight = true"),
            &[
                "`single_flight = true` contradicts `capacity = 0`, with which every call computes: leave it out",
            ],
        );
    }
    for (other, name) in [
        ("single_flight = false", "single_flight = false"),
        ("scope = \"thread\"", "scope = \"thread\""),
        (
            "scope = \"thread\", single_flight = false",
            "scope = \"thread\"",
        ),
    ] {
        refused(
            &format!("max_wait = \"1s\", {other}"),
            &[&format!(
                "`max_wait` does nothing with `{name}`, since no call waits for another: leave `max_wait` out"
            )],
        );
    }
    for fine in [
        "single_flight = true, max_wait = \"1s\", capacity = 10",
        "single_flight = false, scope = \"thread\"",
        "single_flight = false, capacity = 0",
        "single_flight = true, capacity = N",
        "scope = \"global\", single_flight = true",
    ] {
        refused(fine, &[]);
    }
}

/// All mistakes of these options come at once, each at another token.
#[test]
fn all_contradictions_at_once() {
    let errors = super::messages(
        "skip(b), scope = \"thread\", ttl = \"1s\", refresh_after = \"1s\", cache_err, err_ttl = \"1s\", none_ttl = \"1s\", max_wait = \"1s\", single_flight = true",
        "fn f(a: &str, b: u8) -> Result<u8, u8> {}",
    );
    assert_eq!(errors.len(), 7, "{errors:#?}");
}

#[test]
fn by_value_is_cloned_and_references_lend() {
    let key = quote!(__memofn_key);
    let (first, second) = (quote!((&(*#key).0)), quote!((&(*#key).1)));
    let clone = |place| quote!(::core::clone::Clone::clone(#place));
    let probe = |place| quote!((&&::memofn::__private::CloneProbe(#place)).__memofn_clone());
    rebuilt("", &[]);
    rebuilt("a: u8", &[clone(&key)]);
    rebuilt("_: (u8, f64)", &[probe(&key)]);
    rebuilt(
        "a: &str",
        &[quote!(<_ as ::core::borrow::Borrow<str>>::borrow(#key))],
    );
    rebuilt(
        "a: Vec<User>, b: &User",
        &[
            probe(&first),
            quote!(<_ as ::core::borrow::Borrow<User>>::borrow(#second)),
        ],
    );
    rebuilt(
        "a: &[u8], b: &Vec<(u8, f64)>",
        &[quote!((&(*#first)[..])), second],
    );
    rebuilt(
        "a: Cow<'_, str>",
        &[
            quote!(::std::borrow::Cow::Owned(::std::borrow::ToOwned::to_owned(
                <_ as ::core::borrow::Borrow<str>>::borrow(#key)
            ))),
        ],
    );
}

#[test]
fn what_the_key_has_otherwise_is_built() {
    let key = quote!(__memofn_key);
    let text = quote!(<_ as ::core::borrow::Borrow<str>>::borrow(__memofn_item));
    let list = quote!(::memofn::__private::rebuilt_list(&(*#key)[..], |__memofn_item| #text));
    rebuilt("a: Vec<&str>", std::slice::from_ref(&list));
    rebuilt(
        "a: &[&str]",
        &[quote!((&(*__memofn_shelf0.keep(#list))[..]))],
    );
    rebuilt("a: &Vec<&str>", &[quote!(__memofn_shelf0.keep(#list))]);
    rebuilt(
        "a: [&str; 2]",
        &[quote!(::memofn::__private::rebuilt_array(#key, |__memofn_item| #text))],
    );
    rebuilt(
        "a: Option<&str>",
        &[quote!(::core::option::Option::map(
            ::core::option::Option::as_ref(#key),
            |__memofn_item| #text,
        ))],
    );
    rebuilt(
        "a: &&&str",
        &[quote!(__memofn_shelf1.keep(
            __memofn_shelf0.keep(<_ as ::core::borrow::Borrow<str>>::borrow(#key))
        ))],
    );
}

/// A shelf is made before those that hold references to what stands on it.
#[test]
fn shelves_stand_in_the_order_of_what_they_hold() {
    let text = call(
        "refresh_after",
        "refresh_after = \"1s\"",
        "fn f(a: &[&[&str]]) {}",
    );
    let at = |word: &str| text.find(word).expect(word);
    assert!(at("let __memofn_shelf0") < at("let __memofn_shelf1"));
    assert!(at("__memofn_shelf1 . keep") < at("__memofn_shelf0 . keep"));
}

#[test]
fn receivers_come_from_the_key() {
    for (inputs, arguments) in [
        ("&self", "__memofn_key"),
        (
            "&self, a: u8",
            "(& (* __memofn_key) . 0) , :: core :: clone :: Clone :: clone ((& (* __memofn_key) . 1))",
        ),
        (
            "self",
            "(&& :: memofn :: __private :: CloneProbe (__memofn_key)) . __memofn_clone ()",
        ),
        (
            "self: &Self",
            "< _ as :: core :: borrow :: Borrow < Self >> :: borrow (__memofn_key)",
        ),
    ] {
        let text = call(
            "refresh_after",
            "refresh_after = \"1s\"",
            &format!("fn f({inputs}) {{}}"),
        );
        let expected = format!("Self :: f_uncached ({arguments}) }}");
        assert!(text.ends_with(&expected), "{text}\n{expected}");
    }
}

/// The future of an async function owns the key.
#[test]
fn futures_own_what_they_lend() {
    let age = quote!(::core::time::Duration::from_nanos(1000000000u64));
    let text = call(
        "refresh_after_async",
        "refresh_after = \"1s\"",
        "async fn f(a: &[&str]) -> u8 {}",
    );
    let head = quote!(#age, |__memofn_key|).to_string();
    assert!(text.starts_with(&head), "{text}");
    let within = quote! {
        let __memofn_key = &__memofn_key;
        let __memofn_shelf0 = ::memofn::__private::Shelf::new();
    };
    assert!(text.contains(&within.to_string()), "{text}");
    assert!(text.contains("Box :: pin (async move {"), "{text}");
    assert!(text.ends_with(". await })"), "{text}");
    let text = call(
        "refresh_after_async",
        "refresh_after = \"1s\"",
        "async fn f() -> u8 {}",
    );
    assert!(text.starts_with(&quote!(#age, |_|).to_string()), "{text}");
    assert!(!text.contains("let"), "{text}");
    drop(expand("refresh_after = \"1s\"", "async fn f() -> u8 {}"));
}
