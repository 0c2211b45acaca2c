//! The fields of a row as the cells of a CSV file.

use std::borrow::Cow;
use std::fmt::Display;

use csv::StringRecord;
use serde::de::value::Error;
use serde::ser::{Error as _, Impossible, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::words::text;

/// Appends the fields of a row to the cells, each as a text that neither a terminal nor a spreadsheet acts on.
///
/// # Errors
///
/// If the row is not an object, or has a list or an object in it.
pub(super) fn append<R: Serialize>(row: &R, cells: &mut StringRecord) -> Result<(), Error> {
    row.serialize(Cells(cells))
}

struct Cells<'a>(&'a mut StringRecord);

impl Cells<'_> {
    fn push(self, text: &str) -> Result<(), Error> {
        self.0.push_field(&cell(text));
        Ok(())
    }
}

/// A cell that neither a terminal nor a spreadsheet acts on.
fn cell(text: &str) -> Cow<'_, str> {
    match text::csv_safe(text) {
        Cow::Borrowed(text) if text::is_plain(text) => Cow::Borrowed(text),
        text => Cow::Owned(text::line(&text)),
    }
}

fn unsupported<T>() -> Result<T, Error> {
    Err(Error::custom("a list or an object in a row can't be written as CSV"))
}

/// Values that are written as they are displayed.
macro_rules! displayed {
    ($($function:ident($type:ty);)*) => {
        $(fn $function(self, value: $type) -> Result<(), Error> {
            self.collect_str(&value)
        })*
    };
}

impl<'a> Serializer for Cells<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Impossible<(), Error>;

    displayed! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.push(value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.push(&value.to_string())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.push("")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.push("")
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Error> {
        self.push(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.push(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a>, Error> {
        Ok(Fields(self.0))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        unsupported()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        unsupported()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        unsupported()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        unsupported()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        unsupported()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        unsupported()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        unsupported()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        unsupported()
    }
}

/// The fields of an object.
struct Fields<'a>(&'a mut StringRecord);

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(Cells(self.0))
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Lamp<'a> {
        id: &'a str,
        room: Option<&'a str>,
        watts: i64,
        lit: bool,
    }

    fn cells_of<R: Serialize>(row: &R) -> Result<Vec<String>, String> {
        let mut cells = StringRecord::new();
        append(row, &mut cells).map_err(|error| error.to_string())?;
        Ok(cells.iter().map(str::to_owned).collect())
    }

    #[test]
    fn every_field_is_a_cell() {
        let lamp = Lamp { id: "a1", room: None, watts: -40, lit: true };
        assert_eq!(cells_of(&lamp), Ok(["a1", "", "-40", "true"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn cell_acts_on_neither_terminals_nor_spreadsheets() {
        let lamp = Lamp { id: "=1+1", room: Some("küche\u{1b}[1m\u{202e}"), watts: 0, lit: false };
        assert_eq!(
            cells_of(&lamp),
            Ok(["'=1+1", "küche [1m\u{fffd}", "0", "false"].map(str::to_owned).to_vec())
        );
    }

    #[test]
    fn row_with_a_list_is_refused() {
        let problem = "a list or an object in a row can't be written as CSV";
        assert_eq!(cells_of(&[1, 2]), Err(problem.to_owned()));
    }
}
