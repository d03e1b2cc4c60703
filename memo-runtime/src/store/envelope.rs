//! What stands around a result in a store: what it is of, when it was made, and whether it is one at all.
//! `docs/stores.md` describes it byte by byte.
//!
//! Whoever can write to the store may have written anything. So nothing is believed that isn't exactly
//! as this version writes it, no length is used that the bytes don't bear out, and with a key
//! nothing is looked at before its tag is right.

use super::key::{Address, HALF};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const MAGIC: [u8; 2] = *b"MM";
const VERSION: u8 = 1;
/// Bytes before the payload.
pub(crate) const HEADER: usize = 60;
/// Bytes behind it, where there is a tag.
pub(crate) const TAG: usize = 32;
/// Bytes of what tells claims apart.
const TOKEN: usize = 16;

/// Not a result: somebody is computing it.
const CLAIM: u8 = 1;
/// The result is an `Err` or a `None`.
const NEGATIVE: u8 = 2;
/// There is a tag.
const TAGGED: u8 = 4;

/// What is known of a result beside the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Milliseconds since 1970 on the clock of who made it.
    pub(crate) created: u64,
    /// Milliseconds that the body took.
    pub(crate) cost: u32,
    /// Milliseconds that it holds; 0: for ever. Of a claim, its lease.
    pub(crate) ttl: u64,
    /// The epoch of the function when its computation began.
    pub(crate) epoch: u64,
    pub(crate) negative: bool,
}

/// What a key holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content<'b> {
    Claim(Header, [u8; TOKEN]),
    Value(Header, &'b [u8]),
}

/// Makes and opens what one function keeps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seal<'s> {
    pub(crate) fingerprint: [u8; 8],
    /// Of the tags.
    pub(crate) secret: Option<&'s [u8]>,
}

