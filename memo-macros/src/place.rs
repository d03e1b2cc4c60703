//! Where the cache stands.
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
//! same parameters and is called with all of them but lifetimes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Visibility;
use syn::ext::IdentExt as _;

use crate::args::{Helpers, Options};
use crate::expand::{Expansion, awaited};
use crate::signature::Function;
use crate::{config, site};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Site,
    Sibling,
    Inline,
}

/// Which of the places a function has.
pub(crate) fn of(options: &Options, function: &Function) -> Place {
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

impl Expansion<'_> {
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

    fn holder_name(&self) -> Ident {
        let name = &self.function.sig.ident;
        // In an `impl Trait for`, where it can't stand, the compiler's first error is its name.
        format_ident!(
            "__in_an_impl_of_a_trait_write_helpers_false_{}",
            name.unraw(),
            span = Span::mixed_site()
        )
    }

    /// The local type that has the static and the body.
    pub(crate) fn site(&self) -> TokenStream {
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

    /// An expression that runs the body with these arguments, the receiver first, where only the place
    /// can be named.
    pub(crate) fn run_again(&self, arguments: &[TokenStream]) -> TokenStream {
        let turbofish = &self.turbofish;
        match self.place {
            Place::Site => {
                let site = self.linked();
                quote!(#site.body #turbofish (#(#arguments),*))
            }
            Place::Sibling | Place::Inline => {
                let uncached = self.helper_name("uncached");
                quote!(Self::#uncached #turbofish (#(#arguments),*))
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
}
