//! The options of `#[memoize(...)]`: the grammar. What the value of each option may be is in `values.rs`, the
//! words are in `vocabulary.rs`, the way on after a mistake in `recovery.rs`.
//!
//! Commas don't separate options reliably (`|key, value| ...`, `Hasher<A, B>`), so values are parsed where they
//! stand.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{Parse as _, ParseStream, Parser as _};
use syn::{Expr, Ident, Lit, LitInt, LitStr, Path, Token, Type, Visibility, token};

use crate::errors::Errors;
use crate::recovery::{attempt, end, recover, skip_to_comma, skip_token, skip_value};
use crate::store::{self, Local, StoreName};
use crate::{advice, key_option, values, vocabulary};

/// An option's value with the option's own token, at which contradictions are reported.
pub(crate) struct Opt<T> {
    pub(crate) name: Ident,
    pub(crate) value: T,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyName {
    Unbounded,
    Lru,
    Lfu,
    Fifo,
    Random,
    Size,
    Sieve,
    S3Fifo,
    WTinyLfu,
    Adaptive,
}

/// `scope`: who shares a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeName {
    Global,
    Thread,
}

/// `max_weight`: `"64MiB"` is a `Literal` of bytes.
pub(crate) enum Amount {
    Literal(u64),
    Expr(Box<Expr>),
}

/// `ttl`, `tti` and the other times.
pub(crate) enum Lifetime {
    Nanos(u64),
    Expr(Box<Expr>),
}

/// `helpers`; absent (or `true`) they have the function's visibility.
pub(crate) enum Helpers {
    None,
    Vis(Visibility),
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) policy: Option<Opt<PolicyName>>,
    pub(crate) capacity: Option<Opt<Expr>>,
    pub(crate) max_weight: Option<Opt<Amount>>,
    pub(crate) weight: Option<Opt<Expr>>,
    pub(crate) ttl: Option<Opt<Lifetime>>,
    pub(crate) tti: Option<Opt<Lifetime>>,
    pub(crate) expires: Option<Opt<Expr>>,
    pub(crate) jitter: Option<Opt<f64>>,
    pub(crate) refresh_after: Option<Opt<Lifetime>>,
    pub(crate) stale_if_error: Option<Opt<Lifetime>>,
    pub(crate) err_ttl: Option<Opt<Lifetime>>,
    pub(crate) none_ttl: Option<Opt<Lifetime>>,
    pub(crate) skip: Option<Opt<Vec<Ident>>>,
    pub(crate) key: Option<Opt<Expr>>,
    pub(crate) cache_if: Option<Opt<Expr>>,
    pub(crate) cache_err: Option<Opt<()>>,
    pub(crate) scope: Option<Opt<ScopeName>>,
    pub(crate) single_flight: Option<Opt<bool>>,
    pub(crate) max_wait: Option<Opt<Lifetime>>,
    pub(crate) hasher: Option<Opt<Type>>,
    pub(crate) on_evict: Option<Opt<Expr>>,
    pub(crate) store: Option<Opt<StoreName>>,
    pub(crate) local: Option<Opt<Local>>,
    pub(crate) version: Option<Opt<u64>>,
    pub(crate) name: Option<Opt<LitStr>>,
    pub(crate) helpers: Option<Opt<Helpers>>,
    pub(crate) krate: Option<Opt<Path>>,
    /// Also those whose value could not be read: no second error may say that they are missing.
    given: Vec<Ident>,
}

/// An option's value before its meaning is looked at.
enum Raw {
    Flag,
    Expr(Expr),
    Type(Type),
    Path(Path),
    Visibility(Visibility),
    List(Group),
}

impl Options {
    /// Reads all options; goes on after each mistake.
    pub(crate) fn parse(attr: TokenStream, errors: &mut Errors) -> Options {
        let (options, mistakes) = Self::parse_list(attr);
        for mistake in mistakes {
            errors.push_error(mistake);
        }
        options
    }

