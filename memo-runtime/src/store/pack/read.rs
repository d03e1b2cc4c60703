//! Bytes to values. The bytes may be anybody's.

use super::head::{Head, Reader, err};
use super::{DEEPEST, PackError, Problem};
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

impl<'b> Reader<'b> {
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

    /// A field that the type hasn't: what has one more means something else.
    fn deserialize_ignored_any<V: Visitor<'b>>(self, _: V) -> Result<V::Value, PackError> {
        err(Problem::Other)
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