impl Seal<'_> {
    /// The bytes of a result.
    pub(crate) fn value(&self, address: &Address, header: &Header, payload: &[u8]) -> Vec<u8> {
        self.close(address, header, 0, payload)
    }

    /// The bytes of a claim. `token`: one that no other has.
    pub(crate) fn claim(&self, address: &Address, header: &Header, token: [u8; TOKEN]) -> Vec<u8> {
        self.close(address, header, CLAIM, &token)
    }

    fn close(&self, address: &Address, header: &Header, kind: u8, payload: &[u8]) -> Vec<u8> {
        let negative = if header.negative { NEGATIVE } else { 0 };
        let tagged = if self.secret.is_some() { TAGGED } else { 0 };
        let mut bytes = Vec::with_capacity(HEADER + payload.len() + TAG);
        bytes.extend(MAGIC);
        bytes.extend([VERSION, kind | negative | tagged]);
        bytes.extend(header.created.to_le_bytes());
        bytes.extend(header.cost.to_le_bytes());
        bytes.extend(header.ttl.to_le_bytes());
        bytes.extend(header.epoch.to_le_bytes());
        bytes.extend(self.fingerprint);
        bytes.extend(address.second);
        // Bounded by the settings long before.
        let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        bytes.extend(len.to_le_bytes());
        bytes.extend(payload);
        if let Some(secret) = self.secret {
            let tag = mac(secret, &address.key, &bytes).finalize().into_bytes();
            bytes.extend_from_slice(&tag);
        }
        bytes
    }

    /// What these bytes are; none: nothing that this function keeps here.
    pub(crate) fn open<'b>(&self, address: &Address, bytes: &'b [u8]) -> Option<Content<'b>> {
        if let Some(secret) = self.secret {
            let (signed, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
            // In constant time.
            mac(secret, &address.key, signed).verify_slice(tag).ok()?;
        }
        let mut rest = bytes;
        let [magic @ .., version, flags] = take::<4>(&mut rest)?;
        if magic != MAGIC || version != VERSION || flags & !(CLAIM | NEGATIVE | TAGGED) != 0 {
            return None;
        }
        if self.secret.is_some() && flags & TAGGED == 0 {
            return None;
        }
        let header = Header {
            created: u64::from_le_bytes(take(&mut rest)?),
            cost: u32::from_le_bytes(take(&mut rest)?),
            ttl: u64::from_le_bytes(take(&mut rest)?),
            epoch: u64::from_le_bytes(take(&mut rest)?),
            negative: flags & NEGATIVE != 0,
        };
        let fingerprint: [u8; 8] = take(&mut rest)?;
        let second: [u8; HALF] = take(&mut rest)?;
        if fingerprint != self.fingerprint || second != address.second {
            return None;
        }
        let len = u32::from_le_bytes(take(&mut rest)?);
        let behind = if flags & TAGGED != 0 { TAG } else { 0 };
        let payload = rest.get(..rest.len().checked_sub(behind)?)?;
        if usize::try_from(len) != Ok(payload.len()) {
            return None;
        }
        if flags & CLAIM == 0 {
            return Some(Content::Value(header, payload));
        }
        let token = payload.try_into().ok().filter(|_| !header.negative)?;
        Some(Content::Claim(header, token))
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

/// The tag is of the key and of all bytes before it.
fn mac(secret: &[u8], key: &str, bytes: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length will do");
    mac.update(key.as_bytes());
    mac.update(&[0]);
    mac.update(bytes);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(number: u8) -> Address {
        Address {
            key: format!("memo:f:00:{number:02x}"),
            first: [number; HALF],
            second: [number; HALF],
        }
    }

    const HEAD: Header = Header {
        created: 0x0102_0304_0506_0708,
        cost: 9,
        ttl: 10,
        epoch: 11,
        negative: true,
    };

    const PLAIN: Seal<'_> = Seal {
        fingerprint: *b"fingerpr",
        secret: None,
    };
    const SIGNED: Seal<'_> = Seal {
        secret: Some(b"0123456789abcdef"),
        ..PLAIN
    };

    #[test]
    fn the_bytes_are_these() {
        let bytes = PLAIN.value(&address(0xee), &HEAD, b"payload");
        let expected = [
            b"MM\x01\x02".as_slice(),
            &[8, 7, 6, 5, 4, 3, 2, 1],
            &[9, 0, 0, 0],
            &[10, 0, 0, 0, 0, 0, 0, 0],
            &[11, 0, 0, 0, 0, 0, 0, 0],
            b"fingerpr",
            &[0xee; 16],
            &[7, 0, 0, 0],
            b"payload",
        ];
        assert_eq!(bytes, expected.concat());
        assert_eq!(bytes.len(), HEADER + 7);
        let signed = SIGNED.value(&address(0xee), &HEAD, b"payload");
        assert_eq!(signed.len(), HEADER + 7 + TAG);
        assert_eq!(signed[3], NEGATIVE | TAGGED);
    }

    #[test]
    fn a_claim_is_no_value_and_a_value_no_claim() {
        for seal in [PLAIN, SIGNED] {
            let header = Header {
                negative: false,
                ..HEAD
            };
            let claim = seal.claim(&address(1), &header, [7; TOKEN]);
            let opened = seal.open(&address(1), &claim);
            assert_eq!(opened, Some(Content::Claim(header, [7; TOKEN])));
            let value = seal.value(&address(1), &header, &[7; TOKEN]);
            assert_eq!(
                seal.open(&address(1), &value),
                Some(Content::Value(header, &[7; TOKEN]))
            );
        }
    }

    #[test]
    fn a_tag_is_asked_for_and_looked_at_first() {
        let plain = PLAIN.value(&address(1), &HEAD, b"payload");
        assert_eq!(SIGNED.open(&address(1), &plain), None);
        let other = Seal {
            secret: Some(b"another key of 16"),
            ..PLAIN
        };
        let signed = SIGNED.value(&address(1), &HEAD, b"payload");
        assert_eq!(other.open(&address(1), &signed), None);
        // Who has no key can read what is signed.
        assert!(PLAIN.open(&address(1), &signed).is_some());
        // Neither under another key of the store, though all else were equal.
        let elsewhere = Address {
            key: "memo:f:00:02".to_owned(),
            ..address(1)
        };
        assert_eq!(SIGNED.open(&elsewhere, &signed), None);
    }

    fn header() -> impl Strategy<Value = Header> {
        any::<(u64, u32, u64, u64, bool)>().prop_map(|(created, cost, ttl, epoch, negative)| {
            Header {
                created,
                cost,
                ttl,
                epoch,
                negative,
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_closed_is_opened_by_the_same_only(
            header in header(),
            payload in prop::collection::vec(any::<u8>(), 0..300),
            signed: bool,
        ) {
            let seal = if signed { SIGNED } else { PLAIN };
            let bytes = seal.value(&address(1), &header, &payload);
            prop_assert_eq!(
                seal.open(&address(1), &bytes),
                Some(Content::Value(header, &payload))
            );
            prop_assert_eq!(seal.open(&address(2), &bytes), None);
            let other = Seal { fingerprint: *b"fingerpx", ..seal };
            prop_assert_eq!(other.open(&address(1), &bytes), None);
            for end in 0..bytes.len() {
                prop_assert_eq!(seal.open(&address(1), &bytes[..end]), None);
            }
            let longer = [bytes.as_slice(), &[0]].concat();
            prop_assert_eq!(seal.open(&address(1), &longer), None);
        }

        #[test]
        fn no_bit_of_what_is_signed_can_be_changed(
            header in header(),
            payload in prop::collection::vec(any::<u8>(), 0..40),
            at: prop::sample::Index,
            bit in 0_u8..8,
        ) {
            let mut bytes = SIGNED.value(&address(1), &header, &payload);
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert_eq!(SIGNED.open(&address(1), &bytes), None);
        }

        #[test]
        fn whatever_the_bytes_are_opening_ends(bytes: Vec<u8>, head in 0_usize..60) {
            let _ = PLAIN.open(&address(1), &bytes);
            // The same behind a beginning that is right.
            let mut begun = PLAIN.value(&address(1), &HEAD, b"");
            begun.truncate(head);
            begun.extend(&bytes);
            if let Some(Content::Value(_, payload)) = PLAIN.open(&address(1), &begun) {
                prop_assert_eq!(payload.len() + HEADER, begun.len());
            }
            prop_assert_eq!(SIGNED.open(&address(1), &begun), None);
        }
    }
}