    /// The same for a list of them anywhere.
    pub(crate) fn parse_list(list: TokenStream) -> (Options, Vec<syn::Error>) {
        let mut options = Options::default();
        let mut mistakes = Vec::new();
        let all = |input: ParseStream<'_>| {
            while !input.is_empty() {
                options.option(input, &mut mistakes);
            }
            Ok(())
        };
        if let Err(error) = all.parse2(list) {
            mistakes.push(error);
        }
        (options, mistakes)
    }

    /// The tokens of all that is the user's code.
    pub(crate) fn expressions(&self) -> TokenStream {
        let exprs = [
            &self.capacity,
            &self.weight,
            &self.key,
            &self.cache_if,
            &self.expires,
            &self.on_evict,
        ];
        let times = [
            &self.ttl,
            &self.tti,
            &self.refresh_after,
            &self.stale_if_error,
            &self.err_ttl,
            &self.none_ttl,
            &self.max_wait,
        ];
        let mut tokens = TokenStream::new();
        for option in exprs.into_iter().flatten() {
            option.value.to_tokens(&mut tokens);
        }
        for lifetime in times.into_iter().flatten() {
            if let Lifetime::Expr(expr) = &lifetime.value {
                expr.to_tokens(&mut tokens);
            }
        }
        if let Some(Amount::Expr(expr)) = self.max_weight.as_ref().map(|option| &option.value) {
            expr.to_tokens(&mut tokens);
        }
        if let Some(hasher) = &self.hasher {
            hasher.value.to_tokens(&mut tokens);
        }
        if let Some(StoreName::Path(path)) = self.store.as_ref().map(|option| &option.value) {
            path.to_tokens(&mut tokens);
        }
        if let Some(local) = &self.local {
            { local.value.capacity.iter() }
                .for_each(|capacity| capacity.value.to_tokens(&mut tokens));
            if let Some(Lifetime::Expr(ttl)) = local.value.ttl.as_ref().map(|ttl| &ttl.value) {
                ttl.to_tokens(&mut tokens);
            }
        }
        tokens
    }

    /// Has each thread a cache of its own?
    pub(crate) fn is_local(&self) -> bool {
        self.scope
            .as_ref()
            .is_some_and(|scope| scope.value == ScopeName::Thread)
    }

    /// Does no option ask whether the result is a `Result` or an `Option`?
    pub(crate) fn leaves_outcomes(&self) -> bool {
        let times = [&self.err_ttl, &self.none_ttl, &self.stale_if_error];
        self.cache_err.is_none() && times.into_iter().all(Option::is_none)
    }

    /// All that was written, with a good value or not.
    pub(crate) fn given(&self) -> impl Iterator<Item = &Ident> {
        self.given.iter()
    }

    /// Whether the option was written, with a good value or not.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.given.iter().any(|given| given == name)
    }

    /// One option and the comma behind it.
    fn option(&mut self, input: ParseStream<'_>, mistakes: &mut Vec<syn::Error>) {
        if !input.peek(Ident::peek_any) {
            mistakes.push(input.error(match self.bare_number(input) {
                Some(written) => format!("expected an option: write `{written}`"),
                None => "expected an option, such as `capacity = 128`".to_owned(),
            }));
            return skip_to_comma(input);
        }
        let name = match Ident::parse_any(input) {
            Ok(name) => name,
            Err(error) => return mistakes.push(error),
        };
        let text = name.to_string();
        let known = vocabulary::is_option(&text);
        if !known || self.is_given(&text) {
            let value = skip_value(input);
            let problem = if known {
                format!("`{text}` is given twice: each option may stand once, leave one out")
            } else {
                vocabulary::unknown_option(&text, value.as_ref())
            };
            mistakes.push(syn::Error::new(name.span(), problem));
            if input.peek(Token![,]) {
                return skip_token(input);
            }
            return recover(input);
        }
        self.given.push(name.clone());
        match raw_value(&name, input) {
            Ok(raw) => {
                self.set(&name, raw, mistakes)
                    .unwrap_or_else(|error| mistakes.push(error));
                end(&name, input, mistakes);
            }
            Err(error) => {
                mistakes.push(error);
                recover(input);
            }
        }
    }

    /// A number without its option is most likely the capacity.
    fn bare_number(&self, input: ParseStream<'_>) -> Option<String> {
        if self.is_given("capacity") {
            return None;
        }
        let ahead = input.fork();
        let value: Expr = ahead.parse().ok().filter(|_| input.peek(LitInt))?;
        let alone = ahead.is_empty() || ahead.peek(Token![,]);
        advice::written("capacity", &value, "").filter(|_| alone)
    }

    fn set(&mut self, name: &Ident, raw: Raw, mistakes: &mut Vec<syn::Error>) -> syn::Result<()> {
        fn some<T>(name: &Ident, value: T) -> Option<Opt<T>> {
            let name = name.clone();
            Some(Opt { name, value })
        }
        match (name.to_string().as_str(), raw) {
            ("policy", Raw::Expr(e)) => self.policy = some(name, values::policy(&e)?),
            ("capacity", Raw::Expr(e)) => self.capacity = some(name, values::capacity(e)?),
            ("max_weight", Raw::Expr(e)) => self.max_weight = some(name, values::amount(e)?),
            ("weight", Raw::Expr(e)) => self.weight = some(name, values::callable(name, e)?),
            ("ttl", Raw::Expr(e)) => self.ttl = some(name, values::lifetime(name, e)?),
            ("tti", Raw::Expr(e)) => self.tti = some(name, values::lifetime(name, e)?),
            ("expires", Raw::Expr(e)) => self.expires = some(name, values::callable(name, e)?),
            ("jitter", Raw::Expr(e)) => self.jitter = some(name, values::share(&e)?),
            ("refresh_after", Raw::Expr(e)) => {
                self.refresh_after = some(name, values::lifetime(name, e)?);
            }
            ("stale_if_error", Raw::Expr(e)) => {
                self.stale_if_error = some(name, values::lifetime(name, e)?);
            }
            ("err_ttl", Raw::Expr(e)) => self.err_ttl = some(name, values::lifetime(name, e)?),
            ("none_ttl", Raw::Expr(e)) => self.none_ttl = some(name, values::lifetime(name, e)?),
            ("skip", Raw::List(list)) => {
                self.skip = some(name, values::names(name, &list, mistakes));
            }
            ("key", Raw::Expr(e)) => self.key = some(name, key_option::key(e)?),
            ("cache_if", Raw::Expr(e)) => self.cache_if = some(name, values::callable(name, e)?),
            ("cache_err", Raw::Flag) => self.cache_err = some(name, ()),
            ("cache_err", Raw::Expr(e)) => self.cache_err = some(name, values::flag(&e)?),
            ("scope", Raw::Expr(e)) => self.scope = some(name, values::scope(&e)?),
            ("single_flight", Raw::Expr(e)) => {
                self.single_flight = some(name, values::switch(name, &e)?);
            }
            ("max_wait", Raw::Expr(e)) => self.max_wait = some(name, values::lifetime(name, e)?),
            ("on_evict", Raw::Expr(e)) => self.on_evict = some(name, values::callable(name, e)?),
            ("hasher", Raw::Type(t)) => self.hasher = some(name, t),
            ("store", Raw::Expr(e)) => self.store = some(name, store::store(&e)?),
            ("local", Raw::List(list)) => self.local = some(name, store::local(&list, mistakes)),
            ("local", Raw::Flag) => self.local = some(name, Local::default()),
            ("version", Raw::Expr(e)) => self.version = some(name, store::version(&e)?),
            ("name", Raw::Expr(e)) => self.name = some(name, values::name(&e)?),
            ("helpers", Raw::Visibility(v)) => self.helpers = some(name, Helpers::Vis(v)),
            ("helpers", Raw::Expr(e)) => {
                self.helpers = values::helpers(&e)?.and_then(|value| some(name, value));
            }
            // A `use` can't begin with it.
            ("crate", Raw::Path(path))
                if !path.segments.iter().any(|part| part.ident == "Self") =>
            {
                self.krate = some(name, path);
            }
            (_, raw) => return Err(wrong_form(name, &raw)),
        }
        Ok(())
    }
}

