//! Reads an Iconify set icon by icon, so that its 104 MB never stand in memory at once.

use std::{fmt, io::Read};

use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor},
};

/// An icon as the set has it.
#[derive(Debug, Deserialize)]
pub(super) struct RawIcon {
    pub body: String,
    #[serde(default = "usual_size")]
    pub width: f32,
    #[serde(default = "usual_size")]
    pub height: f32,
    #[serde(default)]
    pub hidden: bool,
}

fn usual_size() -> f32 {
    32.0
}

/// What the set says besides its icons.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// Seconds since 1970, as published.
    pub last_modified: u64,
}

/// Hands every icon to `add`, in the file's order.
///
/// # Errors
/// The reader's or the JSON's own.
pub(super) fn read(
    reader: impl Read,
    add: &mut dyn FnMut(String, RawIcon),
) -> Result<Rest, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    deserializer.deserialize_map(SetVisitor { add })
}

struct SetVisitor<'a> {
    add: &'a mut dyn FnMut(String, RawIcon),
}

impl<'de> Visitor<'de> for SetVisitor<'_> {
    type Value = Rest;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an Iconify set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rest, A::Error> {
        let mut rest = Rest::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "icons" => map.next_value_seed(Icons { add: &mut *self.add })?,
                "lastModified" => rest.last_modified = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(rest)
    }
}

struct Icons<'a> {
    add: &'a mut dyn FnMut(String, RawIcon),
}

impl<'de> DeserializeSeed<'de> for Icons<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Icons<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("icons by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((id, icon)) = map.next_entry::<String, RawIcon>()? {
            (self.add)(id, icon);
        }
        Ok(())
    }
}
