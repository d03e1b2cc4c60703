//! What a result is kept under: `{namespace}:{crate}.{module}.{function}:{fingerprint}:{arguments}`.
//!
//! The fingerprint is of the function's name and signature, of its `version`, and of the form of
//! keys and values: where any of them changes, other keys are asked. Of the arguments it is the first
//! half of a SHA-256; the second half stands in the value. `docs/stores.md` describes it for other
//! languages.

use super::settings;
use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What a function with a store is known by. Written by the macro.
#[derive(Clone, Debug)]
pub struct Site {
    /// `name`, or else `module::function`.
    pub name: &'static str,
    /// The texts of the signature's tokens with a space between them.
    pub signature: &'static str,
    /// Of an instance of a generic function or a method: its types. Else empty.
    pub instance: String,
    /// `version`.
    pub version: u64,
    /// Another one for each function of a program.
    pub number: u128,
}

/// Longest key that all engines take.
const LONGEST: usize = 250;
/// Bytes of the arguments' hash that are in the key, and that are in the value.
pub(crate) const HALF: usize = 16;
/// Behind the function's part of a key, in place of arguments.
const EPOCH: &str = "epoch";

/// The function's part of its keys.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    prefix: String,
    pub(crate) fingerprint: [u8; 8],
}

/// Where the result for some arguments is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) key: String,
    /// The half of the arguments' hash that is in the key.
    pub(crate) first: [u8; HALF],
    /// The half that isn't.
    pub(crate) second: [u8; HALF],
}

/// The functions by their names.
static USED: Mutex<BTreeMap<String, (u128, String)>> = Mutex::new(BTreeMap::new());

impl Names {
    /// The names of a function that is used for the first time.
    ///
    /// # Panics
    /// When another function has this name.
    pub(crate) fn of(site: &Site, form: &str) -> Self {
        let names = Self::new(&settings().namespace, site, form);
        let used = { USED.lock() }
            .entry(site.name.to_owned())
            .or_insert_with(|| (site.number, names.prefix.clone()))
            .0;
        assert!(
            used == site.number,
            "two functions would keep their results in a store under the name `{}`: give one of them a name of its own, as in `name = \"...\"`",
            site.name
        );
        names
    }

    pub(crate) fn new(namespace: &str, site: &Site, form: &str) -> Self {
        let fingerprint = fingerprint(site, form);
        let hex = hex(&fingerprint);
        let name = plain(
            site.name,
            LONGEST - namespace.len() - hex.len() - 3 - 2 * HALF,
        );
        Self {
            prefix: format!("{namespace}:{name}:{hex}:"),
            fingerprint,
        }
    }

    /// Where the result for these arguments is, which are encoded as an array. O(n) in their size.
    pub(crate) fn address(&self, arguments: &[u8]) -> Address {
        let digest: [u8; 2 * HALF] = Sha256::digest(arguments).into();
        let (mut first, mut second) = ([0; HALF], [0; HALF]);
        first.copy_from_slice(&digest[..HALF]);
        second.copy_from_slice(&digest[HALF..]);
        let mut key = String::with_capacity(self.prefix.len() + 2 * HALF);
        key.push_str(&self.prefix);
        push_hex(&mut key, &first);
        Address { key, first, second }
    }

    /// The first half of the arguments' hash of one of this function's keys.
    pub(crate) fn arguments_of(&self, key: &str) -> Option<[u8; HALF]> {
        let digits = key.strip_prefix(self.prefix.as_str())?;
        if digits.len() != 2 * HALF || !digits.is_ascii() {
            return None;
        }
        let mut first = [0; HALF];
        for (at, byte) in first.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(first)
    }

    /// Where the epoch of the function is.
    pub(crate) fn epoch(&self) -> String {
        format!("{}{EPOCH}", self.prefix)
    }
}

/// What the keys of a memoized function with a store begin with, once it has been used: for other programs
/// that read the store. By the name of its cache, see [`caches`](crate::caches). None if there is no
/// such function. Of a generic function or a method it is that of the instance that was used first.
///
/// ```
/// assert_eq!(memofn::store::key_prefix("no such function"), None);
/// ```
#[must_use]
pub fn key_prefix(name: &str) -> Option<String> {
    USED.lock().get(name).map(|(_, prefix)| prefix.clone())
}