/// The option is known, its value has a form that none of this option has.
fn wrong_form(name: &Ident, raw: &Raw) -> syn::Error {
    let example = vocabulary::example(&name.to_string());
    match raw {
        Raw::Flag => syn::Error::new(
            name.span(),
            format!("`{name}` needs a value: write `{example}`"),
        ),
        Raw::List(list) if name == "cache_err" => {
            syn::Error::new(list.span(), "`cache_err` is a flag: write it alone")
        }
        Raw::List(list) => {
            let value: Option<Expr> = syn::parse2(list.to_token_stream()).ok();
            let written = vocabulary::written(&name.to_string(), value.as_ref());
            syn::Error::new(
                list.span(),
                format!("`{name}` takes its value after a `=`: write `{written}`"),
            )
        }
        Raw::Expr(e) => match name.to_string().as_str() {
            "skip" => {
                let written = vocabulary::written("skip", Some(e));
                syn::Error::new_spanned(
                    e,
                    format!("`skip` takes names of arguments in parentheses: write `{written}`"),
                )
            }
            "local" => syn::Error::new_spanned(
                e,
                format!("`local` takes its options in parentheses: write `{example}`"),
            ),
            "hasher" => syn::Error::new_spanned(
                e,
                format!("`hasher` takes a type, without quotes: write `{example}`"),
            ),
            _ => syn::Error::new_spanned(
                e,
                format!("`{name}` takes a path, without quotes: write `{example}`"),
            ),
        },
        _ => syn::Error::new(name.span(), format!("write `{example}`")),
    }
}

