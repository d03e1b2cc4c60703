//! What options say to each other: those that contradict one another, and those that do nothing
//! because another one is missing, or is there.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Expr, Ident, Lit};

use crate::args::{Lifetime, Options, PolicyName};
use crate::errors::Errors;
use crate::place::{self, Place};
use crate::rebuild;
use crate::signature::Function;
use crate::store;
use crate::values::plain;

pub(crate) fn check(options: &Options, function: &Function, errors: &mut Errors) {
    bounds(options, errors);
    idle_options(options, errors);
    outcomes(options, errors);
    if let Some(refresh) = &options.refresh_after {
        refreshed(options, &refresh.name, &refresh.value, function, errors);
    }
    flights(options, errors);
    store::check(options, function, errors);
}

/// The policy and the bounds it can work with.
fn bounds(options: &Options, errors: &mut Errors) {
    let Some(policy) = &options.policy else {
        return;
    };
    match policy.value {
        PolicyName::Unbounded => {
            let capacity = options.capacity.as_ref().map(|option| &option.name);
            let weight = options.max_weight.as_ref().map(|option| &option.name);
            for name in capacity.into_iter().chain(weight) {
                errors.push(
                    name,
                    format!(
                        "`{name}` contradicts `policy = \"unbounded\"`, which never evicts: leave one of the two out, or write `policy = \"lru\"`"
                    ),
                );
            }
        }
        PolicyName::Size if !options.is_given("max_weight") => errors.push(
            &policy.name,
            "`policy = \"size\"` evicts the largest entry once a size is exceeded, and none is given: add `max_weight = \"64MiB\"`",
        ),
        _ => {}
    }
}

/// Options that do nothing because another one is missing, or is there.
fn idle_options(options: &Options, errors: &mut Errors) {
    if let Some(jitter) = &options.jitter {
        if !options.is_given("ttl") {
            errors.push(
                &jitter.name,
                "`jitter` shortens the `ttl`, and there is none: add `ttl = \"30s\"`, or leave `jitter` out",
            );
        }
    }
    if let Some(weight) = &options.weight {
        // `policy = "size"` asks for the same remedy.
        let said = matches!(&options.policy, Some(policy) if policy.value == PolicyName::Size);
        if !options.is_given("max_weight") && !said {
            errors.push(
                &weight.name,
                "`weight` counts towards `max_weight`, and there is none: add `max_weight = \"64MiB\"`, or leave `weight` out",
            );
        }
    }
    if let (Some(skip), Some(key)) = (&options.skip, &options.key) {
        for name in &skip.value {
            if mentions(key.value.to_token_stream(), name) {
                errors.push(
                    name,
                    format!("`{name}` can't be part of `key` and be skipped: the helpers that look a key up don't take it; leave it out of `skip`"),
                );
            }
        }
    }
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// What is done with an `Err` and a `None`. Whether the function returns such a thing is for the compiler to
/// say.
fn outcomes(options: &Options, errors: &mut Errors) {
    if let (Some(idle), Some(_)) = (&options.cache_err, &options.err_ttl) {
        errors.push(
            &idle.name,
            "`cache_err` does nothing beside `err_ttl`, which stores an `Err` for a lifetime of its own: leave one of the two out",
        );
    }
    if let Some(stale) = &options.stale_if_error {
        if !options.is_given("ttl") {
            errors.push(
                &stale.name,
                "`stale_if_error` begins when the `ttl` is over, and there is none: add `ttl = \"30s\"`, or leave `stale_if_error` out",
            );
        }
    }
    if let Some(none) = &options.none_ttl {
        let of_results = ["err_ttl", "cache_err", "stale_if_error"];
        if let Some(other) = of_results.iter().find(|name| options.is_given(name)) {
            errors.push(
                &none.name,
                format!("`none_ttl` speaks of an `Option` and `{other}` of a `Result`, and a function returns one of them: leave one of the two out"),
            );
        }
    }
}

/// What `refresh_after` needs to compute without a caller.
fn refreshed(
    options: &Options,
    name: &Ident,
    age: &Lifetime,
    function: &Function,
    errors: &mut Errors,
) {
    let ttl = options.ttl.as_ref().map(|ttl| &ttl.value);
    if let (Lifetime::Nanos(age), Some(Lifetime::Nanos(ttl))) = (age, ttl) {
        if age >= ttl {
            errors.push(
                name,
                "`refresh_after` is not less than the `ttl`, so every entry would expire before it is refreshed: write a shorter `refresh_after`, or a longer `ttl`",
            );
        }
    }
    let skip = options.skip.as_ref().map(|skip| &skip.name);
    let key = options.key.as_ref().map(|key| &key.name);
    for other in skip.into_iter().chain(key) {
        errors.push(
            other,
            format!("`{other}` contradicts `refresh_after`, which computes again from the stored arguments and needs all of them: leave one of the two out"),
        );
    }
    if let Some(scope) = options.scope.as_ref().filter(|_| options.is_local()) {
        errors.push(
            &scope.name,
            "`scope = \"thread\"` contradicts `refresh_after`, which computes in the background, on another thread: leave one of the two out",
        );
    }
    if place::of(options, function) == Place::Inline {
        errors.push(
            name,
            "`refresh_after` needs a body that it can call, and with `helpers = false` a method's has no name: leave `helpers = false` out, or let the method call a free function that is memoized with these options",
        );
    }
    // What is left out of the key is not lent.
    if options.skip.is_none() && options.key.is_none() {
        if let Some(lifetime) = rebuild::too_long(function) {
            errors.push(
                lifetime,
                format!("`refresh_after` lends the body what is stored of its arguments, for one call, and `{lifetime}` asks for longer: write `&` without a lifetime, or take the argument by value"),
            );
        }
    }
}

/// Waiting for another's computation, and where nobody does.
fn flights(options: &Options, errors: &mut Errors) {
    let of_thread = options.is_local();
    if let Some(flight) = options.single_flight.as_ref().filter(|flight| flight.value) {
        let other = if of_thread {
            Some("`scope = \"thread\"`, where no call waits for another")
        } else if options
            .capacity
            .as_ref()
            .is_some_and(|capacity| is_zero(&capacity.value))
        {
            Some("`capacity = 0`, with which every call computes")
        } else {
            None
        };
        if let Some(other) = other {
            errors.push(
                &flight.name,
                format!("`single_flight = true` contradicts {other}: leave it out"),
            );
        }
    }
    if let Some(wait) = &options.max_wait {
        let off = options
            .single_flight
            .as_ref()
            .is_some_and(|flight| !flight.value);
        let none = options
            .capacity
            .as_ref()
            .is_some_and(|capacity| is_zero(&capacity.value));
        let other = match (of_thread, off, none) {
            (true, ..) => "scope = \"thread\"",
            (_, true, _) => "single_flight = false",
            (.., true) => "capacity = 0",
            _ => return,
        };
        errors.push(
            &wait.name,
            format!("`max_wait` does nothing with `{other}`, since no call waits for another: leave `max_wait` out"),
        );
    }
}

/// Is this written as a zero?
fn is_zero(value: &Expr) -> bool {
    match plain(value) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(int) => int.base10_parse::<u64>().is_ok_and(|value| value == 0),
            _ => false,
        },
        _ => false,
    }
}
