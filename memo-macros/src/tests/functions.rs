use super::{accepted, item_refused, messages};

const MUTABLE: &str = "a `&mut` argument can't be memoized, since a stored result would be given without the change to it: take it by value or by `&`, and return what changes";
const MUTABLE_SKIPPED: &str = "a `&mut` argument can't be memoized, since a stored result would be given without the change to it, also when it is skipped: take `&`, with a `Mutex` or `RefCell` inside";
const MUTABLE_SELF: &str = "`&mut self` can't be memoized, since a stored result would be given without the change to `self`: take `&self`, or put `#[memoize]` on a function that computes the change";
const FUTURE: &str = "a boxed future can't be memoized: put `#[memoize]` on a plain async fn; `#[async_trait]` has rewritten this one";

#[test]
fn what_is_no_function() {
    for (item, rest) in [
        ("struct S;", ", not on a `struct`"),
        ("pub enum E {}", ", not on a `enum`"),
        ("const X: u8 = 1;", ", not on a `const`"),
        ("static X: u8 = 1;", ", not on a `static`"),
        ("mod m {}", ", not on a `mod`"),
        ("type T = u8;", ", not on a `type`"),
        (
            "impl S { fn f() {} }",
            ", on each function of the `impl` that is to be memoized",
        ),
        (
            "unsafe impl Send for S {}",
            ", not on a block or another item",
        ),
        (
            "extern \"C\" { fn f(); }",
            ", not on a block or another item",
        ),
        (
            "|x| x + 1",
            ", not on a closure: give the closure a name as a `fn`",
        ),
        (
            "move |x| x + 1",
            ", not on a closure: give the closure a name as a `fn`",
        ),
        ("", ""),
        ("1 + 1", ""),
        ("let x = 1;", ""),
    ] {
        let message = format!("`#[memoize]` belongs on a function with a body{rest}");
        item_refused("", item, &[&message]);
        let emitted = super::expand("", item).to_string();
        let unchanged: proc_macro2::TokenStream = item.parse().unwrap();
        assert!(emitted.starts_with(&unchanged.to_string()), "{emitted}");
    }
    item_refused(
        "",
        "fn f(&self) -> u8;",
        &[
            "`#[memoize]` belongs on a function with a body: put it on the function in the `impl`, not on its declaration",
        ],
    );
}

#[test]
fn functions_that_fit() {
    for item in [
        "fn f() {}",
        "pub(crate) fn f<'a>(a: &'a str, mut b: u32, (c, d): (u8, u8), _: char) -> Vec<u8> where 'a: 'a {}",
        "fn f(&self, x: Option<&User>) -> Arc<str> {}",
        "fn f(mut self, x: &[&str]) -> &'static str {}",
        "fn f(self: &Self, x: Cow<'_, str>) -> Cow<'static, str> {}",
        "fn f(self: Self, x: (f64, &Path)) -> Box<dyn Fn(&str) -> &str> {}",
        "fn f(x: fn(&str) -> &str, y: [Option<Vec<&u8>>; 3]) -> for<'a> fn(&'a u8) -> &'a u8 {}",
        "fn f(x: Foo<'static>, y: HashMap<&'static str, u8>) -> Option<&'static [&'static str]> {}",
        "fn f(x: fn(&mut u8), y: Option<((), &'static str)>) -> Box<dyn for<'a> Visit<'a> + 'static> {}",
        "fn f(x: *const u8, y: std::borrow::Cow<'_, [u8]>) -> <Foo as Bar>::Out {}",
        "fn f<'a, T: Hash, const N: usize>(x: &'a [T; N]) -> T::Out where T: Clone, T::Out: Clone {}",
        "async fn f<T>(&self, x: &str, (y, _): (T, u8)) -> Result<T, Error> {}",
    ] {
        accepted("", item);
    }
    accepted("skip(a)", "fn f(a: &dyn Db, id: u8) -> u8 {}");
    accepted(
        "key = a.id()",
        "fn f(a: &dyn Db, b: HashMap<&str, u8>, c: Foo<'_>) -> u8 {}",
    );
    accepted("skip(self)", "fn f(self: Arc<Self>, id: u8) -> u8 {}");
    accepted("key = self.id", "fn f(self: Pin<&Self>, id: u8) -> u8 {}");
    accepted("skip(r#type)", "fn f(r#type: &dyn Db) -> u8 {}");
    accepted("skip(a)", "fn f(mut a: &dyn Db) -> u8 {}");
}

#[test]
fn qualifiers() {
    for (item, part) in [
        (
            "const fn f() {}",
            "a `const fn` can't be memoized, since a cache is filled at run time",
        ),
        (
            "unsafe fn f() {}",
            "an `unsafe fn` can't be memoized, since its conditions",
        ),
        (
            "extern \"C\" fn f() {}",
            "an `extern` function can't be memoized",
        ),
        (
            "#[memofn::memoize(capacity = 1)] fn f() {}",
            "`#[memoize]` stands on this function twice",
        ),
    ] {
        let found = messages("", item);
        assert_eq!(found.len(), 1, "{item}: {found:?}");
        assert!(found[0].starts_with(part), "{item}: {found:?}");
    }
    let found = messages("", "unsafe extern \"C\" fn f(x: u8, ...) {}");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[2].starts_with("a variadic function can't be memoized"));
}

