//! Values to bytes.

use super::parts::{Kind, Parts};
use super::{DEEPEST, PackError, Problem, SOME};
use serde::{Serialize, Serializer};

/// The order of the fields and entries of maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As they come.
    Given,
    /// By the bytes of their keys.
    Sorted,
}

/// The bytes of a value. O(n), and O(n log n) if sorted.
pub(crate) fn to_vec<T: Serialize + ?Sized>(value: &T, order: Order) -> Result<Vec<u8>, PackError> {
    let mut writer = Writer {
        out: Vec::new(),
        depth: 0,
        order,
    };
    value.serialize(&mut writer)?;
    Ok(writer.out)
}

pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    pub(super) depth: usize,
    pub(super) order: Order,
}

impl Writer {
    pub(super) fn enter(&mut self) -> Result<(), PackError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(PackError(Problem::Deep));
        }
        Ok(())
    }

    fn unsigned(&mut self, value: u64) {
        match value {
            0..=0x7f => self.out.push(value as u8),
            0x80..=0xff => self.out.extend([0xcc, value as u8]),
            0x100..=0xffff => {
                self.out.push(0xcd);
                self.out.extend((value as u16).to_be_bytes());
            }
            0x1_0000..=0xffff_ffff => {
                self.out.push(0xce);
                self.out.extend((value as u32).to_be_bytes());
            }
            _ => {
                self.out.push(0xcf);
                self.out.extend(value.to_be_bytes());
            }
        }
    }

    fn signed(&mut self, value: i64) {
        if let Ok(value) = u64::try_from(value) {
            return self.unsigned(value);
        }
        if value >= -32 {
            self.out.push(value as i8 as u8);
        } else if let Ok(value) = i8::try_from(value) {
            self.out.extend([0xd0, value as u8]);
        } else if let Ok(value) = i16::try_from(value) {
            self.out.push(0xd1);
            self.out.extend(value.to_be_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.out.push(0xd2);
            self.out.extend(value.to_be_bytes());
        } else {
            self.out.push(0xd3);
            self.out.extend(value.to_be_bytes());
        }
    }

    /// A length behind the markers for 8 (where there is one), 16 and 32 bits.
    pub(super) fn length(
        &mut self,
        markers: (Option<u8>, u8, u8),
        len: usize,
    ) -> Result<(), PackError> {
        let (short, medium, long) = markers;
        match (
            short,
            u8::try_from(len),
            u16::try_from(len),
            u32::try_from(len),
        ) {
            (Some(short), Ok(len), ..) => self.out.extend([short, len]),
            (_, _, Ok(len), _) => {
                self.out.push(medium);
                self.out.extend(len.to_be_bytes());
            }
            (.., Ok(len)) => {
                self.out.push(long);
                self.out.extend(len.to_be_bytes());
            }
            _ => return Err(PackError(Problem::Text("too long".to_owned()))),
        }
        Ok(())
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), PackError> {
        if text.len() < 32 {
            self.out.push(0xa0 | text.len() as u8);
        } else {
            self.length((Some(0xd9), 0xda, 0xdb), text.len())?;
        }
        self.out.extend(text.as_bytes());
        Ok(())
    }
}

macro_rules! numbers {
    ($($method:ident $ty:ty => $write:ident $wide:ty;)*) => {$(
        fn $method(self, value: $ty) -> Result<(), PackError> {
            self.$write(<$wide>::from(value));
            Ok(())
        }
    )*};
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = PackError;
    type SerializeSeq = Parts<'w>;
    type SerializeTuple = Parts<'w>;
    type SerializeTupleStruct = Parts<'w>;
    type SerializeTupleVariant = Parts<'w>;
    type SerializeMap = Parts<'w>;
    type SerializeStruct = Parts<'w>;
    type SerializeStructVariant = Parts<'w>;

    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        serialize_u8 u8 => unsigned u64;
        serialize_u16 u16 => unsigned u64;
        serialize_u32 u32 => unsigned u64;
        serialize_u64 u64 => unsigned u64;
        serialize_i8 i8 => signed i64;
        serialize_i16 i16 => signed i64;
        serialize_i32 i32 => signed i64;
        serialize_i64 i64 => signed i64;
    }
    fn serialize_i128(self, value: i128) -> Result<(), PackError> {
        self.serialize_bytes(&value.to_be_bytes())
    }
    fn serialize_u128(self, value: u128) -> Result<(), PackError> {
        self.serialize_bytes(&value.to_be_bytes())
    }
    fn serialize_bool(self, value: bool) -> Result<(), PackError> {
        self.out.push(if value { 0xc3 } else { 0xc2 });
        Ok(())
    }
    /// By its bits: `-0.0` isn't `0.0`.
    fn serialize_f32(self, value: f32) -> Result<(), PackError> {
        self.out.push(0xca);
        self.out.extend(value.to_be_bytes());
        Ok(())
    }
    fn serialize_f64(self, value: f64) -> Result<(), PackError> {
        self.out.push(0xcb);
        self.out.extend(value.to_be_bytes());
        Ok(())
    }
    fn serialize_char(self, value: char) -> Result<(), PackError> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, value: &str) -> Result<(), PackError> {
        self.text(value)
    }
    fn serialize_bytes(self, value: &[u8]) -> Result<(), PackError> {
        self.length((Some(0xc4), 0xc5, 0xc6), value.len())?;
        self.out.extend(value);
        Ok(())
    }
    fn serialize_none(self) -> Result<(), PackError> {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), PackError> {
        self.enter()?;
        let start = self.out.len();
        value.serialize(&mut *self)?;
        // What would be read as a `None`, or as this.
        if matches!(self.out.get(start), None | Some(0xc0 | 0xc7 | 0xc8 | 0xd4)) {
            let content = self.out.split_off(start);
            match content.len() {
                1 => self.out.push(0xd4),
                len => self.length((Some(0xc7), 0xc8, 0xc9), len)?,
            }
            self.out.push(SOME);
            self.out.extend(content);
        }
        self.depth -= 1;
        Ok(())
    }
    fn serialize_unit(self) -> Result<(), PackError> {
        self.out.push(0xc0);
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), PackError> {
        self.serialize_unit()
    }
    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), PackError> {
        self.text(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), PackError> {
        self.enter()?;
        value.serialize(&mut *self)?;
        self.depth -= 1;
        Ok(())
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), PackError> {
        self.enter()?;
        self.out.push(0x81);
        self.text(variant)?;
        value.serialize(&mut *self)?;
        self.depth -= 1;
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w>, PackError> {
        self.parts(Kind::Array)
    }
    fn serialize_tuple(self, _: usize) -> Result<Parts<'w>, PackError> {
        self.parts(Kind::Array)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'w>, PackError> {
        self.parts(Kind::Array)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w>, PackError> {
        self.variant(variant, Kind::Array)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'w>, PackError> {
        self.parts(Kind::Map)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'w>, PackError> {
        self.parts(Kind::Map)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w>, PackError> {
        self.variant(variant, Kind::Map)
    }
}
