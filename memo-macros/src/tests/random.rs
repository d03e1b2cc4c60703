//! Random attributes on random functions: whatever comes, the macro doesn't panic, and what it emits is
//! Rust.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::collect;
use crate::args::Options;
use crate::errors::Errors;
use crate::signature::Function;
use crate::{expand, memoize};

/// Random numbers (xorshift64*), the same in every run, and what is written with them.
struct Random {
    state: u64,
    /// Only what can be memoized, as far as types and qualifiers go.
    tame: bool,
}

impl Random {
    fn new(seed: u64) -> Self {
        Self {
            state: seed,
            tame: false,
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let number = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or_default() % bound
    }

    /// Once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of the texts between the `~`.
    fn pick<'a>(&mut self, texts: &'a str) -> &'a str {
        let all: Vec<_> = texts.split('~').map(str::trim).collect();
        all[self.below(all.len())]
    }

    /// One of the first, or if it needn't be tame one of the second.
    fn choose<'a>(&mut self, tame: &'a str, wild: &'a str) -> &'a str {
        if self.tame || self.once_in(2) {
            self.pick(tame)
        } else {
            self.pick(wild)
        }
    }

    fn list(&mut self, most: usize, mut item: impl FnMut(&mut Self) -> String) -> String {
        let items: Vec<_> = (0..self.below(most + 1)).map(|_| item(self)).collect();
        items.join(", ")
    }

    fn option(&mut self) -> String {
        let name = self.pick(
            "policy ~ capacity ~ max_weight ~ weight ~ ttl ~ tti ~ expires ~ jitter ~ refresh_after \
             ~ stale_if_error ~ err_ttl ~ none_ttl ~ skip ~ key ~ cache_if ~ cache_err ~ scope \
             ~ single_flight ~ max_wait ~ hasher ~ on_evict ~ name ~ helpers ~ crate ~ store ~ local ~ version ~ unknown",
        );
        let values = match name {
            "policy" => r#""lru" ~ "size" ~ "unbounded" ~ "sieve" ~ lru ~ """#,
            "capacity" | "max_weight" => {
                r#"0 ~ 128 ~ N * 2 ~ "64MiB" ~ -1 ~ 1e400 ~ None ~ Self::N ~ f(&a)"#
            }
            "weight" | "expires" | "cache_if" | "on_evict" => {
                r#"path::to ~ Self::f ~ |_| None ~ |key, value| value.len() as u64 ~ |a, b, _| log(a, b)
                   ~ |&(ref a, _): &(u8, A<B, C>), v: &V| -> u64 { a + v } ~ f::<A, B> ~ move |v| { v }
                   ~ if a { f } else { g } ~ async |v| v ~ 3 ~ "f" ~ true ~ &f ~ mac!(a, b)"#
            }
            "jitter" => r#""10%" ~ "100%" ~ 0.1"#,
            "skip" => "(a) ~ (self) ~ (b, self, a) ~ () ~ = a ~ (&a)",
            "key" => {
                r#"a ~ (a, b) ~ (a.id, b.len()) ~ self.0 ~ format!("{a}{self:?}") ~ &a ~ |a| a ~ "x"
                   ~ (a as u8, b) ~ { let a = *a; (a, Self::K) } ~ ()"#
            }
            "scope" => r#""thread" ~ "global" ~ thread ~ "local""#,
            "store" => r#"A ~ a::B ~ Self::S ~ "redis" ~ "rediss" ~ f() ~ &A ~ 3"#,
            "local" => {
                r#"() ~ (capacity = 3) ~ (ttl = "5s", policy = "lru",) ~ (size = 3, 7) ~ = 3 ~ (local(a))"#
            }
            "version" => "0 ~ 7 ~ 7u8 ~ -1 ~ \"1\" ~ N ~ 99999999999999999999999",
            "single_flight" | "cache_err" => "true ~ false ~ (false) ~ 1",
            "hasher" => r#"A<B, C> ~ std::hash::RandomState ~ Fx::new() ~ "x" ~ <A as B>::C"#,
            "name" => r#""users" ~ "" ~ users ~ concat!("a", "b")"#,
            "helpers" => "false ~ true ~ pub(crate) ~ pub(in a::b) ~ pub ~ 3",
            "crate" => r#"::x::y ~ crate::z ~ $crate ~ "x" ~ r#type"#,
            _ => {
                r#""30s" ~ "1h 30m" ~ "10s" ~ "0s" ~ "" ~ "soon" ~ 30 ~ 30s ~ -1 ~ TTL ~ Self::TTL * 2
                   ~ Duration::from_secs(3) ~ a.b? ~ { let a = 1; f(a) } ~ true ~ || 3 ~ None ~ 'x'"#
            }
        };
        let value = self.pick(values);
        match name {
            "skip" | "local" => format!("{name}{value}"),
            "cache_err" if self.once_in(2) => name.to_owned(),
            _ => format!("{name} = {value}"),
        }
    }

    /// If it is to be tame, options that mostly can stand together.
    fn attribute(&mut self) -> String {
        if !self.tame {
            return self.list(5, Self::option);
        }
        let all = r#"policy = "lru" ~ capacity = 10 ~ max_weight = "1MiB" ~ ttl = "1m" ~ tti = TTI
            ~ expires = |_| None ~ refresh_after = "20s" ~ refresh_after = later(1) ~ err_ttl = soon()
            ~ cache_if = |value| value.is_ok() ~ single_flight = true ~ max_wait = "1s" ~ on_evict = path::to
            ~ name = "x" ~ helpers = pub(crate) ~ helpers = false ~ hasher = std::hash::RandomState
            ~ ttl = "1h", stale_if_error = "1h" ~ none_ttl = "1s" ~ cache_err ~ key = (a, 1) ~ skip(a)
            ~ skip(self) ~ scope = "thread" ~ crate = ::a::b ~ single_flight = false ~ ttl = T, jitter = "10%""#;
        self.list(3, |random| random.pick(all).to_owned())
    }

    fn leaf(&mut self) -> &'static str {
        self.choose(
            "u8 ~ String ~ str ~ f64 ~ User ~ a::B<C, D> ~ <A as B>::C ~ [u8; N] ~ () ~ Path ~ Arc<str>
             ~ fn(&u8) -> &u8 ~ mac!(x) ~ Token<'static> ~ Option<u8> ~ std::vec::Vec<u8> ~ r#type ~ Self",
            "T ~ Box<dyn Fn(&str) -> u8> ~ for<'x> fn(&'x u8) ~ Token<'_> ~ Iter<'a, T> ~ dyn Any ~ impl Fn(u8)
             ~ *const u8 ~ ! ~ _ ~ &'static str ~ Vec ~ Cow<'a, B, C> ~ &mut u8 ~ (dyn A<B: C> + 'a)",
        )
    }

    fn ty(&mut self, depth: usize) -> String {
        if depth == 0 || self.once_in(4) {
            return self.leaf().to_owned();
        }
        let inner = self.ty(depth - 1);
        match self.below(13) {
            0..4 => format!("&{inner}"),
            4 if !self.tame => format!("&'a {inner}"),
            4 | 5 => format!("&[{inner}]"),
            6 => format!("Option<{inner}>"),
            7 => format!("Vec<{inner}>"),
            8 => format!("[{inner}; 3]"),
            9 => format!("({inner}, {})", self.ty(depth - 1)),
            10 => format!("Cow<'_, {}>", self.leaf()),
            11 => format!("Result<{}, {}>", self.leaf(), self.leaf()),
            _ => format!("({inner})"),
        }
    }

    fn argument(&mut self) -> String {
        let attribute = if self.tame || !self.once_in(20) {
            ""
        } else {
            "#[cfg(x)]"
        };
        let pattern = self.pick(
            "a ~ b ~ mut c ~ _ ~ (d, e) ~ User(f, ..) ~ &g ~ ref h ~ i @ 0..=3 ~ [j, .., k] ~ key \
             ~ r#type ~ __memofn_key ~ _unused ~ A { l, .. }",
        );
        format!("{attribute} {pattern}: {}", self.ty(4))
    }

    fn item(&mut self) -> String {
        let attributes = self.choose(
            " ~ #[inline] ~ #[doc = \"Docs.\"] ~ #[deprecated] #[foo(a = b)]",
            "#[memoize] ~ #[cfg(x)]",
        );
        let vis = self.pick(" ~ pub ~ pub(crate) ~ pub(in a::b)");
        let qualifiers = self.choose(" ~ ~ async", "const ~ unsafe ~ extern \"C\"");
        let name = self.pick("f ~ r#type ~ name_of_it ~ F");
        let generics = self.choose(
            " ~ ~ <'a> ~ <T> ~ <'a, T: Clone + 'a, const N: usize>",
            "<T: ?Sized = u8> ~ <const N: usize = 3>",
        );
        let receiver = self.choose(
            " ~ ~ &self, ~ self, ~ mut self, ~ self: &Self,",
            "&'a self, ~ &mut self, ~ self: Arc<Self>, ~ self: Pin<&mut Self>,",
        );
        let arguments = self.list(4, Self::argument);
        let output = match self.below(6) {
            0 => String::new(),
            1 => "-> Result<u8, E>".to_owned(),
            2 => "-> Option<String>".to_owned(),
            3 if !self.tame => format!("-> {}", self.ty(3)),
            _ => format!("-> {}", self.leaf()),
        };
        let bounds = self.pick(" ~ ~ where T: Clone, Self: Sized ~ where for<'x> T: A<'x>");
        let body = self.pick(
            "{} ~ { a.len() } ~ { Self::new(a)?; return b } ~ { a.await } \
             ~ { struct A; impl A { fn f(self) -> Self { self } } 1 } \
             ~ { #![allow(unused)] loop { break 'x } }",
        );
        format!(
            "{attributes} {vis} {qualifiers} fn {name}{generics}({receiver}{arguments}) {output} {bounds} {body}"
        )
    }

    /// The tokens with some of them missing, doubled, replaced, or in an invisible group.
    fn broken(&mut self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        for token in tokens {
            let token = match token {
                TokenTree::Group(group) => {
                    let inner = self.broken(group.stream());
                    Group::new(group.delimiter(), inner).into()
                }
                token => token,
            };
            match self.below(60) {
                0 => {}
                1 => out.extend([token.clone(), token]),
                2 => out.extend(self.tokens()),
                3 => out.extend([token].into_iter().chain(self.tokens())),
                4..6 => {
                    let inner = TokenStream::from(token);
                    out.extend([TokenTree::Group(Group::new(Delimiter::None, inner))]);
                }
                _ => out.extend([token]),
            }
        }
        out
    }

    fn tokens(&mut self) -> TokenStream {
        let text = self.pick(
            ", ~ = ~ 'a ~ self ~ Self ~ < ~ > ~ & ~ && ~ | ~ \"\" ~ 0 ~ [] ~ (,) ~ {} ~ _ ~ impl ~ 1e400 ~ :: ~ -> \
             ~ mut ~ ref ~ fn ~ async ~ dyn ~ ! ~ .. ~ # ~ ? ~ 'static ~ b'x' ~ c\"x\" ~ key = 3 ~ ttl ~ T \
             ~ = \"1s\",",
        );
        text.parse().expect(text)
    }
}

