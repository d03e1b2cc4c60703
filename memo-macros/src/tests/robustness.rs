use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::expand;
use crate::memoize;

const ATTRS: [&str; 6] = [
    r#"policy = "lru", capacity = 128, ttl = "30s", skip(a, self), cache_err"#,
    r#"max_weight = "64MiB", weight = |k, v| v.len() as u64, cache_if = |v: &V| -> bool { true }"#,
    "key = (a.id, b), hasher = a::B<C, D>, helpers = pub(in a::b), crate = ::x::y",
    r#"tti = Duration::from_secs(1), jitter = "10%", name = "x", helpers = false"#,
    "store = \"redis\", local(capacity = 1), Capacity: 3, TimeToLive: X, unknown(a, b)",
    "skip(a, b), skip = a, key, = 3, ,, policy == \"lru\" => 1, 'a, #, r#type = 1",
];

const ITEMS: [&str; 8] = [
    "pub fn f(a: &str, mut b: u32, (c, _): (u8, u8)) -> Option<String> { a.len() }",
    "#[inline] #[doc = \"x\"] #[foo(bar)] fn f(&self, x: Option<&User>) -> Cow<'_, str> {}",
    "async unsafe extern \"C\" fn f<'a, T: 'a, const N: usize>(x: [T; N], ...) -> ! where T: X {}",
    "fn f(self: Pin<&mut Self>, x: &mut dyn Fn(&str) -> &u8) -> Pin<Box<dyn Future<Output = u8>>> {}",
    "fn f(x: impl Fn(&u8), y: for<'a> fn(&'a u8) -> &'a u8, m: mac!(x)) -> impl Iterator + 'a {}",
    "fn r#type(#[cfg(a)] x: <A<'a> as B<C = &u8>>::D, ..: u8) -> Box<dyn A<B: C<'a>> + 'a> {}",
    "fn f(x: u8);",
    "impl<T> Foo for T { fn f() {} }",
];

/// Each attribute and item with every single token missing, doubled or replaced.
#[test]
fn never_panics() {
    for attr in ATTRS {
        for item in ITEMS {
            expand(attr, item);
        }
        for broken in variants(attr.parse().unwrap()) {
            memoize::expand(broken, "fn f(&self, a: u8, b: u8) {}".parse().unwrap());
        }
    }
    for item in ITEMS {
        for broken in variants(item.parse().unwrap()) {
            memoize::expand("capacity = 1, skip(x)".parse().unwrap(), broken);
        }
    }
}

/// A mistake is never passed over: what can't be parsed gives an error.
#[test]
fn nonsense_is_refused() {
    for attr in [
        ",",
        "=",
        "\"lru\"",
        "3",
        "()",
        "'a",
        "a::b = 3",
        "policy",
        "policy = ",
        "policy = =",
        "policy = \"lru\",,",
        "#",
        "|x|",
        "r#policy = \"lru\"",
        "_ = 3",
        "capacity = 3;",
        "{}",
        "capacity += 1",
        "capacity = 1 2",
        "ttl = \"1s\"suffix",
        "policy = \"lru\"suffix",
    ] {
        let found = super::messages(attr, ITEMS[0]);
        assert!(!found.is_empty(), "{attr}");
    }
}

fn variants(tokens: TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let stream = |tokens: &[TokenTree]| tokens.iter().cloned().collect::<TokenStream>();
    let mut all = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let (before, after) = (stream(&tokens[..i]), stream(&tokens[i + 1..]));
        let mut put = |middle: TokenStream| {
            all.push(
                [before.clone(), middle, after.clone()]
                    .into_iter()
                    .collect(),
            );
        };
        put(TokenStream::new());
        put([token.clone(), token.clone()].into_iter().collect());
        for other in [
            ",", "=", "'a", "self", "<", "&", "|", "\"\"", "0", "[]", "(,)", "_", "impl", "1e400",
        ] {
            put(other.parse().unwrap());
        }
        put(invisible([token.clone()].into_iter().collect()));
        put(invisible(TokenStream::new()));
        if let TokenTree::Group(group) = token {
            for inner in variants(group.stream()) {
                put(TokenTree::Group(Group::new(group.delimiter(), inner)).into());
            }
        }
        all.push(before);
    }
    all
}

fn invisible(tokens: TokenStream) -> TokenStream {
    TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
}
