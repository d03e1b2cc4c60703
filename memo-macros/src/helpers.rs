//! The helpers beside the function: `f_cache_info` and its siblings, one call of the runtime each.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Visibility;

use crate::expand::{Expansion, Place};

impl Expansion<'_> {
    pub(crate) fn all_helpers(&self, vis: &Visibility) -> TokenStream {
        let (rt, output) = (&self.rt, &self.function.output);
        let name = self.function.sig.ident.to_string();
        let site = self.linked();
        let (memo, run) = (self.memo(&site), self.run());
        let key = self.keys.of_arguments();
        let at = Span::mixed_site();
        // A name for the docs that no constant in scope is likely to have.
        let value = Ident::new("new_value", at);
        let option = quote!(::core::option::Option<#output>);
        let all = self.inputs(|_| true, true);
        let in_key = self.inputs(|param| !param.skipped, false);
        let none = TokenStream::new();
        let imports = self.keys.has_probes().then(|| self.imports());

        let cache = match self.keys.named() {
            Some(key) => quote!(&'static #rt::Cache<#key, #output>),
            None => {
                let key = quote!(
                    impl ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static
                );
                quote!(&'static #rt::Cache<#key, #output>)
            }
        };
        let helper = |suffix, doc: String, inputs: &TokenStream, output: TokenStream, body| {
            self.helper(vis, suffix, &doc, inputs, &output, &body)
        };
        let mut helpers = TokenStream::new();
        if self.place == Place::Sibling {
            let (silence, holder) = (silence(), self.holder());
            helpers.extend(quote!(#[doc(hidden)] #silence #holder));
        }
        helpers.extend(helper(
            "cache_info",
            format!("Statistics of the cache of `{name}`."),
            &none,
            quote!(#rt::CacheInfo),
            quote!(#memo.cache().info()),
        ));
        helpers.extend(helper(
            "cache_clear",
            format!("Empties the cache of `{name}` and zeroes its statistics."),
            &none,
            quote!(()),
            quote!(#memo.cache().clear()),
        ));
        helpers.extend(helper(
            "cache_parameters",
            format!("Settings of the cache of `{name}`, as in force."),
            &none,
            quote!(#rt::CacheParameters),
            quote!(#memo.cache().parameters()),
        ));
        helpers.extend(helper(
            "cache",
            format!("The cache of `{name}` itself."),
            &none,
            cache,
            quote!(#memo.cache()),
        ));
        helpers.extend(helper(
            "cache_get",
            format!(
                "The stored result of `{name}` for these arguments. Computes and counts nothing."
            ),
            &in_key,
            option.clone(),
            quote!(#imports #memo.get(&#key)),
        ));
        helpers.extend(helper(
            "cache_insert",
            format!(
                "Stores a result of `{name}` for these arguments; gives back the one it replaces."
            ),
            &quote!(#in_key #value: #output),
            option.clone(),
            quote!(#imports #memo.insert(&#key, #value)),
        ));
        helpers.extend(helper(
            "cache_remove",
            format!("Forgets the result of `{name}` for these arguments; gives it back."),
            &in_key,
            option,
            quote!(#imports #memo.remove(&#key)),
        ));
        helpers.extend(helper(
            "cache_refresh",
            format!("Computes `{name}` again for these arguments and replaces the stored result."),
            &all,
            quote!(#output),
            quote_spanned! {at=>
                #imports
                let __memofn_refresh = #memo.refresh(&#key);
                __memofn_refresh.finish(#run)
            },
        ));
        helpers.extend(self.uncached(vis, &run, &all));
        helpers
    }

    fn helper(
        &self,
        vis: &Visibility,
        suffix: &str,
        doc: &str,
        inputs: &TokenStream,
        output: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let (name, silence) = (self.helper_name(suffix), silence());
        // The user's `allow`s, which may be about the arguments' types or names.
        let both = self.function.attrs.both.iter();
        let allows = both.filter(|attr| attr.path().is_ident("allow"));
        let generics = &self.function.sig.generics;
        let bounds = &generics.where_clause;
        quote! {
            #[doc = #doc]
            #(#allows)*
            #silence
            #[inline]
            #vis fn #name #generics (#inputs) -> #output #bounds {
                #body
            }
        }
    }

    fn uncached(&self, vis: &Visibility, run: &TokenStream, all: &TokenStream) -> TokenStream {
        let name = self.function.sig.ident.to_string();
        let doc = format!("The body of `{name}`: no look-up, nothing stored or counted.");
        if self.place == Place::Sibling {
            let function = self.body_function(vis, &self.helper_name("uncached"));
            let silence = quote!(#[allow(dead_code)]);
            return quote!(#[doc = #doc] #silence #function);
        }
        let both = self.function.attrs.both.iter();
        let both = both.filter(|attr| !attr.path().is_ident("allow"));
        let output = &self.function.output;
        let helper = self.helper(vis, "uncached", &doc, all, &quote!(#output), run);
        quote!(#(#both)* #helper)
    }
}

/// Lints that a helper which isn't called, or is written by rule, sets off. Few words: each helper of
/// each function has them, and tokens are what an expansion costs.
fn silence() -> TokenStream {
    quote! {
        #[allow(unused, deprecated, unreachable_pub, non_snake_case, clippy::all, clippy::pedantic, clippy::nursery)]
    }
}