/// Expands; gives the messages too. What no more is said of than that it comes later is expanded nevertheless.
fn emitted(attr: TokenStream, item: TokenStream) -> (TokenStream, Vec<String>) {
    let tokens = memoize::expand(attr.clone(), item.clone());
    let mut messages = Vec::new();
    collect(tokens.clone(), &mut messages);
    let later = |message: &String| message.contains("functions are not available yet");
    if messages.is_empty() || !messages.iter().all(later) {
        return (tokens, messages);
    }
    let mut errors = Errors::new();
    let options = Options::parse(attr, &mut errors);
    let function = Function::parse(item).expect("it was read before");
    errors.into_compile_errors();
    (expand::expand(&options, &function), Vec::new())
}

#[test]
fn what_is_emitted_is_rust() {
    let mut random = Random::new(0x6d65_6d6f_666e);
    let (mut accepted, mut refreshed) = (0, 0);
    for round in 0..2000 {
        random.tame = round % 2 == 0;
        let (attr, item) = (random.attribute(), random.item());
        let (Ok(attr_tokens), Ok(item_tokens)) = (attr.parse(), item.parse()) else {
            panic!("no tokens: {attr} {item}");
        };
        let (tokens, messages) = emitted(attr_tokens, item_tokens);
        if let Err(error) = syn::parse2::<syn::File>(tokens.clone()) {
            panic!("{error}\n#[memoize({attr})]\n{item}\n\n{messages:#?}\n{tokens}");
        }
        accepted += usize::from(messages.is_empty());
        let refresh = attr.contains("refresh_after") && messages.is_empty();
        refreshed += usize::from(refresh);
    }
    // The generator is of no use if nothing gets through.
    assert!(accepted > 500 && refreshed > 30, "{accepted} {refreshed}");
}

#[test]
fn broken_tokens_are_refused_or_become_rust() {
    let mut random = Random::new(0x6c72_755f_6361_6368);
    let mut accepted = 0;
    for round in 0..2000 {
        random.tame = round % 2 == 0;
        let attr = random.attribute().parse().expect("tokens");
        let item = random.item().parse().expect("tokens");
        let attr = random.broken(attr);
        let item = if random.once_in(2) {
            random.broken(item)
        } else {
            item
        };
        let (tokens, messages) = emitted(attr.clone(), item.clone());
        // The body and the attributes are the user's: what is wrong with them the compiler says.
        let was_rust = syn::parse2::<syn::ImplItemFn>(item.clone()).is_ok();
        if messages.is_empty() && was_rust {
            accepted += 1;
            if let Err(error) = syn::parse2::<syn::File>(tokens.clone()) {
                panic!("{error}\n#[memoize({attr})]\n{item}\n\n{tokens}");
            }
        }
    }
    assert!(accepted > 50, "{accepted}");
}
