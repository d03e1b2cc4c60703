//! `refresh_after`: the arguments made again from the stored key, so that the body runs without a
//! caller. Goes down the types by tokens as `shape::view` and `shape::owned` do: by-value leaves are
//! cloned, references lend what the key owns. What the key has in another form (`Vec<String>` for
//! `&[&str]`) is built, and put on a shelf of the runtime where a reference to it is needed.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{GenericParam, Lifetime, ReceiverKind, Type};

use crate::expand::Expansion;
use crate::shape::{self, hygienic};
use crate::signature::Function;
use crate::tokens::Tokens;
use crate::types::{self, Shape};

/// The call of the builder. `age`: an expression for the `Duration`.
pub(crate) fn refresh(expansion: &Expansion<'_>, option: &Ident, age: &TokenStream) -> TokenStream {
    let at = hygienic(option.span());
    let key = quote_spanned!(at=> __memofn_key);
    let mut rebuild = Rebuild {
        rt: expansion.rt,
        shelves: Vec::new(),
    };
    let arguments = rebuild.arguments(expansion.function, &key);
    let run = expansion.run_again(&arguments);
    let (rt, shelves) = (expansion.rt, &rebuild.shelves);
    let shelves = quote_spanned!(at=> #(let #shelves = #rt::Shelf::new();)*);
    let pattern = if arguments.is_empty() {
        quote!(_)
    } else {
        key.clone()
    };
    if expansion.function.sig.asyncness.is_none() {
        return quote_spanned! {at=>
            .refresh_after(#age, |#pattern| { #shelves #run })
        };
    }
    // The future owns the key.
    let lend = (!arguments.is_empty()).then(|| quote_spanned!(at=> let #key = &#key;));
    quote_spanned! {at=>
        .refresh_after_async(#age, |#pattern| ::std::boxed::Box::pin(async move {
            #lend
            #shelves
            #run.await
        }))
    }
}

struct Rebuild<'a> {
    rt: &'a Tokens,
    /// Where values stand that only references are made of; each may refer to those before it.
    shelves: Vec<Ident>,
}

impl Rebuild<'_> {
    /// The receiver and the arguments, from `key`, a reference to the stored key.
    fn arguments(&mut self, function: &Function, key: &TokenStream) -> Vec<TokenStream> {
        let count = function.params.len() + usize::from(function.receiver.is_some());
        let mut places = (0..count).map(|index| match count {
            1 => key.clone(),
            _ => {
                let index = syn::Index::from(index);
                quote!((&(*#key).#index))
            }
        });
        let mut arguments = Vec::new();
        if let Some(receiver) = &function.receiver {
            arguments.extend(places.next().map(|place| match &receiver.kind {
                ReceiverKind::Reference(..) => place,
                ReceiverKind::Typed(_, ty) => self.build(ty, &place),
                _ => self.cloned(receiver.self_token.span, &place),
            }));
        }
        for (param, place) in function.params.iter().zip(places) {
            arguments.push(self.build(&param.ty, &place));
        }
        arguments
    }

    /// A clone of what may have none, which is said where it is made part of the key.
    fn cloned(&self, at: Span, place: &TokenStream) -> TokenStream {
        let (rt, at) = (self.rt, hygienic(at));
        quote_spanned!(at=> (&&#rt::CloneProbe(#place)).__memofn_clone())
    }

    /// A value of the type. `place`: an expression for a reference to what the key has of it. Of a
    /// slice, which is no value, a `Vec`.
    fn build(&mut self, ty: &Type, place: &TokenStream) -> TokenStream {
        let at = hygienic(ty.span());
        if is_kept_whole(ty) {
            if shape::is_plain(ty) {
                return quote_spanned!(at=> ::core::clone::Clone::clone(#place));
            }
            return self.cloned(at, place);
        }
        let rt = self.rt;
        match (types::shape(ty), types::strip(ty)) {
            (Shape::Reference(inner), _) => self.lend(inner, place),
            // Owned, since a `Cow` may be asked to live for ever.
            (Shape::Cow(parts), _) => {
                let lent = self.lend(parts[0], place);
                quote_spanned!(at=> ::std::borrow::Cow::Owned(::std::borrow::ToOwned::to_owned(#lent)))
            }
            (Shape::Parts(parts), Type::Tuple(_)) => {
                let parts = parts.iter().enumerate().map(|(index, part)| {
                    let index = syn::Index::from(index);
                    self.build(part, &quote_spanned!(at=> (&(*#place).#index)))
                });
                let parts: Vec<_> = parts.collect();
                quote_spanned!(at=> (#(#parts,)*))
            }
            (Shape::Parts(parts), written) => {
                let item = quote_spanned!(at=> __memofn_item);
                let inner = self.build(parts[0], &item);
                let sequence = types::last_name(ty).is_none_or(|name| name != "Option");
                match written {
                    Type::Array(_) => {
                        quote_spanned!(at=> #rt::rebuilt_array(#place, |#item| #inner))
                    }
                    _ if sequence => {
                        quote_spanned!(at=> #rt::rebuilt_list(&(*#place)[..], |#item| #inner))
                    }
                    _ => quote_spanned! {at=>
                        ::core::option::Option::map(
                            ::core::option::Option::as_ref(#place),
                            |#item| #inner,
                        )
                    },
                }
            }
            (Shape::Leaf, _) => unreachable!("a leaf is kept whole"),
        }
    }

    /// A reference to a value of the type.
    fn lend(&mut self, ty: &Type, place: &TokenStream) -> TokenStream {
        let at = hygienic(ty.span());
        let slice = matches!(types::strip(ty), Type::Slice(_));
        if is_kept_whole(ty) {
            return match types::shape(ty) {
                Shape::Leaf => {
                    quote_spanned!(at=> <_ as ::core::borrow::Borrow<#ty>>::borrow(#place))
                }
                _ if slice => quote_spanned!(at=> (&(*#place)[..])),
                _ => place.clone(),
            };
        }
        let built = self.build(ty, place);
        let shelf = format_ident!("__memofn_shelf{}", self.shelves.len(), span = at);
        self.shelves.push(shelf.clone());
        let kept = quote_spanned!(at=> #shelf.keep(#built));
        if slice {
            return quote_spanned!(at=> (&(*#kept)[..]));
        }
        kept
    }
}

/// Has the key this as it is, but for what stands behind a reference, which has its owned form?
fn is_kept_whole(ty: &Type) -> bool {
    match types::shape(ty) {
        Shape::Reference(_) | Shape::Cow(_) => false,
        Shape::Parts(parts) => parts.into_iter().all(is_kept_whole),
        Shape::Leaf => true,
    }
}

/// The first lifetime among the arguments that a stored key, lent for one call, isn't enough for:
/// `'static`, or one of the `impl`.
pub(crate) fn too_long(function: &Function) -> Option<&Lifetime> {
    let own: Vec<&Lifetime> = { function.sig.generics.params.iter() }
        .filter_map(|param| match param {
            GenericParam::Lifetime(param) => Some(&param.lifetime),
            _ => None,
        })
        .collect();
    let long = |lifetime: &&Lifetime| lifetime.ident != "_" && !own.contains(lifetime);
    let receiver = function.receiver.as_ref().map(|receiver| &receiver.kind);
    let receiver = match receiver {
        Some(ReceiverKind::Reference(_, lifetime, _)) => lifetime.iter().collect(),
        Some(ReceiverKind::Typed(_, ty)) => lent(ty),
        _ => Vec::new(),
    };
    let params = function.params.iter().flat_map(|param| lent(&param.ty));
    receiver.into_iter().chain(params).find(long)
}

/// The lifetimes of the references that the key's form of this type lends.
fn lent(ty: &Type) -> Vec<&Lifetime> {
    let (own, parts) = match (types::shape(ty), types::strip(ty)) {
        (Shape::Reference(inner), Type::Reference(reference)) => {
            (reference.lifetime.as_ref(), vec![inner])
        }
        (Shape::Reference(inner), _) => (None, vec![inner]),
        (Shape::Parts(parts) | Shape::Cow(parts), _) => (None, parts),
        (Shape::Leaf, _) => (None, Vec::new()),
    };
    own.into_iter()
        .chain(parts.into_iter().flat_map(lent))
        .collect()
}
