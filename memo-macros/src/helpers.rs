//! The helpers beside the function: `f_cache_info` and its siblings, one call of the runtime each.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Visibility;

use crate::expand::{Expansion, awaited};
use crate::place::Place;
use crate::tokens::Tokens;

impl Expansion<'_> {
    pub(crate) fn all_helpers(&self, vis: &Visibility) -> TokenStream {
        let (rt, output) = (self.rt, Tokens::of(&self.function.output));
        let name = self.function.sig.ident.to_string();
        let linked = Tokens::from(self.linked());
        let memo = Tokens::from(self.memo(&linked));
        let run = Tokens::from(self.run(&linked));
        let key = Tokens::from(self.keys.of_arguments());
        let at = Span::mixed_site();
        // A name for the docs that no constant in scope is likely to have.
        let value = Ident::new("new_value", at);
        let option = Tokens::from(quote!(::core::option::Option<#output>));
        let all = self.inputs(|_| true, true);
        let all = Tokens::from(quote!((#all)));
        let in_key = self.inputs(|param| !param.skipped, false);
        let with_value = quote!((#in_key #value: #output));
        let in_key = Tokens::from(quote!((#in_key)));
        let imports = self.keys.has_probes().then(|| Tokens::from(self.imports()));
        let generics = &self.function.sig.generics;
        let bounds = &generics.where_clause;
        let silence = self.silence();
        // The user's `allow`s, which may be about the arguments' types or names.
        let both = self.function.attrs.both.iter();
        let (allows, both): (Vec<_>, Vec<_>) = both.partition(|attr| attr.path().is_ident("allow"));
        let attributes = Tokens::from(quote!(#(#allows)* #silence #[inline] #vis));
        let head = Tokens::from(quote!(#attributes fn));
        // Of those that run the body.
        let asyncness = &self.function.sig.asyncness;
        let is_async = asyncness.is_some();
        let running = quote!(#attributes #asyncness fn);
        let local = self.options.is_local();
        let key_type = self.keys.named().unwrap_or_else(|| {
            let shared = (!local).then(|| quote!(+ ::core::marker::Send + ::core::marker::Sync));
            quote!(impl ::core::clone::Clone #shared + 'static)
        });
        let cache_type = if local {
            quote!(#rt::LocalCache<#key_type, #output>)
        } else {
            quote!(&'static #rt::Cache<#key_type, #output>)
        };

        let info_doc = format!("Statistics of the cache of `{name}`.");
        let info = self.helper_name("cache_info");
        let clear_doc = format!("Empties the cache of `{name}` and zeroes its statistics.");
        let clear = self.helper_name("cache_clear");
        let parameters_doc = format!("Settings of the cache of `{name}`, as in force.");
        let parameters = self.helper_name("cache_parameters");
        let cache_doc = format!("The cache of `{name}` itself.");
        let cache = self.helper_name("cache");
        let get_doc = format!(
            "The stored result of `{name}` for these arguments. Computes and counts nothing."
        );
        let get = self.helper_name("cache_get");
        let insert_doc = format!(
            "Stores a result of `{name}` for these arguments; gives back the one it replaces."
        );
        let insert = self.helper_name("cache_insert");
        let remove_doc =
            format!("Forgets the result of `{name}` for these arguments; gives it back.");
        let remove = self.helper_name("cache_remove");
        let refresh_doc =
            format!("Computes `{name}` again for these arguments and replaces the stored result.");
        let refresh = self.helper_name("cache_refresh");
        let uncached_doc = format!("The body of `{name}`: no look-up, nothing stored or counted.");
        let uncached = self.helper_name("uncached");

        let uncached = if self.place == Place::Sibling {
            let (holder, body) = (self.holder(), self.body_function(vis, &uncached));
            quote! {
                #[doc(hidden)] #silence #holder
                #[doc = #uncached_doc] #[allow(dead_code)] #body
            }
        } else {
            let uncached_run = awaited(is_async, quote!(#run));
            quote! {
                #(#both)*
                #[doc = #uncached_doc]
                #running #uncached #generics #all -> #output #bounds { #uncached_run }
            }
        };
        let finish = self.finish(&quote_spanned!(at=> __memofn_refresh), &run);
        let refreshed = quote_spanned! {at=>
            let __memofn_refresh = #memo.refresh(&#key);
            #finish
        };
        quote! {
            #[doc = #info_doc]
            #head #info #generics () -> #rt::CacheInfo #bounds { #memo.info() }
            #[doc = #clear_doc]
            #head #clear #generics () #bounds { #memo.clear() }
            #[doc = #parameters_doc]
            #head #parameters #generics () -> #rt::CacheParameters #bounds { #memo.parameters() }
            #[doc = #cache_doc]
            #head #cache #generics () -> #cache_type #bounds { #memo.cache() }
            #[doc = #get_doc]
            #head #get #generics #in_key -> #option #bounds { #imports #memo.get(&#key) }
            #[doc = #insert_doc]
            #head #insert #generics #with_value -> #option #bounds {
                #imports
                #memo.insert(&#key, #value)
            }
            #[doc = #remove_doc]
            #head #remove #generics #in_key -> #option #bounds { #imports #memo.remove(&#key) }
            #[doc = #refresh_doc]
            #running #refresh #generics #all -> #output #bounds {
                #imports
                #refreshed
            }
            #uncached
        }
    }

    /// Lints that a helper which isn't called, or is written by rule, sets off. Few words: each helper of
    /// each function has them, and lints by name are what costs the compiler most about an item that
    /// nobody uses. It knows clippy's only where clippy runs, and is slow to find out.
    fn silence(&self) -> TokenStream {
        // With a key of one's own not every helper needs all parameters.
        let unneeded = self
            .options
            .key
            .is_some()
            .then(|| quote!(unused_variables,));
        let attrs = self.function.attrs.wrapper.iter();
        let deprecated = { attrs }
            .any(|attr| attr.path().is_ident("deprecated"))
            .then(|| quote!(deprecated,));
        quote! {
            #[allow(dead_code, #unneeded #deprecated)]
            #[cfg_attr(clippy, allow(clippy::all, clippy::pedantic, clippy::nursery))]
        }
    }
}