#[test]
fn scope_of_an_async_function() {
    item_refused(
        "scope = \"thread\"",
        "async fn f() {}",
        &[
            "an async function can't have a cache for each thread, since a future that begins on one thread may go on on another: leave `scope` out, or memoize the synchronous part",
        ],
    );
    accepted("scope = \"global\"", "async fn f() {}");
}

/// What is named in calls: no lifetimes, and nothing where there are no parameters.
#[test]
fn turbofish() {
    for (item, expected) in [
        ("fn f() {}", ""),
        ("fn f<'a>(x: &'a u8) {}", ""),
        ("fn f<'a, T: 'a + Hash, const N: usize>() {}", "::<T,N>"),
    ] {
        let function = crate::signature::Function::parse(item.parse().unwrap()).unwrap();
        let found = function.turbofish().to_string().replace(' ', "");
        assert_eq!(found, expected, "{item}");
    }
}

#[test]
fn receivers() {
    item_refused("", "fn f(&mut self) -> u8 {}", &[MUTABLE_SELF]);
    item_refused("skip(self)", "fn f(&'a mut self) -> u8 {}", &[MUTABLE_SELF]);
    item_refused(
        "skip(self)",
        "fn f(self: Pin<&mut Self>) -> u8 {}",
        &[MUTABLE_SELF],
    );
    for ty in [
        "Box<Self>",
        "Arc<Self>",
        "Rc<Self>",
        "Pin<&Self>",
        "&Arc<Self>",
    ] {
        item_refused(
            "",
            &format!("fn f(self: {ty}) -> u8 {{}}"),
            &[&format!(
                "`self: {ty}` can't be part of the key: take `&self`, write `key = ...` over what tells the results apart, or `skip(self)` if the result doesn't depend on it"
            )],
        );
    }
}

#[test]
fn arguments() {
    item_refused("", "fn f(x: &mut u8) {}", &[MUTABLE]);
    item_refused(
        "skip(x)",
        "fn f(x: Option<&mut u8>, y: &[&mut u8]) {}",
        &[MUTABLE_SKIPPED, MUTABLE],
    );
    item_refused("key = 1 + 1", "fn f(x: &'static mut u8) {}", &[MUTABLE]);
    item_refused(
        "skip(x)",
        "fn f(x: Option<impl Into<String>>) {}",
        &[
            "an `impl Trait` argument can't be memoized, since a cache holds keys of one type and this one has no name: write the type, such as `&str` for `impl AsRef<str>`",
        ],
    );
    item_refused(
        "",
        "fn f(#[cfg(unix)] x: u8, #[allow(unused)] y: u8) {}",
        &[
            "`#[cfg]` on a parameter can't be memoized, since `#[memoize]` sees the parameter in either case: write two functions with `#[cfg]` on each",
        ],
    );
    for ty in ["&dyn Db", "&'static dyn Db", "&(dyn Db + Send)"] {
        item_refused(
            "",
            &format!("fn f(db: {ty}) {{}}"),
            &[&format!(
                "`{ty}` can't be part of the key, since a trait object has no `Hash` and `Eq`: write `key = ...` over what tells the results apart, or `skip(db)` if the result doesn't depend on it"
            )],
        );
    }
    for ty in [
        "Foo<'_>",
        "Foo<'a>",
        "a::Foo<'a, u8>",
        "HashMap<&str, u8>",
        "Box<&str>",
        "Box<dyn Db + 'a>",
        "Box<dyn Db<'a>>",
        "fn(&'a str)",
        "Result<&str, u8>",
        "<Foo<'a> as Bar>::Out",
        "Box<dyn Iterator<Item = &'a u8>>",
    ] {
        let message = format!(
            "`{ty}` can't be part of the key, since it borrows and the key is kept: write `key = ...` over what it stands for, owned, or `skip(x)` if the result doesn't depend on it"
        );
        item_refused("", &format!("fn f<'a>(x: {ty}) {{}}"), &[&message]);
        item_refused(
            "",
            &format!("fn f<'a>(x: &[Option<({ty}, u8)>]) {{}}"),
            &[&message],
        );
        accepted("skip(x)", &format!("fn f<'a>(x: {ty}) {{}}"));
    }
    item_refused(
        "",
        "fn f((a, b): (u8, Foo<'_>)) {}",
        &[
            "`Foo<'_>` can't be part of the key, since it borrows and the key is kept: write `key = ...` over what it stands for, owned, or name the argument and `skip` it if the result doesn't depend on it",
        ],
    );
}

