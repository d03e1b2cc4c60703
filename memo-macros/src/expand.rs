//! The expansion: a place for the cache, and one call of the runtime for the function and for each
//! helper. All logic is ordinary code in memo-runtime.
//!
//! An async function asks for its result step by step, since it may have to wait for another call's
//! computation; in no step anything of the key is kept over an `await`, so that its future is `Send`
//! when the body's is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ReceiverKind, Type, Visibility};

use crate::args::{Helpers, Options};
use crate::key::Keys;
use crate::place::{self, Place};
use crate::shape::{self, hygienic};
use crate::signature::Function;
use crate::tokens::Tokens;
use crate::{site, store};

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
    pub(crate) number: u128,
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
            place: place::of(options, function),
            rt,
            has_plain_outcome: options.leaves_outcomes() && shape::is_plain_value(&function.output),
            turbofish: function.turbofish(),
            number: site::number(&function.sig.ident),
        }
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
        let in_a_module = store::is_in_a_module(self);
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
                #in_a_module
                #site
                #imports
                #look_up
            }
        }
    }

    /// What the function does instead of its body.
    fn look_up(&self, memo: &TokenStream, asked: &TokenStream, body: &TokenStream) -> TokenStream {
        let (rt, at) = (self.rt, Span::mixed_site());
        let finish = self.finish(&quote_spanned!(at=> __memofn_miss), body);
        if !self.function.is_async() {
            return quote_spanned! {at=>
                let __memofn_found = #memo.look_up(#asked);
                match __memofn_found {
                    ::core::result::Result::Ok(__memofn_value) => __memofn_value,
                    ::core::result::Result::Err(__memofn_miss) => #finish,
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
            #finish
        }
    }

    /// The result's type.
    pub(crate) fn value(&self) -> &Type {
        &self.function.output
    }

    /// The end of a computation: its body, an expression or the future of one, is run and its result stored.
    pub(crate) fn finish(&self, computation: &TokenStream, body: &impl ToTokens) -> TokenStream {
        let at = Span::mixed_site();
        if !self.function.is_async() {
            return quote_spanned!(at=> #computation.finish(#body));
        }
        // Pinned here, the body's future is part of this one once, and not again of what runs it.
        quote_spanned! {at=> {
            let __memofn_body = ::core::pin::pin!(#body);
            #computation.run(__memofn_body).await
        }}
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
                clippy::return_self_not_must_use, clippy::extra_unused_type_parameters
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
    pub(crate) fn run_here(&self) -> TokenStream {
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
