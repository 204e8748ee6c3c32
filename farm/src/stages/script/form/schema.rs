//! JSON schemas of our own types in the subset that vendors hold models to: every object closed,
//! every property required, nothing but types, enums, descriptions and references
//! (developers.openai.com/docs/guides/structured-outputs, supported schemas).

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

/// Keywords that strict mode knows.
const KNOWN: [&str; 11] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "anyOf",
    "$ref",
    "$defs",
    "description",
];

/// The schema of a type.
pub(super) fn strict<T: JsonSchema>() -> Value {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    tighten(&mut schema);
    schema
}

fn tighten(schema: &mut Value) {
    let Value::Object(map) = schema else { return };
    map.retain(|keyword, _| KNOWN.contains(&keyword.as_str()));
    let names: Option<Vec<Value>> = map
        .get("properties")
        .and_then(Value::as_object)
        .map(|properties| properties.keys().map(|name| name.as_str().into()).collect());
    if let Some(names) = names {
        map.insert("required".into(), names.into());
        map.insert("additionalProperties".into(), false.into());
    }
    for keyword in ["properties", "$defs"] {
        for part in map.get_mut(keyword).and_then(Value::as_object_mut).into_iter().flatten() {
            tighten(part.1);
        }
    }
    if let Some(items) = map.get_mut("items") {
        tighten(items);
    }
    for part in map.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten() {
        tighten(part);
    }
}
