//! The collector of mistakes: every stage adds to it and goes on, so that a user sees all mistakes
//! of an attribute after one build instead of one after each.

use std::fmt::Display;
use std::thread;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// `None` once reported. An `Errors` that is dropped before that would lose mistakes silently, so
/// its destructor refuses to.
pub(crate) struct Errors(Option<Vec<syn::Error>>);

impl Errors {
    pub(crate) fn new() -> Self {
        Self(Some(Vec::new()))
    }

    /// Records a mistake at the tokens that cause it.
    pub(crate) fn push(&mut self, culprit: impl ToTokens, message: impl Display) {
        self.push_error(syn::Error::new_spanned(culprit, message));
    }

    pub(crate) fn push_error(&mut self, error: syn::Error) {
        self.0.get_or_insert_with(Vec::new).push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(Vec::is_empty)
    }

    /// One `compile_error!` for each mistake, in the order they were found.
    pub(crate) fn into_compile_errors(mut self) -> TokenStream {
        let errors = self.0.take().unwrap_or_default();
        errors
            .iter()
            .map(syn::Error::to_compile_error)
            .collect::<TokenStream>()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if self.0.is_some() && !thread::panicking() {
            panic!("mistakes were collected and not reported");
        }
    }
}
