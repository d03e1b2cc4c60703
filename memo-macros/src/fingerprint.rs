//! The text of a function's signature, which is part of the keys of a store.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::ReceiverKind;
use syn::ext::IdentExt as _;

use crate::args::Options;
use crate::signature::{Function, own_name};

/// What of the function decides what its results mean: the texts of its tokens with a space between
/// them, which no compiler and no formatter changes.
pub(crate) fn signature(options: &Options, function: &Function) -> String {
    let mut text = Text(String::new());
    let generics = &function.sig.generics;
    text.push_all(generics.to_token_stream());
    text.push("(");
    if let Some(receiver) = &function.receiver {
        match &receiver.kind {
            ReceiverKind::Reference(..) => text.push_all(quote!(&self)),
            ReceiverKind::Typed(_, ty) => text.push_all(quote!(self : #ty)),
            _ => text.push("self"),
        }
        text.push(",");
    }
    for param in &function.params {
        match own_name(&param.pat) {
            Some(name) => text.push(&name.unraw().to_string()),
            None => text.push_all(param.pat.to_token_stream()),
        }
        text.push(":");
        text.push_all(param.ty.to_token_stream());
        text.push(",");
    }
    // Behind the last one, too.
    text.0 = text.0.trim_end_matches(',').trim_end().to_owned();
    text.push(")");
    text.push("->");
    text.push_all(function.output.to_token_stream());
    text.push_all(generics.where_clause.to_token_stream());
    if let Some(key) = &options.key {
        text.push("key");
        text.push_all(key.value.to_token_stream());
    }
    if let Some(skip) = &options.skip {
        text.push("skip");
        for name in &skip.value {
            text.push(&name.unraw().to_string());
        }
    }
    text.0
}

/// The texts of these tokens with a space between them.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut text = Text(String::new());
    text.push_all(tokens);
    text.0
}

struct Text(String);

impl Text {
    fn push(&mut self, token: &str) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(token);
    }

    fn push_all(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    if open.is_empty() {
                        self.push_all(group.stream());
                        continue;
                    }
                    self.push(open);
                    self.push_all(group.stream());
                    self.push(close);
                }
                // One more or less of them at the end is the formatter's.
                TokenTree::Punct(comma) if comma.as_char() == ',' && ends(tokens.peek()) => {}
                TokenTree::Ident(name) => self.push(&name.unraw().to_string()),
                token => self.push(&token.to_string()),
            }
        }
    }
}

/// Is this behind the last of a list?
fn ends(next: Option<&TokenTree>) -> bool {
    match next {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '>',
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature_of(item: &str) -> String {
        let function = Function::parse(item.parse().unwrap()).unwrap();
        signature(&Options::default(), &function)
    }

    #[test]
    fn a_signature_is_its_tokens() {
        assert_eq!(
            signature_of("pub fn price(item: &str, day: u32) -> f64 { 0.0 }"),
            "( item : & str , day : u32 ) -> f64"
        );
        assert_eq!(signature_of("async fn f() {}"), "( ) -> ( )");
        assert_eq!(
            signature_of(
                "fn f<T: Clone, const N: usize>(&self, list: [T; N]) -> Vec<Vec<T>> where T: Copy { todo!() }"
            ),
            "< T : Clone , const N : usize > ( & self , list : [ T ; N ] ) -> Vec < Vec < T > > where T : Copy"
        );
    }

    #[test]
    fn neither_layout_nor_what_only_the_body_sees_is_part_of_it() {
        let plain = signature_of("fn f(a: (u8, u8), b: u8) -> Vec<u8> { vec![] }");
        let other = "#[inline] pub(crate) async fn f(\n    mut a: (u8, u8,),\n    r#b: u8,\n) -> Vec<u8,> { vec![1] }";
        assert_eq!(plain, signature_of(other));
    }
}
