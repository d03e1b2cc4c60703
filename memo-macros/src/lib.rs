//! The `#[memoize]` attribute of [`memofn`](https://docs.rs/memofn); use it through that crate,
//! whose runtime the expansion calls.

#![forbid(unsafe_code)]

use proc_macro::TokenStream;

mod advice;
mod args;
mod check;
mod combinations;
mod config;
mod errors;
mod expand;
mod fingerprint;
mod helpers;
mod key;
mod key_option;
mod literal;
mod memoize;
mod place;
mod rebuild;
mod recovery;
mod shape;
mod signature;
mod site;
mod store;
mod stub;
#[cfg(test)]
mod tests;
mod tokens;
mod types;
mod values;
mod vocabulary;
mod weigh;

/// Stores the results of a function: called again with equal arguments it gives the stored one.
///
/// It stands on free functions, associated functions and methods, `async` and generic ones too. Without
/// options every result is kept, as by `functools.cache`; with a bound the least recently used one makes
/// room. Each set of type and const parameters has a cache of its own: `size_cache_info::<u8>()`.
///
/// ```
/// use memofn::memoize;
///
/// struct Pool;
///
/// #[memoize(capacity = 1000, ttl = "10m", skip(pool))]
/// fn user(pool: &Pool, id: u64) -> Option<String> {
///     Some(format!("user {id}"))
/// }
///
/// user(&Pool, 7); // computes
/// user(&Pool, 7); // does not
/// println!("{}", user_cache_info()); // hits=1 misses=1 capacity=1000 len=1 ...
/// assert_eq!(user_cache_remove(7), Some(Some("user 7".to_string()))); // forgets this one
/// ```
///
/// | option | value | meaning |
/// |---|---|---|
/// | `policy` | `"unbounded"` `"lru"` `"lfu"` `"fifo"` `"random"` `"size"` `"sieve"` `"s3-fifo"` `"w-tinylfu"` `"adaptive"` | which entry leaves when the cache is full; `"lru"` once there is a bound |
/// | `capacity` | `usize` expression | most entries; 128 when only a policy is named, 0 stores nothing |
/// | `max_weight` | `"64MiB"` or `u64` expression | most that all entries may weigh |
/// | `weight` | path or closure `Fn(&K, &V) -> u64` | what an entry weighs; bytes, if not given |
/// | `ttl` | `"30s"`, `"1h 30m"` or `Duration` expression | an entry expires this long after it was stored |
/// | `tti` | the same | ... after it was last used |
/// | `expires` | path or closure `Fn(&V) -> Option<Duration>` | a lifetime of its own for each value |
/// | `jitter` | `"10%"` | shortens each `ttl` by a random share of up to this |
/// | `refresh_after` | as `ttl` | past this age the old value is given and computed again in the background |
/// | `stale_if_error` | as `ttl` | for this long past the `ttl`, an `Err` is answered with the last `Ok` |
/// | `err_ttl` | as `ttl` | stores `Err`, for a lifetime of its own |
/// | `none_ttl` | as `ttl` | gives `None` a lifetime of its own |
/// | `skip(a, b)` | names of arguments, `self` too | leaves them out of the key |
/// | `key` | expression over the arguments | the key, in place of the arguments |
/// | `cache_if` | path or closure `Fn(&V) -> bool` | store only that for which it holds |
/// | `cache_err` | flag | store `Err` as any value; without it, an `Err` is not stored |
/// | `scope` | `"global"` `"thread"` | one cache for all threads, or one for each |
/// | `single_flight` | `true` `false` | concurrent calls with equal arguments run the body once |
/// | `max_wait` | as `ttl` | longest wait for another call's result; 10 s, if not given |
/// | `hasher` | type that is `BuildHasher + Default` | the hasher |
/// | `on_evict` | path or closure `fn(&K, &V, Cause)` | told of each entry that has left |
/// | `store` | path to a static | keeps results in an engine that processes share; with the feature `store` |
/// | `local(...)` | `capacity`, `ttl`, `policy` | with `store`: what is kept in this process before it, for 5 s if not given |
/// | `version` | number | with `store`: part of the key |
/// | `name` | string | the name in the list of all caches |
/// | `helpers` | `false`, `pub(crate)`, ... | no helpers (as in an `impl Trait for`), or their visibility |
/// | `crate` | path | where `memofn` is re-exported |
///
/// For a function `f` it also writes `f_cache_info`, `f_cache_clear`, `f_cache_parameters`,
/// `f_cache_get`, `f_cache_insert`, `f_cache_remove`, `f_cache_refresh`, `f_cache` and `f_uncached`.
#[proc_macro_attribute]
pub fn memoize(attr: TokenStream, item: TokenStream) -> TokenStream {
    memoize::expand(attr.into(), item.into()).into()
}
