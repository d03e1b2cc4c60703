//! The attribute from tokens to tokens, without the compiler, so that tests can drive it.

use proc_macro2::TokenStream;

use crate::args::Options;
use crate::errors::Errors;
use crate::signature::Function;
use crate::{check, expand, stub};

pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let options = Options::parse(attr, &mut errors);
    let mut emitted = match Function::parse(item.clone()) {
        Ok(mut function) => {
            check::check(&options, &mut function, &mut errors);
            if errors.is_empty() {
                expand::expand(&options, &function)
            } else {
                stub::stub(&options, &function)
            }
        }
        // Whatever it is, it is the user's: only the attribute has to go.
        Err(error) => {
            errors.push_error(error);
            item
        }
    };
    emitted.extend(errors.into_compile_errors());
    emitted
}
