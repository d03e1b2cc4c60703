//! The options as calls of the runtime's builder.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::args::{Amount, Lifetime, Opt, PolicyName};
use crate::expand::Expansion;
use crate::shape::{self, hygienic};
use crate::tokens::Tokens;
use crate::{rebuild, store, weigh};

/// The name in the registry.
pub(crate) fn name(expansion: &Expansion<'_>) -> TokenStream {
    match &expansion.options.name {
        Some(name) => {
            let name = &name.value;
            quote!(#name)
        }
        None => {
            let name = expansion.function.sig.ident.unraw().to_string();
            quote!(::core::concat!(::core::module_path!(), "::", #name))
        }
    }
}

/// The hasher's type.
pub(crate) fn hasher(expansion: &Expansion<'_>) -> TokenStream {
    match &expansion.options.hasher {
        Some(hasher) => {
            let (rt, hasher) = (expansion.rt, &hasher.value);
            quote_spanned!(hygienic(hasher.span())=> <#hasher as #rt::HasherOption>::Kept)
        }
        None => {
            let rt = expansion.rt;
            quote!(#rt::DefaultHasher)
        }
    }
}

/// Statements that make the `Config`. Their types are written out as far as they have names: the leaves of
/// a default weight have to know theirs.
pub(crate) fn config(expansion: &Expansion<'_>) -> TokenStream {
    let rt = expansion.rt;
    let options = options(expansion);
    let at = Span::mixed_site();
    let (stored, value, hasher) = (expansion.keys.owned(), expansion.value(), hasher(expansion));
    let ty = ty(expansion);
    if let Some(key) = plain_key(expansion) {
        if options.is_empty() {
            return quote_spanned!(at=> #ty::<#stored, #value, #hasher>::plain::<#key>());
        }
        return quote_spanned! {at=>
            let mut __memofn_made = #ty::<#stored, #value, #hasher>::plain::<#key>();
            __memofn_made.builder = __memofn_made.builder #options;
            __memofn_made
        };
    }
    let (key, outcome) = (expansion.keys.of_nothing(), expansion.outcome());
    let set = (!options.is_empty())
        .then(|| quote_spanned!(at=> __memofn_made.builder = __memofn_made.builder #options;));
    let mutable = set.is_some().then(|| quote!(mut));
    // The key is there for its type; the branch is dropped before any code is made of it.
    let key = quote_spanned! {at=>
        if false { ::core::option::Option::Some(#key) } else { ::core::option::Option::None }
    };
    let mut known = TokenStream::new();
    let make = if expansion.options.is_local() {
        quote_spanned!(at=> new(#key, #outcome))
    } else if expansion.has_plain_outcome() {
        let kept_keys = expansion.keys.kept();
        let kept_value = shape::kept(rt, value, value.span());
        quote_spanned!(at=> new(#kept_keys, #kept_value, #key, #outcome))
    } else {
        let kept_keys = expansion.keys.kept();
        // As much of it as is stored, by its outcome.
        known = quote_spanned!(at=> let __memofn_outcome = #outcome;);
        let kept_value = quote_spanned! {hygienic(value.span())=>
            #rt::KeptBy(__memofn_outcome).proof::<#value>()
        };
        quote_spanned!(at=> new(#kept_keys, #kept_value, #key, __memofn_outcome))
    };
    quote_spanned! {at=>
        #known
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        let #mutable __memofn_made = #ty::<#stored, #value, #hasher>::#make;
        #set
        __memofn_made
    }
}

/// The type of the configuration, without its parameters.
pub(crate) fn ty(expansion: &Expansion<'_>) -> TokenStream {
    let rt = expansion.rt;
    if expansion.options.is_local() {
        quote!(#rt::LocalConfig)
    } else {
        quote!(#rt::Config)
    }
}

/// A path to a function that makes the `Config`, where the tokens tell all of it.
pub(crate) fn plain(expansion: &Expansion<'_>) -> Option<TokenStream> {
    let (ty, key) = (ty(expansion), plain_key(expansion)?);
    options(expansion)
        .is_empty()
        .then(|| quote!(#ty::plain::<#key>))
}

/// The type of the borrowed key, where the tokens tell the value's and its own.
fn plain_key(expansion: &Expansion<'_>) -> Option<TokenStream> {
    let key = expansion.keys.plain_view()?;
    // A hasher that can't be one is told so where the long form is.
    let plain = expansion.has_plain_outcome() && expansion.options.hasher.is_none();
    plain.then_some(key)
}

/// Does the configuration look at types?
pub(crate) fn has_probes(expansion: &Expansion<'_>) -> bool {
    let weighs = expansion.options.max_weight.is_some() && expansion.options.weight.is_none();
    weighs || plain_key(expansion).is_none() || expansion.options.store.is_some()
}

/// The options as calls on the builder.
fn options(expansion: &Expansion<'_>) -> TokenStream {
    let (rt, options) = (expansion.rt, expansion.options);
    let mut calls = policy(rt, options.policy.as_ref());
    calls.extend(with(
        &options.capacity,
        "capacity",
        |capacity| quote!(#capacity),
    ));
    calls.extend(with(&options.max_weight, "max_weight", |max| match max {
        Amount::Literal(bytes) => quote!(#bytes),
        Amount::Expr(expr) => quote!(#expr),
    }));
    match &options.weight {
        Some(weight) => calls.extend(closure(weight, "weight")),
        None if options.max_weight.is_some() => {
            let site = Span::mixed_site();
            let (key, value) = (
                quote_spanned!(site=> __memofn_key),
                quote_spanned!(site=> __memofn_value),
            );
            let key_weight = expansion.keys.weigh(&key);
            let value_weight = weigh::weigh(rt, &expansion.function.output, &value);
            calls.extend(quote_spanned! {site=>
                .weight(|#key, #value| #rt::entry_weight(#key_weight, #value_weight))
            });
        }
        None => {}
    }
    calls.extend(with(&options.ttl, "ttl", lifetime));
    calls.extend(with(&options.tti, "tti", lifetime));
    calls.extend(with(&options.jitter, "jitter", |share| quote!(#share)));
    calls.extend(with(&options.err_ttl, "err_ttl", lifetime));
    calls.extend(with(&options.none_ttl, "none_ttl", lifetime));
    calls.extend(with(&options.stale_if_error, "stale_if_error", lifetime));
    let functions = [
        (&options.expires, "expires"),
        (&options.cache_if, "cache_if"),
        (&options.on_evict, "on_evict"),
    ];
    for (option, method) in functions {
        calls.extend({ option.iter() }.map(|option| closure(option, method)));
    }
    calls.extend(with(
        &options.single_flight,
        "single_flight",
        |once| quote!(#once),
    ));
    calls.extend(with(&options.max_wait, "max_wait", lifetime));
    if let Some(age) = &options.refresh_after {
        calls.extend(rebuild::refresh(
            expansion,
            &age.name,
            &lifetime(&age.value),
        ));
    }
    calls.extend(store::calls(expansion));
    calls
}

/// The call that names the policy.
pub(crate) fn policy(rt: &Tokens, policy: Option<&Opt<PolicyName>>) -> TokenStream {
    let Some(policy) = policy else {
        return TokenStream::new();
    };
    let at = hygienic(policy.name.span());
    let policy = match policy.value {
        PolicyName::Unbounded => quote!(Unbounded),
        PolicyName::Lru => quote!(Lru),
        PolicyName::Lfu => quote!(Lfu),
        PolicyName::Fifo => quote!(Fifo),
        PolicyName::Random => quote!(Random),
        PolicyName::Size => quote!(Size),
        PolicyName::Sieve => quote!(Sieve),
        PolicyName::S3Fifo => quote!(S3Fifo),
        PolicyName::WTinyLfu => quote!(WTinyLfu),
        PolicyName::Adaptive => quote!(Adaptive),
    };
    quote_spanned!(at=> .policy(#rt::Policy::#policy))
}

/// A call of the builder's method of this name, if the option is given.
pub(crate) fn with<T>(
    option: &Option<Opt<T>>,
    method: &str,
    value: impl Fn(&T) -> TokenStream,
) -> TokenStream {
    match option {
        Some(option) => {
            let method = syn::Ident::new(method, hygienic(option.name.span()));
            let value = value(&option.value);
            quote!(.#method(#value))
        }
        None => TokenStream::new(),
    }
}

/// The same for an option that is a function: it stands as the argument itself, so that the types of
/// its parameters are inferred.
fn closure(option: &Opt<Expr>, method: &str) -> TokenStream {
    let at = hygienic(option.value.span());
    let method = syn::Ident::new(method, at);
    let value = &option.value;
    quote_spanned!(at=> .#method(#value))
}

pub(crate) fn lifetime(lifetime: &Lifetime) -> TokenStream {
    match lifetime {
        Lifetime::Nanos(nanos) => quote!(::core::time::Duration::from_nanos(#nanos)),
        Lifetime::Expr(expr) => quote!(#expr),
    }
}
