//! Values that consist of others.

use super::PackError;
use super::write::{Order, Writer};
use serde::ser::{self, Serialize};

/// Whether the elements are counted one by one, or two by two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Array,
    Map,
}

/// Something that consists of others, while they are written.
pub(super) struct Parts<'w> {
    writer: &'w mut Writer,
    kind: Kind,
    /// Where its header is to be: one byte is kept for it.
    start: usize,
    /// Where each entry of a map that is to be sorted begins, and where its value does.
    entries: Vec<(usize, usize)>,
    count: usize,
    /// It stands inside the map of one entry that a variant is.
    in_variant: bool,
}

impl Writer {
    pub(super) fn parts(&mut self, kind: Kind) -> Result<Parts<'_>, PackError> {
        self.enter()?;
        let start = self.out.len();
        self.out.push(0);
        Ok(Parts {
            writer: self,
            kind,
            start,
            entries: Vec::new(),
            count: 0,
            in_variant: false,
        })
    }

    /// A variant with content: a map of one entry.
    pub(super) fn variant(&mut self, name: &str, kind: Kind) -> Result<Parts<'_>, PackError> {
        self.enter()?;
        self.out.push(0x81);
        self.text(name)?;
        let mut parts = self.parts(kind)?;
        parts.in_variant = true;
        Ok(parts)
    }
}

impl Parts<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), PackError> {
        self.count += 1;
        element.serialize(&mut *self.writer)
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), PackError> {
        let start = self.writer.out.len();
        self.element(key)?;
        self.entries.push((start, self.writer.out.len()));
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PackError> {
        value.serialize(&mut *self.writer)
    }

    fn finish(self) -> Result<(), PackError> {
        let Self { writer, start, .. } = self;
        let body = start + 1;
        if self.kind == Kind::Map && writer.order == Order::Sorted {
            sort(&mut writer.out, body, &self.entries);
        }
        let few = if self.kind == Kind::Map { 0x80 } else { 0x90 };
        if self.count < 16 {
            writer.out[start] = few | self.count as u8;
        } else {
            let rest = writer.out.split_off(body);
            writer.out.pop();
            let markers = match self.kind {
                Kind::Map => (None, 0xde, 0xdf),
                Kind::Array => (None, 0xdc, 0xdd),
            };
            writer.length(markers, self.count)?;
            writer.out.extend(rest);
        }
        writer.depth -= 1 + usize::from(self.in_variant);
        Ok(())
    }
}

/// Puts the entries of a map, which are all that stands from `body` on, in the order of their keys.
fn sort(out: &mut Vec<u8>, body: usize, entries: &[(usize, usize)]) {
    let ends = entries
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([out.len()]);
    let mut entries: Vec<_> = { entries.iter().zip(ends) }
        .map(|((start, value), end)| (&out[*start..*value], &out[*value..end]))
        .collect();
    if entries.is_sorted() {
        return;
    }
    entries.sort_unstable();
    let sorted: Vec<u8> = { entries.iter() }
        .flat_map(|(key, value)| key.iter().chain(value.iter()).copied())
        .collect();
    out.truncate(body);
    out.extend(sorted);
}

macro_rules! lists {
    ($($name:ident $method:ident),*) => {$(
        impl ser::$name for Parts<'_> {
            type Ok = ();
            type Error = PackError;
            fn $method<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), PackError> {
                self.element(element)
            }
            fn end(self) -> Result<(), PackError> {
                self.finish()
            }
        }
    )*};
}
lists!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = PackError;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), PackError> {
        self.key(key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PackError> {
        self.value(value)
    }
    fn end(self) -> Result<(), PackError> {
        self.finish()
    }
}

macro_rules! structs {
    ($($name:ident),*) => {$(
        impl ser::$name for Parts<'_> {
            type Ok = ();
            type Error = PackError;
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), PackError> {
                self.key(name)?;
                self.value(value)
            }
            fn end(self) -> Result<(), PackError> {
                self.finish()
            }
        }
    )*};
}
structs!(SerializeStruct, SerializeStructVariant);
