//! `store`, `local` and `version`: what they may be, what other options say to them, and what the
//! runtime is told.

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprPath, GenericParam, Ident};

use crate::args::{Lifetime, Opt, Options, PolicyName};
use crate::errors::Errors;
use crate::expand::Expansion;
use crate::literal::nearest;
use crate::place::{self, Place};
use crate::shape::hygienic;
use crate::signature::Function;
use crate::values::{Scalar, plain, refuse, scalar, whole};
use crate::{config, fingerprint, vocabulary};

/// The engines by name, and whether they are in this build: each has a cargo feature of its name.
const ENGINES: [(&str, bool); 4] = [
    ("redis", cfg!(feature = "redis")),
    ("memcached", cfg!(feature = "memcached")),
    ("hazelcast", cfg!(feature = "hazelcast")),
    ("disk", cfg!(feature = "disk")),
];

/// `store`: where results are kept beyond this process.
pub(crate) enum StoreName {
    /// One that comes with the library.
    Engine(Ident),
    /// A static.
    Path(ExprPath),
}

/// `local(...)`: the cache before the store.
#[derive(Default)]
pub(crate) struct Local {
    pub(crate) capacity: Option<Opt<Expr>>,
    pub(crate) ttl: Option<Opt<Lifetime>>,
    pub(crate) policy: Option<Opt<PolicyName>>,
}

pub(crate) fn store(value: &Expr) -> syn::Result<StoreName> {
    if let Expr::Path(path) = plain(value) {
        if !cfg!(feature = "store") {
            return refuse(value, without_feature("store"));
        }
        return Ok(StoreName::Path(path.clone()));
    }
    let Scalar::Str(text) = scalar(value) else {
        return refuse(
            value,
            "`store` takes the path of a static, or the name of an engine: write `store = path::to::MY_STORE`, or `store = \"redis\"`",
        );
    };
    let name = text.value();
    match ENGINES.iter().find(|(engine, _)| *engine == name) {
        Some((_, true)) => Ok(StoreName::Engine(Ident::new(&name, text.span()))),
        Some((_, false)) => refuse(text, without_feature(&name)),
        None => {
            let names = ENGINES.map(|(name, _)| name);
            let remedy = match nearest(&name, names) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => {
                    let names = names.map(|name| format!("\"{name}\""));
                    let names = vocabulary::list(&names);
                    format!(
                        "the stores are {names}; one of your own is written as a path, without quotes"
                    )
                }
            };
            refuse(text, format!("unknown store \"{name}\": {remedy}"))
        }
    }
}

fn without_feature(feature: &str) -> String {
    format!(
        "this needs the cargo feature `{feature}` of memofn: write `memofn = {{ version = \"...\", features = [\"{feature}\"] }}` in Cargo.toml"
    )
}

pub(crate) fn version(value: &Expr) -> syn::Result<u64> {
    match scalar(value) {
        Scalar::Int(int) => whole(int, "version", "u64", "version = 1"),
        _ => refuse(
            value,
            "`version` takes a number that is written out, since it is part of the key: write `version = 1`",
        ),
    }
}

/// `local(...)`: its options are read as those of the attribute.
pub(crate) fn local(list: &Group, mistakes: &mut Vec<syn::Error>) -> Local {
    const KNOWN: [&str; 3] = ["capacity", "ttl", "policy"];
    let (options, wrong) = Options::parse_list(list.stream());
    mistakes.extend(wrong);
    for given in options.given() {
        if !KNOWN.contains(&given.to_string().as_str()) {
            mistakes.push(syn::Error::new(
                given.span(),
                format!("`{given}` has no place in `local`, which takes `capacity`, `ttl` and `policy`: leave it out, or write it beside `local`"),
            ));
        }
    }
    Local {
        capacity: options.capacity,
        ttl: options.ttl,
        policy: options.policy,
    }
}

/// What other options say to these.
pub(crate) fn check(options: &Options, function: &Function, errors: &mut Errors) {
    let Some(store) = &options.store else {
        // If it was written, what is wrong with it is said there.
        if !options.is_given("store") {
            without_store(options, errors);
        }
        return;
    };
    let mut refuse = |option: &str, reason: &str| {
        if let Some(name) = options.given().find(|given| *given == option) {
            errors.push(name, format!("`{option}` contradicts `store`, {reason}"));
        }
    };
    refuse(
        "capacity",
        "which has bounds of its own: write `local(capacity = ...)` for what is kept in this process, or leave it out",
    );
    refuse(
        "policy",
        "which evicts by itself: write `local(policy = ...)` for what is kept in this process, or leave it out",
    );
    let bounds = "which has bounds of its own: leave it out, or bound what is kept in this process by `local(capacity = ...)`";
    refuse("max_weight", bounds);
    refuse("weight", bounds);
    refuse(
        "tti",
        "which doesn't know when a result was last used: write `ttl`",
    );
    refuse(
        "scope",
        "which all threads and processes share: leave one of the two out",
    );
    let later = "which in this version doesn't know of it: leave one of the two out";
    refuse("refresh_after", later);
    refuse("stale_if_error", later);
    if options.local.is_none() && !options.is_given("local") {
        refuse(
            "on_evict",
            "which tells nobody of what leaves: add `local(...)`, or leave it out",
        );
    }
    named(options, &store.name, function, errors);
    if names_static(function.output.to_token_stream()) {
        errors.push(
            &function.output,
            "what is read from a `store` owns what it holds, and nobody owns what is `&'static`: return an owned type, such as `String` for `&'static str`, or `Cow<'static, str>`",
        );
    }
    if let Some(local) = &options.local {
        before(options, &local.name, &local.value, errors);
    }
}

