//! Bytes to values. The bytes may be anybody's.

use super::{DEEPEST, PackError, Problem, SOME};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, Visitor};

/// The value of these bytes, which have to be used up. O(n).
pub(crate) fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PackError> {
    let mut reader = Reader {
        rest: bytes,
        depth: 0,
    };
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

struct Reader<'b> {
    rest: &'b [u8],
    depth: usize,
}

/// What stands before a value.
enum Head<'b> {
    Nil,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    F32(f32),
    F64(f64),
    Text(&'b str),
    Bytes(&'b [u8]),
    Array(usize),
    Map(usize),
    /// The content of a `Some`.
    Some(&'b [u8]),
}

fn err<T>(problem: Problem) -> Result<T, PackError> {
    Err(PackError(problem))
}

impl<'b> Reader<'b> {
    fn end(&self) -> Result<(), PackError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            err(Problem::Long)
        }
    }

    fn take(&mut self, len: usize) -> Result<&'b [u8], PackError> {
        match self.rest.split_at_checked(len) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => err(Problem::Short),
        }
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], PackError> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| PackError(Problem::Short))
    }

    fn length<const N: usize>(&mut self) -> Result<usize, PackError> {
        let bytes = self.bytes::<N>()?;
        Ok(bytes
            .iter()
            .fold(0, |all, byte| all << 8 | usize::from(*byte)))
    }

    fn text(&mut self, len: usize) -> Result<Head<'b>, PackError> {
        let text = std::str::from_utf8(self.take(len)?);
        text.map(Head::Text).map_err(|_| PackError(Problem::Other))
    }

    /// A number of elements: each takes `least` bytes at least.
    fn count(&self, count: usize, least: usize) -> Result<usize, PackError> {
        if count > self.rest.len() / least {
            return err(Problem::Short);
        }
        Ok(count)
    }

    fn array(&self, count: usize) -> Result<Head<'b>, PackError> {
        self.count(count, 1).map(Head::Array)
    }

    fn map(&self, count: usize) -> Result<Head<'b>, PackError> {
        self.count(count, 2).map(Head::Map)
    }

    fn some(&mut self, len: usize) -> Result<Head<'b>, PackError> {
        if self.bytes::<1>()? != [SOME] {
            return err(Problem::Other);
        }
        self.take(len).map(Head::Some)
    }

    fn head(&mut self) -> Result<Head<'b>, PackError> {
        let [marker] = self.bytes()?;
        Ok(match marker {
            0x00..=0x7f => Head::Unsigned(marker.into()),
            0x80..=0x8f => self.map((marker & 0x0f).into())?,
            0x90..=0x9f => self.array((marker & 0x0f).into())?,
            0xa0..=0xbf => self.text((marker & 0x1f).into())?,
            0xc0 => Head::Nil,
            0xc2 => Head::Bool(false),
            0xc3 => Head::Bool(true),
            0xc4 => {
                let len = self.length::<1>()?;
                Head::Bytes(self.take(len)?)
            }
            0xc5 => {
                let len = self.length::<2>()?;
                Head::Bytes(self.take(len)?)
            }
            0xc6 => {
                let len = self.length::<4>()?;
                Head::Bytes(self.take(len)?)
            }
            0xc7 => {
                let len = self.length::<1>()?;
                self.some(len)?
            }
            0xc8 => {
                let len = self.length::<2>()?;
                self.some(len)?
            }
            0xca => Head::F32(f32::from_be_bytes(self.bytes()?)),
            0xcb => Head::F64(f64::from_be_bytes(self.bytes()?)),
            0xcc => Head::Unsigned(u8::from_be_bytes(self.bytes()?).into()),
            0xcd => Head::Unsigned(u16::from_be_bytes(self.bytes()?).into()),
            0xce => Head::Unsigned(u32::from_be_bytes(self.bytes()?).into()),
            0xcf => Head::Unsigned(u64::from_be_bytes(self.bytes()?)),
            0xd0 => Head::Signed(i8::from_be_bytes(self.bytes()?).into()),
            0xd1 => Head::Signed(i16::from_be_bytes(self.bytes()?).into()),
            0xd2 => Head::Signed(i32::from_be_bytes(self.bytes()?).into()),
            0xd3 => Head::Signed(i64::from_be_bytes(self.bytes()?)),
            0xd4 => self.some(1)?,
            0xd9 => {
                let len = self.length::<1>()?;
                self.text(len)?
            }
            0xda => {
                let len = self.length::<2>()?;
                self.text(len)?
            }
            0xdb => {
                let len = self.length::<4>()?;
                self.text(len)?
            }
            0xdc => {
                let count = self.length::<2>()?;
                self.array(count)?
            }
            0xdd => {
                let count = self.length::<4>()?;
                self.array(count)?
            }
            0xde => {
                let count = self.length::<2>()?;
                self.map(count)?
            }
            0xdf => {
                let count = self.length::<4>()?;
                self.map(count)?
            }
            0xe0..=0xff => Head::Signed((marker as i8).into()),
            // Other extensions, and what no value begins with.
            _ => return err(Problem::Other),
        })
    }

    /// One level deeper: whatever calls itself, by the type or by the bytes, comes through here.
    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, PackError>,
    ) -> Result<T, PackError> {
        if self.depth == DEEPEST {
            return err(Problem::Deep);
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// The elements of an array.
    fn elements<V: Visitor<'b>>(
        &mut self,
        count: usize,
        visitor: V,
    ) -> Result<V::Value, PackError> {
        self.deeper(|reader| {
            let mut parts = Parts {
                reader,
                left: count,
            };
            let value = visitor.visit_seq(&mut parts)?;
            parts.done().map(|()| value)
        })
    }

    fn entries<V: Visitor<'b>>(&mut self, count: usize, visitor: V) -> Result<V::Value, PackError> {
        self.deeper(|reader| {
            let mut parts = Parts {
                reader,
                left: count,
            };
            let value = visitor.visit_map(&mut parts)?;
            parts.done().map(|()| value)
        })
    }

    /// The content of a `Some`, which stands for itself.
    fn content<T>(
        &mut self,
        content: &'b [u8],
        read: impl FnOnce(&mut Self) -> Result<T, PackError>,
    ) -> Result<T, PackError> {
        let mut inner = Self {
            rest: content,
            depth: self.depth,
        };
        let value = read(&mut inner)?;
        inner.end()?;
        Ok(value)
    }

    /// Steps over one value. Without a recursion.
    fn skip(&mut self) -> Result<(), PackError> {
        let mut left: usize = 1;
        while left > 0 {
            left -= 1;
            match self.head()? {
                Head::Array(count) => left += count,
                Head::Map(count) => left += 2 * count,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The parts of an array or a map that are left.
struct Parts<'r, 'b> {
    reader: &'r mut Reader<'b>,
    left: usize,
}

impl Parts<'_, '_> {
    fn done(&self) -> Result<(), PackError> {
        if self.left == 0 {
            Ok(())
        } else {
            err(Problem::Other)
        }
    }
}

impl<'b> de::SeqAccess<'b> for Parts<'_, 'b> {
    type Error = PackError;
    fn next_element_seed<T: DeserializeSeed<'b>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, PackError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.reader).map(Some)
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'b> de::MapAccess<'b> for Parts<'_, 'b> {
    type Error = PackError;
    fn next_key_seed<T: DeserializeSeed<'b>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, PackError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.reader).map(Some)
    }
    fn next_value_seed<T: DeserializeSeed<'b>>(&mut self, seed: T) -> Result<T::Value, PackError> {
        seed.deserialize(&mut *self.reader)
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'b> Deserializer<'b> for &mut Reader<'b> {
    type Error = PackError;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value, PackError> {
        match self.head()? {
            Head::Nil => visitor.visit_unit(),
            Head::Bool(value) => visitor.visit_bool(value),
            Head::Unsigned(value) => visitor.visit_u64(value),
            Head::Signed(value) => visitor.visit_i64(value),
            Head::F32(value) => visitor.visit_f32(value),
            Head::F64(value) => visitor.visit_f64(value),
            Head::Text(text) => visitor.visit_borrowed_str(text),
            Head::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Head::Array(count) => self.elements(count, visitor),
            Head::Map(count) => self.entries(count, visitor),
            Head::Some(content) => {
                self.deeper(|reader| reader.content(content, |inner| visitor.visit_some(inner)))
            }
        }
    }

    /// Only from a float of the same width: another would be another number.
    fn deserialize_f32<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value, PackError> {
        match self.head()? {
            Head::F32(value) => visitor.visit_f32(value),
            _ => err(Problem::Other),
        }
    }

    fn deserialize_f64<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value, PackError> {
        match self.head()? {
            Head::F64(value) => visitor.visit_f64(value),
            _ => err(Problem::Other),
        }
    }

    fn deserialize_i128<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value, PackError> {
        match self.head()? {
            Head::Bytes(bytes) => match bytes.try_into() {
                Ok(bytes) => visitor.visit_i128(i128::from_be_bytes(bytes)),
                Err(_) => err(Problem::Other),
            },
            _ => err(Problem::Other),
        }
    }

    fn deserialize_u128<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value, PackError> {
        match self.head()? {
            Head::Bytes(bytes) => match bytes.try_into() {
                Ok(bytes) => visitor.visit_u128(u128::from_be_bytes(bytes)),
                Err(_) => err(Problem::Other),
            },
            _ => err(Problem::Other),
        }
    }

    fn deserialize_option<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value, PackError> {
        self.deeper(|reader| match reader.rest.first() {
            Some(0xc0) => {
                reader.head()?;
                visitor.visit_none()
            }
            Some(0xc7 | 0xc8 | 0xd4) => match reader.head()? {
                Head::Some(content) => reader.content(content, |inner| visitor.visit_some(inner)),
                _ => err(Problem::Other),
            },
            _ => visitor.visit_some(reader),
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, PackError> {
        self.deeper(|reader| visitor.visit_newtype_struct(reader))
    }

    fn deserialize_enum<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, PackError> {
        match self.head()? {
            Head::Text(name) => visitor.visit_enum(Variant { name, of: None }),
            Head::Map(1) => match self.head()? {
                Head::Text(name) => self.deeper(|reader| {
                    let of = Some(reader);
                    visitor.visit_enum(Variant { name, of })
                }),
                _ => err(Problem::Other),
            },
            _ => err(Problem::Other),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value, PackError> {
        self.skip()?;
        visitor.visit_unit()
    }

    /// Only by the names of its fields.
    fn deserialize_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, PackError> {
        match self.head()? {
            Head::Map(count) => self.entries(count, visitor),
            _ => err(Problem::Other),
        }
    }

    fn deserialize_identifier<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value, PackError> {
        match self.head()? {
            Head::Text(name) => visitor.visit_borrowed_str(name),
            _ => err(Problem::Other),
        }
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'b>>
        bool i8 i16 i32 i64 u8 u16 u32 u64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map
    }
}

/// A variant, and where its content is, if it has any.
struct Variant<'r, 'b> {
    name: &'b str,
    of: Option<&'r mut Reader<'b>>,
}

impl<'r, 'b> de::EnumAccess<'b> for Variant<'r, 'b> {
    type Error = PackError;
    type Variant = Content<'r, 'b>;
    fn variant_seed<T: DeserializeSeed<'b>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Content<'r, 'b>), PackError> {
        let name = de::value::BorrowedStrDeserializer::new(self.name);
        Ok((seed.deserialize(name)?, Content(self.of)))
    }
}

struct Content<'r, 'b>(Option<&'r mut Reader<'b>>);

impl<'b> de::VariantAccess<'b> for Content<'_, 'b> {
    type Error = PackError;
    fn unit_variant(self) -> Result<(), PackError> {
        match self.0 {
            None => Ok(()),
            Some(_) => err(Problem::Other),
        }
    }
    fn newtype_variant_seed<T: DeserializeSeed<'b>>(self, seed: T) -> Result<T::Value, PackError> {
        match self.0 {
            Some(reader) => seed.deserialize(reader),
            None => err(Problem::Other),
        }
    }
    fn tuple_variant<V: Visitor<'b>>(self, _: usize, visitor: V) -> Result<V::Value, PackError> {
        match self.0 {
            Some(reader) => reader.deserialize_any(visitor),
            None => err(Problem::Other),
        }
    }
    fn struct_variant<V: Visitor<'b>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, PackError> {
        match self.0 {
            Some(reader) => reader.deserialize_struct("", fields, visitor),
            None => err(Problem::Other),
        }
    }
}