/// A `key` of names only looks these arguments up as they are.
#[test]
fn chosen_arguments() {
    let item = "fn f<'a>(a: &dyn Db, b: Foo<'_>, mut c: &str, (d, e): (u8, Bar<'a>)) {}";
    let object = "`&dyn Db` can't be part of the key, since a trait object has no `Hash` and `Eq`: write what tells the results apart in place of `a` in `key`";
    let borrows = "`Foo<'_>` can't be part of the key, since it borrows and the key is kept: write what it stands for, owned, in place of `b` in `key`";
    let beside = "the key is kept, so it can't borrow, and beside an expression nothing is looked up as it is: write it owned";
    for (key, expected) in [
        ("a", &[object][..]),
        ("(a)", &[object]),
        ("(c, b)", &[borrows]),
        ("((b), d)", &[beside]),
        ("(b, a, a)", &[object, borrows]),
        ("c", &[]),
        // Beside expressions what borrows isn't looked up as it is; whether the rest gives a key is the
        // compiler's to say.
        ("(a.id(), b)", &[beside]),
        ("(b,)", &[beside]),
        ("(b, d)", &[beside]),
        ("(b, self::b)", &[beside]),
        ("(b.id(), d)", &[]),
        ("()", &[]),
    ] {
        item_refused(&format!("key = {key}"), item, expected);
    }
    item_refused("key = (a, c), skip(b)", item, &[object]);
    item_refused(
        "key = x",
        "fn f(x: &[Option<&dyn Db>], y: Foo<'_>) {}",
        &[
            "`&dyn Db` can't be part of the key, since a trait object has no `Hash` and `Eq`: write what tells the results apart in place of `x` in `key`",
        ],
    );
    item_refused("key = x", "fn f(x: &mut u8) {}", &[MUTABLE]);
    // A key that can't be read says nothing about the arguments.
    assert_eq!(messages("key = &a", item).len(), 1);
}

#[test]
fn results() {
    item_refused(
        "",
        "fn f() -> ! {}",
        &["a function that never returns has no result to store: remove `#[memoize]`"],
    );
    for (ty, reference) in [
        ("&str", "&str"),
        ("Option<&'a [u8]>", "&'a [u8]"),
        ("Result<Vec<(u8, &'_ str)>, E>", "&'_ str"),
        ("Box<dyn Fn(&u8) -> &'a u8>", "&'a u8"),
    ] {
        item_refused(
            "",
            &format!("fn f<'a>(x: &'a str) -> {ty} {{}}"),
            &[&format!(
                "the cache outlives what `{reference}` borrows from: return an owned type (`String` for `&str`, `Vec<T>` for `&[T]`), an `Arc`, or a `&'static` reference"
            )],
        );
    }
    for (ty, lifetime) in [
        ("Cow<'_, str>", "'_"),
        ("Option<Ref<'a, u8>>", "'a"),
        ("Box<dyn Db + 'a>", "'a"),
    ] {
        item_refused(
            "",
            &format!("fn f<'a>(x: &'a str) -> {ty} {{}}"),
            &[&format!(
                "the cache outlives what `{ty}` borrows from, by the lifetime `{lifetime}`: return an owned type, an `Arc`, or the type with `'static`"
            )],
        );
    }
    item_refused(
        "",
        "fn f() -> Vec<impl Iterator<Item = u8> + 'a> {}",
        &[
            "a result of type `impl Trait` can't be memoized, since its type has no name: return one that has, such as `Vec<u32>` for `impl Iterator<Item = u32>`",
        ],
    );
    item_refused(
        "",
        "fn f() -> Pin<Box<dyn Future<Output = u8> + Send + 'a>> {}",
        &[FUTURE],
    );
    item_refused(
        "",
        "fn go<'life0, 'async_trait>(&'life0 self) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = ()> + ::core::marker::Send + 'async_trait>> where 'life0: 'async_trait {}",
        &[FUTURE],
    );
    item_refused("", "fn f() -> BoxFuture<'static, u8> {}", &[FUTURE]);
}

#[test]
fn skipped_names() {
    let item = "fn f(pool: &Pool, id: u64, (x, y): (u8, u8)) {}";
    item_refused(
        "skip(pol)",
        item,
        &["`f` has no argument `pol`: did you mean `pool`?"],
    );
    item_refused(
        "skip(x)",
        item,
        &["`f` has no argument `x`: those that can be skipped are `pool` and `id`"],
    );
    item_refused(
        "skip(__memofn_arg2)",
        item,
        &["`f` has no argument `__memofn_arg2`: those that can be skipped are `pool` and `id`"],
    );
    item_refused(
        "skip(pool, id, pool)",
        item,
        &["`pool` is skipped twice: name it once"],
    );
    item_refused(
        "skip(self)",
        item,
        &["`f` has no `self` to skip: leave it out"],
    );
    item_refused(
        "skip(x)",
        "fn f() {}",
        &["`f` has no argument `x`, nor any other that has a name"],
    );
}