/// Is there a `&'static` in it?
fn names_static(tokens: TokenStream) -> bool {
    fingerprint::text(tokens).contains("& ' static")
}

fn without_store(options: &Options, errors: &mut Errors) {
    if let Some(local) = &options.local {
        errors.push(
            &local.name,
            "`local` is what is kept before a `store`, and there is none: write its options beside each other, as in `capacity = 1000`, or add `store = \"redis\"`",
        );
    }
    if let Some(version) = &options.version {
        errors.push(
            &version.name,
            "`version` is part of the key in a `store`, and there is none: leave it out, or add `store = \"redis\"`",
        );
    }
}

/// What is found by its name in another process needs one that is its own.
fn named(options: &Options, store: &Ident, function: &Function, errors: &mut Errors) {
    let what = if place::of(options, function) != Place::Site {
        "a method"
    } else if function.turbofish().is_empty() {
        return;
    } else {
        "a generic function"
    };
    if !options.is_given("name") {
        errors.push(
            store,
            format!("{what} with a `store` needs a name of its own, under which other processes find its results: add `name = \"...\"`"),
        );
    }
}

/// The cache before the store.
fn before(options: &Options, name: &Ident, local: &Local, errors: &mut Errors) {
    if let Some(policy) = &local.policy {
        if policy.value == PolicyName::Size {
            errors.push(
                &policy.name,
                "`policy = \"size\"` needs to know what results weigh, and before a `store` nobody does: write another one, such as `policy = \"lru\"`",
            );
        }
        if policy.value == PolicyName::Unbounded && local.capacity.is_some() {
            errors.push(
                &policy.name,
                "`policy = \"unbounded\"` contradicts `capacity`: leave one of the two out",
            );
        }
    }
    let ttl = options.ttl.as_ref().map(|ttl| &ttl.value);
    let local_ttl = local.ttl.as_ref().map(|ttl| &ttl.value);
    if let (Some(Lifetime::Nanos(ttl)), Some(Lifetime::Nanos(local))) = (ttl, local_ttl) {
        if local > ttl {
            errors.push(
                name,
                "the `ttl` of `local` is longer than that of the results: write a shorter one",
            );
        }
    }
}

/// The calls of the builder.
pub(crate) fn calls(expansion: &Expansion<'_>) -> TokenStream {
    let (rt, options) = (expansion.rt, expansion.options);
    let Some(store) = &options.store else {
        return TokenStream::new();
    };
    let at = hygienic(store.name.span());
    let engine = match &store.value {
        StoreName::Engine(name) => quote_spanned!(at=> #rt::stores::#name()),
        StoreName::Path(path) => {
            let at = hygienic(path.span());
            quote_spanned!(at=> &#path)
        }
    };
    let method = if expansion.function.is_async() {
        quote_spanned!(at=> store_async)
    } else {
        quote_spanned!(at=> store)
    };
    let (name, signature) = (
        config::name(expansion),
        fingerprint::signature(options, expansion.function),
    );
    let version = options.version.as_ref().map_or(0, |version| version.value);
    let (instance, number) = (instance(expansion), expansion.number);
    let (written, value, outcome) = (
        expansion.keys.written(),
        expansion.value(),
        expansion.outcome(),
    );
    let at_value = hygienic(value.span());
    let codec = quote_spanned!(at_value=> #rt::CodecBy(#outcome).codec::<#value>());
    let local = options.local.as_ref().map(|local| {
        let ttl = match &local.value.ttl {
            Some(ttl) => {
                let ttl = config::lifetime(&ttl.value);
                quote!(::core::option::Option::Some(#ttl))
            }
            None => quote!(::core::option::Option::None),
        };
        let capacity = config::with(
            &local.value.capacity,
            "capacity",
            |capacity| quote!(#capacity),
        );
        let policy = config::policy(rt, local.value.policy.as_ref());
        quote_spanned!(hygienic(local.name.span())=> .local(#ttl) #policy #capacity)
    });
    quote_spanned! {at=>
        .#method(
            #engine,
            #rt::Site {
                name: #name,
                signature: #signature,
                instance: #instance,
                version: #version,
                number: #number,
            },
            #written,
            #codec,
        )
        #local
    }
}

/// Which instance of a generic function, or whose method it is.
fn instance(expansion: &Expansion<'_>) -> TokenStream {
    let of_self = (expansion.place != Place::Site)
        .then(|| quote!(::std::string::String::from(::core::any::type_name::<Self>())));
    let params = expansion.function.sig.generics.params.iter();
    let params = params.filter_map(|param| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => {
            let name = &param.ident;
            Some(quote!(::std::string::String::from(::core::any::type_name::<#name>())))
        }
        GenericParam::Const(param) => {
            let name = &param.ident;
            Some(quote!(::std::format!("{:?}", #name)))
        }
    });
    let parts: Vec<_> = of_self.into_iter().chain(params).collect();
    if parts.is_empty() {
        return quote!(::std::string::String::new());
    }
    quote!(<[::std::string::String]>::join(&[#(#parts),*], " "))
}

/// A line that doesn't compile where the function is a local one, which other processes can't tell from
/// another of its name.
pub(crate) fn is_in_a_module(expansion: &Expansion<'_>) -> TokenStream {
    if expansion.options.store.is_none() || expansion.options.name.is_some() {
        return TokenStream::new();
    }
    let name = &expansion.function.sig.ident;
    // Where the compiler says that there is none.
    quote_spanned! {name.span()=>
        #[allow(unused_imports)]
        use self::#name as _;
    }
}
