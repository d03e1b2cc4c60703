//! The expansion: a place for the cache, and one call of the runtime for the function and for each
//! helper. All logic is ordinary code in memo-runtime.
//!
//! A `static` can't name `Self` or an outer parameter, and a macro can't tell a free function from
//! an associated one without `self`. So there are two kinds of places:
//!
//! * [`Place::Site`], for functions that don't speak of `Self`: a local type inside the function has
//!   the typed static and the body; the helpers find it through its number (`Anchor` and `Link` in
//!   the runtime), since they have no name for each other that works in modules and impls alike.
//! * [`Place::Sibling`], for the others: a hidden associated function has the static, which holds a
//!   list of the caches of all instances, and the body stands in `f_uncached`. With
//!   `helpers = false`, [`Place::Inline`], both stand in the function itself.
//!
//! With `key = expr` the type of the key has no name, so every helper infers it from a copy of the
//! expression that is never run; the place is a list of instances then, too, and so it is where the
//! function has type or const parameters of its own. All that stands beside such a function has the
//! same parameters and is called with all of them but lifetimes, which may not occur in its types.
//!
//! An async function asks for its result step by step, since it may have to wait for another call's
//! computation; in no step anything of the key is kept over an `await`, so that its future is `Send`
//! when the body's is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{ReceiverKind, Type, Visibility};

use crate::args::{Helpers, Options};
use crate::key::Keys;
use crate::shape::{self, hygienic};
use crate::signature::Function;
use crate::tokens::Tokens;
use crate::{config, site};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Site,
    Sibling,
    Inline,
}

/// What all parts of the expansion need.
pub(crate) struct Expansion<'a> {
    pub(crate) options: &'a Options,
    pub(crate) function: &'a Function,
    pub(crate) keys: Keys<'a>,
    pub(crate) place: Place,
    /// The door of the runtime.
    pub(crate) rt: &'a Tokens,
    has_plain_outcome: bool,
    /// `::<T, N>`: the function's own type and const parameters.
    pub(crate) turbofish: TokenStream,
    /// The number of a [`Place::Site`].
    number: u128,
}

/// Which of the places a function has.
pub(crate) fn place(options: &Options, function: &Function) -> Place {
    let about_self = function.receiver.is_some()
        || site::names_self(function.sig.to_token_stream())
        || site::names_self(function.block.clone())
        || site::names_self(options.expressions());
    let with_helpers = !matches!(
        options.helpers.as_ref().map(|option| &option.value),
        Some(Helpers::None)
    );
    match (about_self, with_helpers) {
        (false, _) => Place::Site,
        (true, true) => Place::Sibling,
        (true, false) => Place::Inline,
    }
}

