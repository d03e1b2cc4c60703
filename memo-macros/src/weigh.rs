//! The default weight: by tokens into the std containers that are written out, so that a `Vec<User>`
//! counts its buffer although `User` says nothing of its weight; at the leaves, traits of the
//! runtime decide.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use crate::shape::{hygienic, is_unsized_std};
use crate::tokens::Tokens;
use crate::types;

/// The weight of `place`, an expression for a reference to a value of the type; what stands behind a
/// reference in the type stands owned in `place`.
pub(crate) fn weigh(rt: &Tokens, ty: &Type, place: &TokenStream) -> TokenStream {
    let at = hygienic(ty.span());
    let item = quote_spanned!(at=> __memofn_item);
    match types::strip(ty) {
        Type::Reference(reference) => return weigh(rt, &reference.elem, place),
        Type::Tuple(tuple) if !tuple.elems.is_empty() => {
            return parts(rt, tuple.elems.iter(), place);
        }
        Type::Array(array) => return items(rt, &array.elem, place),
        Type::Slice(slice) => return items(rt, &slice.elem, place),
        _ => {}
    }
    let one = [
        "Vec",
        "VecDeque",
        "BinaryHeap",
        "BTreeSet",
        "HashSet",
        "Option",
        "Box",
        "Arc",
        "Rc",
    ];
    if let Some(inner) = types::generics(ty, &one).next() {
        // What has no size is a leaf, `Box<str>` or `Arc<dyn Any>`; slices the runtime knows.
        let leaf = matches!(types::strip(inner), Type::TraitObject(_))
            || types::last_name(inner).is_some_and(is_unsized_std);
        if let Type::Slice(slice) = types::strip(inner) {
            return items(rt, &slice.elem, place);
        }
        if !leaf {
            return items(rt, inner, place);
        }
    }
    if let Some(inner) = types::generics(ty, &["Cow"]).next() {
        return weigh(rt, inner, place);
    }
    let mut two = types::generics(ty, &["HashMap", "BTreeMap", "Result"]);
    if let Some(first) = two.next() {
        let first = weigh(rt, first, &item);
        let second = match two.next() {
            Some(second) => weigh(rt, second, &item),
            None => leaf(rt, at, &item),
        };
        return quote_spanned! {at=>
            #rt::Pairs::weigh_pairs(#place, |#item| #first, |#item| #second)
        };
    }
    leaf(rt, at, place)
}

/// The weight of a tuple's parts, and of the tuple.
pub(crate) fn parts<'a>(
    rt: &Tokens,
    types: impl Iterator<Item = &'a Type>,
    place: &TokenStream,
) -> TokenStream {
    let parts = types.enumerate().map(|(index, ty)| {
        let at = hygienic(ty.span());
        let index = syn::Index::from(index);
        let part = quote_spanned!(at=> (&(*#place).#index));
        let weight = weigh(rt, ty, &part);
        quote!(.saturating_add(#rt::beyond(#part, #weight)))
    });
    quote!((::core::mem::size_of_val(#place) as u64)#(#parts)*)
}

fn items(rt: &Tokens, inner: &Type, place: &TokenStream) -> TokenStream {
    let at = hygienic(inner.span());
    let item = quote_spanned!(at=> __memofn_item);
    let inner = weigh(rt, inner, &item);
    quote_spanned!(at=> #rt::Items::weigh_items(#place, |#item| #inner))
}

pub(crate) fn leaf(rt: &Tokens, at: proc_macro2::Span, place: &TokenStream) -> TokenStream {
    quote_spanned!(at=> (&&#rt::WeightProbe(#place)).__memofn_weigh())
}