/// What is hashed for the fingerprint, line by line.
fn fingerprint(site: &Site, form: &str) -> [u8; 8] {
    let Site {
        name,
        signature,
        instance,
        version,
        ..
    } = site;
    let text = format!("memofn 1\nmsgpack {form}\n{name}\n{version}\n{signature}\n{instance}\n");
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    first
}

/// A name with no other characters than keys have, and no longer than this. Two that become one are told apart
/// by their fingerprints.
fn plain(name: &str, longest: usize) -> String {
    let good = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
    let dotted = name.replace("::", ".");
    let plain: String = { dotted.chars() }
        .map(|letter| if good(letter) { letter } else { '_' })
        .collect();
    if plain.len() <= longest {
        return plain;
    }
    let digest: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    format!("{}-{}", &plain[..longest - 17], hex(&digest[..8]))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    push_hex(&mut text, bytes);
    text
}

/// Every call makes a key: formatting each byte took a quarter of a call that reads a file.
fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for bytes in bytes.chunks(HALF) {
        let mut digits = [0; 2 * HALF];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        let digits = std::str::from_utf8(&digits[..2 * bytes.len()]);
        text.push_str(digits.expect("they are digits"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: Site = Site {
        name: "shop::prices::price",
        signature: "( item : & str , day : u32 ) -> f64",
        instance: String::new(),
        version: 0,
        number: 1,
    };

    fn names(site: Site) -> Names {
        Names::new("memo", &site, "value")
    }

    #[test]
    fn a_key_says_what_it_is_of() {
        let names = names(SITE);
        let address = names.address(b"\x92\xa3tea\x07");
        // Also in `tests/data/store_vectors.json`, which a Python script checks.
        assert_eq!(
            address.key,
            "memo:shop.prices.price:7941d1a24c8eb2e4:10d89a72e30f54eeaf6f72ad4b7fa6c1"
        );
        assert_eq!(names.arguments_of(&address.key), Some(address.first));
        assert_eq!(names.arguments_of(&names.epoch()), None);
        assert_eq!(names.arguments_of("memo:other:00:00"), None);
    }

    #[test]
    fn whatever_makes_it_another_function_makes_other_keys() {
        let sites = [
            SITE,
            Site {
                name: "shop::stock::price",
                ..SITE
            },
            Site {
                name: "shop.prices.price",
                ..SITE
            },
            Site {
                signature: "( item : & str , day : u64 ) -> f64",
                ..SITE
            },
            Site {
                signature: "( item : & str , day : u32 ) -> f32",
                ..SITE
            },
            Site { version: 1, ..SITE },
            Site {
                instance: "u8".to_owned(),
                ..SITE
            },
        ];
        let count = sites.len();
        let keys: std::collections::BTreeSet<_> = sites
            .map(|site| names(site).address(b"\x92\xa3tea\x07").key)
            .into();
        assert_eq!(keys.len(), count);
        let ok = Names::new("memo", &SITE, "ok").address(b"").key;
        assert_ne!(ok, names(SITE).address(b"").key);
    }

    #[test]
    fn keys_fit_every_engine() {
        let long: &'static str = Box::leak("näme::".repeat(100).into_boxed_str());
        let other: &'static str = Box::leak(format!("{long}x").into_boxed_str());
        let namespace = "n".repeat(64);
        let key = |name| {
            let names = Names::new(&namespace, &Site { name, ..SITE }, "value");
            assert!(names.epoch().len() <= LONGEST);
            names.address(b"\x91\x07").key
        };
        let keys = [
            key("f"),
            key("a b:c\r\nd"),
            key(long),
            key(other),
            key("函数"),
        ];
        for (at, key) in keys.iter().enumerate() {
            assert!(key.len() <= LONGEST, "{key}");
            assert_eq!(key.split(':').count(), 4, "{key}");
            let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
            assert!(key.bytes().all(good), "{key}");
            assert!(!keys[..at].contains(key), "{key}");
        }
        assert_eq!(keys[2].len(), LONGEST);
    }
}
