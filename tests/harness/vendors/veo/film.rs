//! What Google takes for a film, and in which words it refuses the rest
//! (ai.google.dev/gemini-api/docs/video, "Veo API parameters and specifications").

use base64::{Engine, engine::general_purpose::STANDARD};
use image::ImageFormat;
use serde_json::Value;

use super::super::unknown_fields;

/// Longest prompt, in bytes: 1,024 tokens are no more.
const PROMPT_BYTES_MAX: usize = 4_000;
/// How long a film lasts where nothing is said.
const SECONDS: u64 = 8;

/// A film that is asked for as it should be lasts so many seconds.
///
/// # Errors
/// With Google's words on what is wrong.
pub(super) fn seconds(body: &Value) -> Result<u64, String> {
    if let Some(name) = unknown_fields(body, &["instances", "parameters"]).first() {
        let what = format!("Invalid JSON payload received. Unknown name \"{name}\"");
        return Err(format!("{what}: Cannot find field."));
    }
    let [instance] = body["instances"].as_array().map_or(&[][..], Vec::as_slice) else {
        return Err("`instances` must hold exactly one instance.".into());
    };
    // There is more (`lastFrame`, `referenceImages`, `video`); none of it is ever sent.
    known(instance, "instances[0]", &["prompt", "image"])?;
    let prompt = text(instance, "prompt")?.unwrap_or_default();
    if prompt.trim().is_empty() || prompt.len() > PROMPT_BYTES_MAX {
        return Err("The text value for `prompt` is empty or too long.".into());
    }
    let image = instance.get("image");
    if let Some(image) = image {
        picture(image)?;
    }
    let none = Value::Object(serde_json::Map::new());
    parameters(body.get("parameters").unwrap_or(&none), image.is_some())
}

fn parameters(parameters: &Value, with_image: bool) -> Result<u64, String> {
    let names = [
        "aspectRatio",
        "resolution",
        "durationSeconds",
        "negativePrompt",
        "personGeneration",
        "sampleCount",
        "seed",
    ];
    known(parameters, "parameters", &names)?;
    one_of(parameters, "aspectRatio", &["16:9", "9:16"])?;
    one_of(parameters, "resolution", &["720p", "1080p", "4k"])?;
    // With a first picture adults alone, without one everybody.
    let people = if with_image { "allow_adult" } else { "allow_all" };
    match text(parameters, "personGeneration")? {
        Some(word) if word != people => {
            return Err(format!("`{word}` for personGeneration is currently not supported."));
        }
        _ => {}
    }
    text(parameters, "negativePrompt")?;
    number(parameters, "sampleCount", 1..=1)?;
    number(parameters, "seed", 0..=u64::from(u32::MAX))?;
    let seconds = number(parameters, "durationSeconds", 4..=8)?.unwrap_or(SECONDS);
    if !seconds.is_multiple_of(2) {
        return Err(out_of_bound("durationSeconds", 4, 8));
    }
    let small = parameters.get("resolution").is_none_or(|resolution| resolution == "720p");
    if !small && seconds != SECONDS {
        return Err("`durationSeconds` must be 8 for this `resolution`.".into());
    }
    Ok(seconds)
}

/// A first picture: bytes of the type that they are said to be, which can be decoded.
fn picture(image: &Value) -> Result<(), String> {
    known(image, "image", &["bytesBase64Encoded", "mimeType"])?;
    let format = match text(image, "mimeType")? {
        Some("image/png") => ImageFormat::Png,
        Some("image/jpeg") => ImageFormat::Jpeg,
        other => return Err(format!("Unsupported mime type for `image`: {other:?}.")),
    };
    let bytes = text(image, "bytesBase64Encoded")?.unwrap_or_default();
    let bytes = STANDARD.decode(bytes).map_err(|_| "Base64 decoding failed for `image`.")?;
    let decoded = image::load_from_memory_with_format(&bytes, format);
    decoded.map(drop).map_err(|_| "Unable to process input `image`.".into())
}

/// An object, and nothing in it that nobody knows there.
fn known(object: &Value, what: &str, names: &[&str]) -> Result<(), String> {
    if !object.is_object() {
        return Err(format!("The value type for `{what}` needs to be a struct."));
    }
    match unknown_fields(object, names).first() {
        None => Ok(()),
        Some(name) => Err(format!(
            "`{name}` isn't supported by this model. Please remove it or refer to the Gemini API \
             documentation for supported usage."
        )),
    }
}

fn text<'a>(object: &'a Value, name: &str) -> Result<Option<&'a str>, String> {
    let Some(value) = object.get(name) else { return Ok(None) };
    let text = value.as_str();
    text.map(Some).ok_or_else(|| format!("The value type for `{name}` needs to be a string."))
}

fn one_of(object: &Value, name: &str, words: &[&str]) -> Result<(), String> {
    match text(object, name)? {
        Some(word) if !words.contains(&word) => Err(format!(
            "`{word}` is not a valid value for `{name}`. Please provide one of {words:?}."
        )),
        _ => Ok(()),
    }
}

fn number(
    object: &Value,
    name: &str,
    range: std::ops::RangeInclusive<u64>,
) -> Result<Option<u64>, String> {
    let Some(value) = object.get(name) else { return Ok(None) };
    if !value.is_number() {
        return Err(format!("The value type for `{name}` needs to be a number."));
    }
    let number = value.as_u64().filter(|number| range.contains(number));
    number.map(Some).ok_or_else(|| out_of_bound(name, *range.start(), *range.end()))
}

fn out_of_bound(name: &str, least: u64, most: u64) -> String {
    format!(
        "The number value for `{name}` is out of bound. Please provide a value between {least} and \
         {most}, inclusive."
    )
}