pub(crate) fn expand(options: &Options, function: &Function) -> TokenStream {
    let rt = match &options.krate {
        Some(krate) => krate.value.to_token_stream(),
        None => quote!(::memofn),
    };
    let rt = Tokens::from(quote!(#rt::__private));
    let expansion = Expansion::new(options, function, &rt);
    let call = expansion.call();
    match expansion.helpers() {
        Some(vis) => {
            let helpers = expansion.all_helpers(vis);
            quote!(#call #helpers)
        }
        None => call,
    }
}

impl<'a> Expansion<'a> {
    fn new(options: &'a Options, function: &'a Function, rt: &'a Tokens) -> Self {
        Self {
            options,
            function,
            keys: Keys::new(options, function, rt),
            place: place(options, function),
            rt,
            has_plain_outcome: options.leaves_outcomes() && shape::is_plain_value(&function.output),
            turbofish: function.turbofish(),
            number: site::number(&function.sig.ident),
        }
    }

    /// Has the function type or const parameters of its own?
    fn is_generic(&self) -> bool {
        !self.turbofish.is_empty()
    }

    /// Is the cache found by the function's instance where it is asked for, and not by a function that has
    /// its type in the signature? So where that type has no name; and where it has parameters, of which the
    /// compiler would say there, too, that they can't be kept.
    fn is_in_a_list(&self) -> bool {
        self.keys.is_inferred() || self.is_generic()
    }

    /// The helpers' visibility, if there are any.
    fn helpers(&self) -> Option<&Visibility> {
        match self.options.helpers.as_ref().map(|option| &option.value) {
            Some(Helpers::None) => None,
            Some(Helpers::Vis(vis)) => Some(vis),
            None => Some(&self.function.vis),
        }
    }

    pub(crate) fn helper_name(&self, suffix: &str) -> Ident {
        let name = &self.function.sig.ident;
        format_ident!("{}_{suffix}", name, span = name.span())
    }

    fn holder_name(&self) -> Ident {
        let name = &self.function.sig.ident;
        // In an `impl Trait for`, where it can't stand, the compiler's first error is its name.
        format_ident!(
            "__in_an_impl_of_a_trait_write_helpers_false_{}",
            name.unraw(),
            span = Span::mixed_site()
        )
    }

    /// Brings the traits behind the probes into scope, and no name.
    pub(crate) fn imports(&self) -> TokenStream {
        let rt = self.rt;
        quote!(use #rt::probes::*;)
    }

    /// Do the tokens tell that all results are stored, as they are?
    pub(crate) fn has_plain_outcome(&self) -> bool {
        self.has_plain_outcome
    }

    /// What the cache does with results of this type.
    pub(crate) fn outcome(&self) -> TokenStream {
        let (rt, ty) = (self.rt, &self.function.output);
        let at = hygienic(ty.span());
        let options = self.options;
        if self.has_plain_outcome() {
            quote_spanned!(at=> #rt::Plain)
        } else if options.none_ttl.is_some() {
            quote_spanned!(at=> (&&#rt::OutcomeProbe::<#ty>::NEW).__memofn_none_ttl_outcome())
        } else if options.err_ttl.is_some() {
            quote_spanned!(at=> (&&#rt::OutcomeProbe::<#ty>::NEW).__memofn_err_ttl_outcome())
        } else if options.cache_err.is_some() {
            quote_spanned!(at=> (&&#rt::OutcomeProbe::<#ty>::NEW).__memofn_whole_outcome())
        } else if options.stale_if_error.is_some() {
            quote_spanned!(at=> (&&&&#rt::OutcomeProbe::<#ty>::NEW).__memofn_stale_outcome())
        } else {
            quote_spanned!(at=> (&&&&#rt::OutcomeProbe::<#ty>::NEW).__memofn_outcome())
        }
    }

    /// The function itself.
    fn call(&self) -> TokenStream {
        let function = self.function;
        let (wrapper, both) = (&function.attrs.wrapper, &function.attrs.both);
        let (vis, name, asyncness) = (&function.vis, &function.sig.ident, &function.sig.asyncness);
        let (generics, output) = (&function.sig.generics, &function.sig.output);
        let bounds = &generics.where_clause;
        let inputs = self.inputs(|_| true, true);
        let site = match self.place {
            Place::Site => self.site(),
            Place::Sibling | Place::Inline => TokenStream::new(),
        };
        let (memo, body) = (self.memo(&quote!(__MemofnSite)), self.run_here());
        // There is no other function to have these.
        let others = match self.place {
            Place::Inline => function.attrs.body.as_slice(),
            Place::Site | Place::Sibling => &[],
        };
        let (key, outcome) = (self.keys.of_arguments(), self.outcome());
        let probes = self.keys.has_probes() || !self.has_plain_outcome();
        let imports = probes.then(|| self.imports());
        let look_up = self.look_up(&memo, &quote!(&#key, #outcome), &body);
        // `_unused` is used here, if only for the key.
        let underscored = function
            .params
            .iter()
            .any(|param| param.ident.to_string().starts_with('_'));
        let silence = underscored.then(|| quote!(#[allow(clippy::used_underscore_binding)]));
        quote! {
            #(#wrapper)* #(#both)* #(#others)*
            #silence
            #vis #asyncness fn #name #generics (#inputs) #output #bounds {
                #site
                #imports
                #look_up
            }
        }
    }

    /// What the function does instead of its body.
    fn look_up(&self, memo: &TokenStream, asked: &TokenStream, body: &TokenStream) -> TokenStream {
        let (rt, at) = (self.rt, Span::mixed_site());
        if !self.function.is_async() {
            return quote_spanned! {at=>
                let __memofn_found = #memo.look_up(#asked);
                match __memofn_found {
                    ::core::result::Result::Ok(__memofn_value) => __memofn_value,
                    ::core::result::Result::Err(__memofn_miss) => __memofn_miss.finish(#body),
                }
            };
        }
        // What a step is made of, and what it gives, is gone before anything is awaited.
        quote_spanned! {at=>
            let mut __memofn_call = #rt::AsyncCall::new();
            let __memofn_miss = loop {
                let __memofn_wait = {
                    let __memofn_step = #memo.step(#asked, __memofn_call);
                    match __memofn_step {
                        ::core::result::Result::Ok(__memofn_value) => return __memofn_value,
                        ::core::result::Result::Err(#rt::Step::Run(__memofn_miss)) => {
                            break __memofn_miss
                        }
                        ::core::result::Result::Err(#rt::Step::Wait(__memofn_wait)) => __memofn_wait,
                    }
                };
                __memofn_call = __memofn_wait.await;
            };
            __memofn_miss.run(#body).await
        }
    }

    /// The local type that has the static and the body.
    fn site(&self) -> TokenStream {
        let (rt, number) = (self.rt, self.number);
        let this = Ident::new("self", Span::mixed_site());
        // A function of its own beside the `impl`, not in it: a `Self` that was missed is an error
        // there, and never means the site.
        let body = self.body_function(&Visibility::Inherited, &format_ident!("__memofn_body"));
        let (inputs, output) = (self.inputs(|_| true, true), &self.function.sig.output);
        let (generics, both) = (&self.function.sig.generics, &self.function.attrs.both);
        let bounds = &generics.where_clause;
        // A function that has none is left as it is.
        let parameters = self.is_generic().then_some(generics);
        let clause = parameters.and(bounds.as_ref());
        let asyncness = &self.function.sig.asyncness;
        let run = awaited(asyncness.is_some(), self.run_here());
        let memo = if self.is_in_a_list() {
            let instance = self.own_instance();
            let ty = self.instance_type();
            quote!(fn instance #parameters (#this) -> #ty #clause { #instance })
        } else {
            let (ty, name) = (self.memo_type(), config::name(self));
            let (config, makes_config) = match config::plain(self) {
                Some(config) => (config, None),
                None => (quote!(__memofn_config), Some(self.config_function())),
            };
            let memo = if self.options.is_local() {
                let types = self.cache_types();
                quote! {
                    #rt::thread_local! {
                        static __MEMOFN_HERE: #rt::LocalSlot #types = const { #rt::LocalSlot::new() };
                    }
                    static __MEMOFN_MEMO: #ty =
                        #rt::LocalMemo::new(#name, #config, &__MEMOFN_HERE, || __MEMOFN_MEMO.list());
                }
            } else {
                quote!(static __MEMOFN_MEMO: #ty = #rt::Memo::new(#name, #config);)
            };
            quote! {
                fn memo(#this) -> &'static #ty {
                    #memo
                    #makes_config
                    &__MEMOFN_MEMO
                }
            }
        };
        quote! {
            struct __MemofnSite;
            impl #rt::Link<__MemofnSite> for #rt::Anchor<#number> {
                const SITE: __MemofnSite = __MemofnSite;
            }
            #[cfg_attr(clippy, allow(clippy::all, clippy::pedantic, clippy::nursery))]
            impl __MemofnSite {
                #memo
                #(#both)*
                #asyncness fn body #generics (#this, #inputs) #output #bounds { #run }
            }
            #body
        }
    }

    /// The function that makes the cache's configuration.
    fn config_function(&self) -> TokenStream {
        let (key, value) = (self.keys.owned(), self.value());
        let (config, hasher) = (config::config(self), config::hasher(self));
        let ty = config::ty(self);
        let imports = config::has_probes(self).then(|| self.imports());
        quote! {
            #imports
            fn __memofn_config() -> #ty<#key, #value, #hasher> {
                #config
            }
        }
    }

    /// The result's type.
    pub(crate) fn value(&self) -> &Type {
        &self.function.output
    }

    /// The types that a cache is made of.
    fn cache_types(&self) -> TokenStream {
        let (key, value, hasher) = (self.keys.owned(), self.value(), config::hasher(self));
        quote!(<#key, #value, #hasher>)
    }

    /// The type of the static.
    fn memo_type(&self) -> TokenStream {
        let (rt, types) = (self.rt, self.cache_types());
        if self.options.is_local() {
            quote!(#rt::LocalMemo #types)
        } else {
            quote!(#rt::Memo #types)
        }
    }

    /// The type of an instance's cache.
    fn instance_memo_type(&self) -> TokenStream {
        let rt = self.rt;
        if self.options.is_local() {
            let types = self.cache_types();
            quote!(#rt::LocalInstanceMemo #types)
        } else {
            let ty = self.memo_type();
            quote!(&'static #ty)
        }
    }

    fn instance_type(&self) -> TokenStream {
        let rt = self.rt;
        if self.options.is_local() {
            quote!(#rt::LocalInstance)
        } else {
            quote!(#rt::Instance)
        }
    }

    /// The user's body as a function, with the patterns as written.
    pub(crate) fn body_function(&self, vis: &Visibility, name: &Ident) -> TokenStream {
        let function = self.function;
        let (both, body, block) = (&function.attrs.both, &function.attrs.body, &function.block);
        let (generics, output) = (&function.sig.generics, &function.sig.output);
        let bounds = &generics.where_clause;
        let params = function.sig.inputs.iter();
        let asyncness = &function.sig.asyncness;
        // That it awaits nothing doesn't matter where it is called.
        let unawaited = asyncness
            .is_some()
            .then(|| quote!(clippy::unused_async, clippy::future_not_send,));
        // What these lints say of the function they say of the wrapper.
        quote! {
            #[cfg_attr(clippy, allow(
                #unawaited
                clippy::must_use_candidate, clippy::missing_const_for_fn,
                clippy::missing_errors_doc, clippy::missing_panics_doc, clippy::too_many_arguments,
                clippy::ref_option, clippy::ref_option_ref, clippy::fn_params_excessive_bools,
                clippy::trivially_copy_pass_by_ref, clippy::ptr_arg, clippy::type_complexity,
                clippy::return_self_not_must_use
            ))]
            #(#both)* #(#body)*
            #vis #asyncness fn #name #generics (#(#params),*) #output #bounds #block
        }
    }

    /// An expression that runs the body with the wrapper's arguments, in a helper. `site`: an
    /// expression for the site.
    pub(crate) fn run(&self, site: &impl ToTokens) -> TokenStream {
        if self.place != Place::Site {
            return self.run_here();
        }
        let arguments = self.function.params.iter().map(|param| &param.ident);
        let turbofish = &self.turbofish;
        quote!(#site.body #turbofish (#(#arguments),*))
    }

    /// The same in the function itself.
    fn run_here(&self) -> TokenStream {
        let (function, turbofish) = (self.function, &self.turbofish);
        let arguments = function.params.iter().map(|param| &param.ident);
        match self.place {
            Place::Site => quote!(__memofn_body #turbofish (#(#arguments),*)),
            Place::Sibling => {
                let uncached = self.helper_name("uncached");
                let this = function.receiver.iter().map(|receiver| {
                    let this = &receiver.self_token;
                    quote!(#this,)
                });
                quote!(Self::#uncached #turbofish (#(#this)* #(#arguments),*))
            }
            Place::Inline => {
                let (block, output) = (&function.block, &function.output);
                let (pats, types) = (
                    function.params.iter().map(|param| &param.pat),
                    function.params.iter().map(|param| &param.ty),
                );
                let bound = quote!(#(let #pats: #types = #arguments;)*);
                if function.is_async() {
                    let (rt, at) = (self.rt, Span::mixed_site());
                    // The `return` says what type the block has: the body's own may need to be told.
                    return quote_spanned! {at=>
                        async move {
                            if false {
                                return #rt::never::<#output>();
                            }
                            #bound
                            #block
                        }
                    };
                }
                quote!({
                    #bound
                    #[allow(unused_mut)]
                    let mut __memofn_body = || -> #output #block;
                    __memofn_body()
                })
            }
        }
    }

    /// An expression that runs the body with these arguments, the receiver first, where only the place
    /// can be named.
    pub(crate) fn run_again(&self, arguments: &[TokenStream]) -> TokenStream {
        match self.place {
            Place::Site => {
                let site = self.linked();
                quote!(#site.body(#(#arguments),*))
            }
            Place::Sibling | Place::Inline => {
                let uncached = self.helper_name("uncached");
                quote!(Self::#uncached(#(#arguments),*))
            }
        }
    }

    /// An expression for the function's cache. `site`: an expression for the site.
    pub(crate) fn memo(&self, site: &impl ToTokens) -> TokenStream {
        let (holder, turbofish) = (self.holder_name(), &self.turbofish);
        let named = !self.is_in_a_list();
        let instance = match self.place {
            Place::Site if named => return quote!(#site.memo #turbofish ()),
            Place::Sibling if named => return quote!(Self::#holder #turbofish ()),
            Place::Site => quote!(#site.instance #turbofish ()),
            Place::Sibling => quote!(Self::#holder #turbofish ()),
            Place::Inline => self.own_instance(),
        };
        self.memo_of_instance(&instance)
    }

    fn own_instance(&self) -> TokenStream {
        let rt = self.rt;
        if self.options.is_local() {
            return quote!({
                #rt::thread_local! {
                    static __MEMOFN_INSTANCES: #rt::LocalInstances = const { #rt::LocalInstances::new() };
                }
                #rt::LocalInstance::new(&__MEMOFN_INSTANCES, &|| ())
            });
        }
        quote!({
            static __MEMOFN_INSTANCES: #rt::Instances = #rt::Instances::new();
            #rt::Instance::new(&__MEMOFN_INSTANCES, &|| ())
        })
    }

    fn memo_of_instance(&self, instance: &TokenStream) -> TokenStream {
        let (name, config, value) = (config::name(self), config::config(self), self.value());
        let (hasher, key) = (config::hasher(self), self.keys.owned());
        let (ty, imports) = (config::ty(self), self.imports());
        quote! {
            #instance.memo::<#key, #value, #hasher>(#name, || -> #ty<#key, #value, #hasher> {
                #imports
                #config
            })
        }
    }

    /// The hidden sibling that has the static.
    pub(crate) fn holder(&self) -> TokenStream {
        let name = self.holder_name();
        let instance = self.own_instance();
        let generics = &self.function.sig.generics;
        let bounds = &generics.where_clause;
        if self.is_in_a_list() {
            let ty = self.instance_type();
            return quote!(fn #name #generics () -> #ty #bounds { #instance });
        }
        let ty = self.instance_memo_type();
        let memo = self.memo_of_instance(&instance);
        quote!(fn #name #generics () -> #ty #bounds { #memo })
    }

    /// An expression for the site in a helper.
    pub(crate) fn linked(&self) -> TokenStream {
        let (rt, number) = (self.rt, self.number);
        quote!(#rt::linked::<#number, _>())
    }

    /// The wrapper's parameters, with the receiver if the key needs it or `all`.
    pub(crate) fn inputs(
        &self,
        wanted: impl Fn(&crate::signature::Param) -> bool,
        all: bool,
    ) -> TokenStream {
        let function = self.function;
        let receiver = function
            .receiver
            .iter()
            .filter(|_| all || !self.keys.skips_self());
        let receiver = receiver.map(|receiver| {
            let this = &receiver.self_token;
            // Of the body, which stands in the function itself in one kind of place only.
            let inline = self.place == Place::Inline;
            let mutability = receiver.mutability.as_ref().filter(|_| inline && all);
            match &receiver.kind {
                ReceiverKind::Reference(and, lifetime, _) => quote!(#and #lifetime #this,),
                ReceiverKind::Typed(colon, ty) => quote!(#mutability #this #colon #ty,),
                _ => quote!(#mutability #this,),
            }
        });
        let params = function.params.iter().filter(|param| wanted(param));
        let params = params.map(|param| {
            let (ident, ty) = (&param.ident, &param.ty);
            quote!(#ident: #ty,)
        });
        quote!(#(#receiver)* #(#params)*)
    }
}

/// The value of what an async function gives; of a plain one it is there already.
pub(crate) fn awaited(is_async: bool, run: TokenStream) -> TokenStream {
    if is_async { quote!(#run.await) } else { run }
}
