//! How the arguments become a key: by tokens down to the leaves, where traits of the runtime decide.
//!
//! [`view`] writes the borrowed key over references to the arguments, [`owned`] the type that the
//! cache keeps. Both go the same way down the type, so they agree.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use crate::tokens::Tokens;
use crate::types::{self, Shape};

/// The tokens of the expansion have the user's span, for errors, and names that the user's can't
/// meet.
pub(crate) fn hygienic(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}

/// The borrowed key over `place`, an expression for a reference to a value of the type.
pub(crate) fn view(rt: &Tokens, ty: &Type, place: &TokenStream) -> TokenStream {
    let at = hygienic(ty.span());
    if is_standard(ty) {
        return place.clone();
    }
    match (types::shape(ty), types::strip(ty)) {
        (Shape::Reference(inner), _) => view(rt, inner, &quote_spanned!(at=> *#place)),
        (Shape::Cow(parts), _) if !parts.is_empty() => {
            view(rt, parts[0], &quote_spanned!(at=> &**#place))
        }
        (Shape::Parts(parts), Type::Tuple(_)) => {
            let parts = parts.iter().enumerate().map(|(index, part)| {
                let index = syn::Index::from(index);
                view(rt, part, &quote_spanned!(at=> &(*#place).#index))
            });
            quote_spanned!(at=> (#(#parts,)*))
        }
        (Shape::Parts(parts), written) if !parts.is_empty() => {
            let sequence = types::last_name(ty).is_none_or(|name| name != "Option");
            let item = quote_spanned!(at=> __memofn_item);
            let inner = view(rt, parts[0], &item);
            match written {
                Type::Array(_) => quote_spanned!(at=> #rt::Arr::new(#place, |#item| #inner)),
                _ if sequence => quote_spanned!(at=> #rt::Seq::new(&(*#place)[..], |#item| #inner)),
                _ => quote_spanned! {at=>
                    #rt::Opt(::core::option::Option::map(
                        ::core::option::Option::as_ref(#place),
                        |#item| #inner,
                    ))
                },
            }
        }
        _ => leaf(rt, ty, place),
    }
}

/// The type of [`view`] of a plain type, see [`is_plain`].
pub(crate) fn plain_view(ty: &Type) -> TokenStream {
    match types::shape(ty) {
        Shape::Reference(inner) => plain_view(inner),
        Shape::Cow(parts) if !parts.is_empty() => plain_view(parts[0]),
        _ => quote!(&'static #ty),
    }
}

/// A leaf whose type has to be looked at.
pub(crate) fn leaf(rt: &Tokens, ty: &impl ToTokens, place: &TokenStream) -> TokenStream {
    let at = hygienic(ty.span());
    quote_spanned!(at=> (&&&#rt::KeyProbe(#place)).__memofn_view())
}

/// The type that the cache keeps for an argument of this type.
pub(crate) fn owned(ty: &Type) -> TokenStream {
    owned_with(ty, false, &|leaf, behind_reference| {
        if !behind_reference {
            return leaf.to_token_stream();
        }
        if types::last_name(leaf).is_some_and(|name| name == "str") {
            return quote!(::std::string::String);
        }
        if is_standard(leaf) {
            return leaf.to_token_stream();
        }
        let at = hygienic(leaf.span());
        quote_spanned!(at=> <#leaf as ::std::borrow::ToOwned>::Owned)
    })
}

/// The same with `leaf` for the leaves, which is told whether one stands behind a reference, where it
/// may have no size.
pub(crate) fn owned_with(
    ty: &Type,
    behind_reference: bool,
    leaf: &dyn Fn(&Type, bool) -> TokenStream,
) -> TokenStream {
    match (types::shape(ty), types::strip(ty)) {
        (Shape::Reference(inner), _) => owned_with(inner, true, leaf),
        (Shape::Cow(parts), _) if !parts.is_empty() => owned_with(parts[0], true, leaf),
        (Shape::Parts(parts), written) => {
            let parts = parts.into_iter().map(|part| owned_with(part, false, leaf));
            let parts: Vec<_> = parts.collect();
            let at = hygienic(ty.span());
            match written {
                Type::Tuple(_) => quote_spanned!(at=> (#(#parts,)*)),
                Type::Array(array) => {
                    let len = &array.len;
                    quote_spanned!(at=> [#(#parts)*; #len])
                }
                Type::Slice(_) => quote_spanned!(at=> ::std::vec::Vec<#(#parts)*>),
                _ if types::last_name(ty).is_some_and(|name| name == "Vec") => {
                    quote_spanned!(at=> ::std::vec::Vec<#(#parts)*>)
                }
                _ => quote_spanned!(at=> ::core::option::Option<#(#parts)*>),
            }
        }
        _ => leaf(ty, behind_reference),
    }
}

/// The proof that a type can be kept, asked for where the user wrote it.
pub(crate) fn kept<T: ToTokens>(rt: &Tokens, ty: &T, written: Span) -> TokenStream {
    quote_spanned!(hygienic(written)=> #rt::kept::<#ty>())
}

/// How a type is written to a store, asked for likewise.
pub(crate) fn written(rt: &Tokens, ty: &TokenStream, written: Span) -> TokenStream {
    quote_spanned!(hygienic(written)=> #rt::written::<#ty>())
}

/// Does [`owned`] have to ask a trait for the owned form of a type of the user's? Where it is not
/// implemented, every mention of the form is an error of its own; so such a key's type is inferred.
pub(crate) fn asks_for_owned(ty: &Type) -> bool {
    match types::shape(ty) {
        Shape::Reference(inner) => match types::shape(inner) {
            Shape::Leaf => {
                !is_standard(inner) && !types::last_name(inner).is_some_and(is_unsized_std)
            }
            _ => asks_for_owned(inner),
        },
        Shape::Parts(parts) | Shape::Cow(parts) => parts.into_iter().any(asks_for_owned),
        Shape::Leaf => false,
    }
}

/// The types of std that stand behind a reference only.
pub(crate) fn is_unsized_std(name: &Ident) -> bool {
    ["str", "Path", "OsStr", "CStr"].contains(&name.to_string().as_str())
}

/// Does [`view`] decide on this type without a probe?
pub(crate) fn is_plain(ty: &Type) -> bool {
    match types::shape(ty) {
        Shape::Reference(inner) => is_plain(inner),
        Shape::Cow(parts) => parts.into_iter().all(is_plain),
        _ => is_standard(ty),
    }
}

/// Is this one of the std types that are `Hash + Eq + Clone`, as far as names tell?
fn is_standard_name(ty: &Type) -> bool {
    const NAMES: [&str; 16] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "bool", "char", "str", "String",
    ];
    match types::strip(ty) {
        Type::Path(path) => {
            { path.path.get_ident() }.is_some_and(|name| NAMES.contains(&name.to_string().as_str()))
        }
        _ => false,
    }
}

/// Is this a result that is stored as it is, as far as names tell? Not by any container's name, which
/// might be that of an alias of `Result`.
pub(crate) fn is_plain_value(ty: &Type) -> bool {
    match types::strip(ty) {
        Type::Tuple(tuple) => tuple.elems.len() <= 12 && tuple.elems.iter().all(is_plain_value),
        ty => is_standard_name(ty),
    }
}

/// Is this made of nothing but std types that are `Hash + Eq`, as far as names tell? Such types need
/// no looking at, which saves build time.
fn is_standard(ty: &Type) -> bool {
    match (types::shape(ty), types::strip(ty)) {
        (Shape::Parts(parts), Type::Tuple(_)) if parts.len() > 12 => false,
        (Shape::Parts(parts), _) => parts.into_iter().all(is_standard),
        (Shape::Leaf, _) => is_standard_name(ty),
        _ => false,
    }
}

/// The type with `'_` for each of its lifetimes, which can be written in any expression.
pub(crate) fn without_lifetimes(ty: &Type) -> TokenStream {
    types::map_lifetimes(ty.to_token_stream(), "_")
}