/// Reads what follows an option's name. Nothing is consumed of a value that can't be read, so that
/// recovery sees every comma of it.
fn raw_value(name: &Ident, input: ParseStream<'_>) -> syn::Result<Raw> {
    let example = vocabulary::example(&name.to_string());
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Raw::Flag);
    }
    if input.peek(token::Paren) {
        return match input.parse()? {
            TokenTree::Group(list) => Ok(Raw::List(list)),
            other => Err(syn::Error::new(other.span(), "expected parentheses")),
        };
    }
    if !input.peek(Token![=]) {
        let ahead = input.fork();
        if ahead.peek(Token![:]) {
            skip_token(&ahead);
        }
        let value = ahead.parse::<Expr>().ok();
        let written = vocabulary::written(&name.to_string(), value.as_ref());
        let sign = if name == "skip" || name == "local" {
            '('
        } else {
            '='
        };
        let message = format!("expected `{sign}` after `{name}`: write `{written}`");
        return Err(input.error(message));
    }
    let equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        let message = format!("the value of `{name}` is missing: write `{example}`");
        return Err(syn::Error::new(equals.span, message));
    }
    let raw = match name.to_string().as_str() {
        "hasher" if !input.peek(Lit) => attempt(input, hasher).map(Raw::Type),
        "crate" if !input.peek(Lit) => attempt(input, Path::parse_mod_style).map(Raw::Path),
        "helpers" if input.peek(Token![pub]) => {
            attempt(input, Visibility::parse).map(Raw::Visibility)
        }
        _ => attempt(input, Expr::parse).map(Raw::Expr),
    };
    raw.map_err(|error| {
        let message = format!("the value of `{name}` can't be read ({error}): write `{example}`");
        syn::Error::new(error.span(), message)
    })
}

fn hasher(input: ParseStream<'_>) -> syn::Result<Type> {
    let ty = input.parse()?;
    // `RandomState::new()`
    if input.peek(token::Paren) {
        return Err(input.error("a type is expected, it is made with `Default`"));
    }
    Ok(ty)
}
