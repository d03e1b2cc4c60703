//! What is emitted instead of the expansion when there were mistakes: the user's function as it is,
//! and its helpers with their types and no bodies, so that calls of them cause no second error.
//!
//! A helper's types must compile whatever the mistake was. The elided lifetimes of `f` have nothing
//! to refer to in a helper with fewer arguments, so there all lifetimes are `'static`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{FnArg, Receiver, ReceiverKind, Signature, Type};

use crate::args::{Helpers, Options};
use crate::check;
use crate::signature::Function;
use crate::{shape, types};

pub(crate) fn stub(options: &Options, function: &Function) -> TokenStream {
    // A second `#[memoize]` would write the helpers again.
    let attrs = function.attrs.written.iter();
    let attrs = attrs.filter(|attr| !check::is_memoize(attr));
    let (vis, sig, block) = (&function.vis, &function.sig, &function.block);
    let helpers = match &options.helpers {
        Some(option) => match &option.value {
            Helpers::None => TokenStream::new(),
            Helpers::Vis(vis) => helpers(options, function, vis),
        },
        None => helpers(options, function, vis),
    };
    quote! {
        #(#attrs)* #vis #sig #block
        #helpers
    }
}

fn helpers(options: &Options, function: &Function, vis: &syn::Visibility) -> TokenStream {
    let runtime = match &options.krate {
        Some(path) => path.value.to_token_stream(),
        None => quote!(::memofn),
    };
    let runtime = quote!(#runtime::__private);
    let skips_self = options
        .skip
        .as_ref()
        .is_some_and(|skip| skip.value.iter().any(|name| name == "self"));
    let value = value(&function.output);
    let key = key(options, function, skips_self);
    let option = quote!(::core::option::Option<#value>);

    let receiver = function.receiver.as_ref().filter(|_| !skips_self);
    let mut in_key: Vec<TokenStream> = receiver.map(plain_receiver).into_iter().collect();
    for param in function.params.iter().filter(|param| !param.skipped) {
        let (ident, ty) = (&param.ident, &param.ty);
        in_key.push(quote!(#ident: #ty));
    }
    // An argument of the user may have this name.
    let stored = Ident::new("value", Span::mixed_site());

    [
        whole(vis, function, "uncached"),
        whole(vis, function, "cache_refresh"),
        helper(
            vis,
            function,
            "cache_info",
            &[],
            quote!(#runtime::CacheInfo),
        ),
        helper(vis, function, "cache_clear", &[], quote!(())),
        helper(
            vis,
            function,
            "cache_parameters",
            &[],
            quote!(#runtime::CacheParameters),
        ),
        helper(
            vis,
            function,
            "cache",
            &[],
            quote!(&'static #runtime::Cache<#key, #value>),
        ),
        helper(vis, function, "cache_get", &in_key, option.clone()),
        helper(vis, function, "cache_remove", &in_key, option.clone()),
        {
            in_key.push(quote!(#stored: #value));
            helper(vis, function, "cache_insert", &in_key, option)
        },
    ]
    .into_iter()
    .collect()
}

/// Lints that a helper without body and callers may set off.
fn silence() -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(
            unused, deprecated, non_snake_case, unreachable_pub, private_interfaces, private_bounds,
            missing_docs, single_use_lifetimes, unused_lifetimes, unused_qualifications,
            clippy::all, clippy::pedantic, clippy::nursery
        )]
    }
}

/// A helper that takes `inputs` only.
fn helper(
    vis: &syn::Visibility,
    function: &Function,
    suffix: &str,
    inputs: &[TokenStream],
    output: TokenStream,
) -> TokenStream {
    let silence = silence();
    let name = format_ident!("{}_{suffix}", function.sig.ident);
    let generics = &function.sig.generics;
    let bounds = &generics.where_clause;
    quote! {
        #silence
        #vis fn #name #generics (#(#inputs),*) -> #output #bounds {
            ::core::unreachable!()
        }
    }
}

/// A helper that takes all arguments of the function and gives what it gives: its types can stay.
fn whole(vis: &syn::Visibility, function: &Function, suffix: &str) -> TokenStream {
    let silence = silence();
    let mut sig: Signature = function.sig.clone();
    sig.ident = format_ident!("{}_{suffix}", sig.ident);
    sig.abi = None;
    sig.variadic = None;
    sig.inputs.clear();
    if let Some(receiver) = &function.receiver {
        sig.inputs.push(FnArg::Receiver(Receiver {
            attrs: Vec::new(),
            mutability: None,
            ..receiver.clone()
        }));
    }
    for param in &function.params {
        let (ident, ty) = (&param.ident, &param.ty);
        sig.inputs.push(syn::parse_quote!(#ident: #ty));
    }
    if types::impl_trait(&function.output).is_some() {
        // Nothing stands for the type that the user's body would have given.
        sig.output = syn::ReturnType::Default;
    }
    quote! {
        #silence
        #vis #sig { ::core::unreachable!() }
    }
}

fn plain_receiver(receiver: &Receiver) -> TokenStream {
    let this = &receiver.self_token;
    match &receiver.kind {
        ReceiverKind::Reference(and, lifetime, mutability) => {
            quote!(#and #lifetime #mutability #this)
        }
        ReceiverKind::Typed(colon, ty) => quote!(#this #colon #ty),
        _ => quote!(#this),
    }
}

/// V as a type that can stand without the arguments.
fn value(output: &Type) -> TokenStream {
    if types::impl_trait(output).is_some() {
        return quote!(());
    }
    if check::is_never(output) {
        return quote!(::core::convert::Infallible);
    }
    types::map_lifetimes(output.to_token_stream(), "static")
}

/// K: the arguments made owned, one alone and several as a tuple.
fn key(options: &Options, function: &Function, skips_self: bool) -> TokenStream {
    if options.is_given("key") {
        return quote!(());
    }
    let this = match function.receiver.as_ref().map(|receiver| &receiver.kind) {
        None => None,
        Some(_) if skips_self => None,
        Some(ReceiverKind::Typed(_, ty)) => Some(owned(ty)),
        Some(_) => Some(quote!(Self)),
    };
    let params = function.params.iter().filter(|param| !param.skipped);
    let mut parts: Vec<TokenStream> = this.into_iter().collect();
    parts.extend(params.map(|param| owned(&param.ty)));
    match parts.as_slice() {
        [one] => one.clone(),
        _ => quote!((#(#parts),*)),
    }
}

/// The owned form of an argument's type, in tokens that compile whatever the mistake was. `T::Owned` is
/// `T` for what is `Clone`; asking for it by name would be an error for what is not.
fn owned(ty: &Type) -> TokenStream {
    shape::owned_with(ty, false, &|leaf, behind_reference| {
        if types::impl_trait(leaf).is_some() {
            return quote!(());
        }
        let kept = types::map_lifetimes(leaf.to_token_stream(), "static");
        match types::strip(leaf) {
            Type::TraitObject(_) if behind_reference => quote!(::std::boxed::Box<#kept>),
            _ if types::last_name(leaf).is_some_and(shape::is_unsized_std) => {
                quote!(<#leaf as ::std::borrow::ToOwned>::Owned)
            }
            _ => kept,
        }
    })
}
