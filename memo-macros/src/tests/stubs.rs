use super::expand;

/// The signatures of the helpers that stand in for the expansion, without attributes and bodies.
fn signatures(attr: &str, item: &str) -> Vec<String> {
    let file: syn::File = syn::parse2(expand(attr, item)).expect("items");
    file.items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Fn(item) => Some(crate::types::display(&item.sig)),
            _ => None,
        })
        .collect()
}

#[test]
fn helpers_keep_their_types() {
    let found = signatures(
        "ttl = 3, skip(c)",
        "pub fn f<'a>(a: &'a str, mut b: &[Option<&User>], c: &dyn Db, (d, e): (f64, Cow<'a, str>)) -> Result<Foo<'a>, &str> {}",
    );
    let all = [
        "fn f<'a>(a: &'a str, mut b: &[Option<&User>], c: &dyn Db, (d, e): (f64, Cow<'a, str>)) -> Result<Foo<'a>, &str>",
        "fn f_uncached<'a>(a: &'a str, b: &[Option<&User>], c: &dyn Db, __memofn_arg3: (f64, Cow<'a, str>)) -> Result<Foo<'a>, &str>",
        "fn f_cache_refresh<'a>(a: &'a str, b: &[Option<&User>], c: &dyn Db, __memofn_arg3: (f64, Cow<'a, str>)) -> Result<Foo<'a>, &str>",
        "fn f_cache_info<'a>() -> ::memofn::__private::CacheInfo",
        "fn f_cache_clear<'a>() -> ()",
        "fn f_cache_parameters<'a>() -> ::memofn::__private::CacheParameters",
        "fn f_cache<'a>() -> &'static::memofn::__private::Cache<(<str as::std::borrow::ToOwned>::Owned, ::std::vec::Vec<::core::option::Option<User>>, (f64, <str as::std::borrow::ToOwned>::Owned,)), Result<Foo<'static>, &'static str>>",
        "fn f_cache_get<'a>(a: &'a str, b: &[Option<&User>], __memofn_arg3: (f64, Cow<'a, str>)) -> ::core::option::Option<Result<Foo<'static>, &'static str>>",
        "fn f_cache_remove<'a>(a: &'a str, b: &[Option<&User>], __memofn_arg3: (f64, Cow<'a, str>)) -> ::core::option::Option<Result<Foo<'static>, &'static str>>",
        "fn f_cache_insert<'a>(a: &'a str, b: &[Option<&User>], __memofn_arg3: (f64, Cow<'a, str>), value: Result<Foo<'static>, &'static str>) -> ::core::option::Option<Result<Foo<'static>, &'static str>>",
    ];
    assert_eq!(found, all);
}

#[test]
fn helpers_of_methods() {
    let find = |attr: &str, item: &str, name: &str| {
        let wanted = format!("fn {name}(");
        let found = signatures(attr, item);
        found
            .into_iter()
            .find(|sig| sig.starts_with(&wanted))
            .unwrap()
    };
    let item = "fn f(mut self, x: u8) -> u8 {}";
    let cache = |key: &str| format!("fn f_cache() -> &'static::my::__private::Cache<{key}, u8>");
    assert_eq!(
        find("ttl = 3, crate = ::my", item, "f_cache"),
        cache("(Self, u8)")
    );
    assert_eq!(
        find("ttl = 3, crate = ::my, skip(self)", item, "f_cache"),
        cache("u8")
    );
    assert_eq!(
        find("ttl = 3, crate = ::my, key = x", item, "f_cache"),
        cache("()")
    );
    assert!(find("ttl = 3", item, "f_cache_get").starts_with("fn f_cache_get(self, x: u8)"));
    assert!(find("ttl = 3, skip(self)", item, "f_cache_get").starts_with("fn f_cache_get(x: u8)"));
    let item = "fn f(&mut self) -> ! {}";
    assert!(find("", item, "f_cache_get").starts_with(
        "fn f_cache_get(&mut self) -> ::core::option::Option<::core::convert::Infallible>"
    ));
    assert!(find("", item, "f_uncached").starts_with("fn f_uncached(&mut self) -> !"));
}

#[test]
fn the_users_function_stays_as_it_is() {
    let text = expand(
        "ttl = 3, helpers = false",
        "#[foo] #[doc = \"d\"] #[inline] pub(crate) fn f((a, b): (u8, u8)) -> u8 { let x = a; x }",
    )
    .to_string();
    let expected = "# [foo] # [doc = \"d\"] # [inline] pub (crate) fn f ((a , b) : (u8 , u8)) -> u8 { let x = a ; x } ";
    assert!(text.starts_with(expected), "{text}");
    assert_eq!(signatures("ttl = 3, helpers = false", "fn f() {}").len(), 1);
    // A second `#[memoize]` would expand once more.
    let text = expand("", "#[memoize] #[foo] fn f() {}").to_string();
    assert!(text.starts_with("# [foo] fn f () { }"), "{text}");
}

#[test]
fn attributes_are_routed() {
    let function = crate::signature::Function::parse(
        "/// doc
         #[must_use] #[deprecated] #[inline] #[track_caller] #[allow(x)] #[expect(y)] #[instrument(a)] #[cold]
         #[unsafe(no_mangle)] #[a::b = concat!(\"x\")] #[doc = include_str!(\"x\")]
         fn f() {}"
            .parse()
            .unwrap(),
    )
    .unwrap();
    let names = |attrs: &[syn::Attribute]| -> Vec<String> {
        attrs
            .iter()
            .map(|attr| crate::types::display(attr.path()))
            .collect()
    };
    assert_eq!(
        names(&function.attrs.wrapper),
        ["doc", "must_use", "deprecated", "doc"]
    );
    assert_eq!(
        names(&function.attrs.both),
        ["inline", "track_caller", "allow"]
    );
    assert_eq!(
        names(&function.attrs.body),
        ["expect", "instrument", "cold", "unsafe", "a::b"]
    );
    assert_eq!(function.attrs.written.len(), 12);
}

/// `$body:block` of a `macro_rules` macro.
#[test]
fn a_body_in_an_invisible_group() {
    use proc_macro2::{Delimiter, Group, TokenTree};
    let body = TokenTree::Group(Group::new(Delimiter::None, quote::quote!({ 1 })));
    let function = crate::signature::Function::parse(quote::quote!(fn f() -> u8 #body)).unwrap();
    assert_eq!(function.block.to_string(), "{ 1 }");
}
