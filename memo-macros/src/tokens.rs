//! Tokens that are written several times. A `TokenStream` lives in the compiler, and to put one into
//! another takes two calls there; these are kept here, where an unoptimised build copies them in a
//! fraction of the time.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

pub(crate) struct Tokens(Vec<TokenTree>);

impl Tokens {
    pub(crate) fn of(tokens: impl ToTokens) -> Self {
        Self::from(tokens.to_token_stream())
    }
}

impl From<TokenStream> for Tokens {
    fn from(tokens: TokenStream) -> Self {
        Self(tokens.into_iter().collect())
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}
