//! SVG pictures: refused when they reach outside themselves, run code or multiply without bound;
//! rasterised here and never passed on.

use std::collections::{BTreeMap, HashMap};

use image::{DynamicImage, RgbaImage};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{self, roxmltree},
};

use super::{Refusal, check_size};

/// The longer side of the drawing made of it.
const RASTER_SIDE_PX: f32 = 2_160.0;
/// Elements after following every `use`.
const ELEMENTS_MAX: u64 = 100_000;

/// Whether the first bytes look like an SVG document.
pub(super) fn looks_like_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<') && head.contains("<svg")
}

/// Checks and rasterises.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Refusal::Damaged("it is not UTF-8".into()))?;
    check(text)?;
    let options = usvg::Options {
        resources_dir: None,
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(text, &options).map_err(damaged)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = RASTER_SIDE_PX / width.max(height);
    let (width_px, height_px) =
        ((width * scale).round().max(1.0) as u32, (height * scale).round().max(1.0) as u32);
    check_size(width_px, height_px)?;
    let mut canvas = Pixmap::new(width_px, height_px)
        .ok_or_else(|| Refusal::Damaged("it has no size".into()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut canvas.as_mut());
    let straight: Vec<u8> = canvas
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let colour = pixel.demultiply();
            [colour.red(), colour.green(), colour.blue(), colour.alpha()]
        })
        .collect();
    let picture = RgbaImage::from_raw(width_px, height_px, straight)
        .ok_or_else(|| Refusal::Damaged("its pixels do not fit its size".into()))?;
    Ok(DynamicImage::ImageRgba8(picture))
}

fn damaged(error: impl std::fmt::Display) -> Refusal {
    Refusal::Damaged(error.to_string())
}

/// Refuses whatever a still, self-contained drawing has no need of. A document type is refused by
/// the parser (entities can multiply without bound and name files).
fn check(text: &str) -> Result<(), Refusal> {
    if text.contains("<!DOCTYPE") && text.contains("<!ENTITY") {
        return Err(Refusal::Unsafe("entity definitions".into()));
    }
    let options =
        roxmltree::ParsingOptions { allow_dtd: true, nodes_limit: 200_000, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, options).map_err(damaged)?;
    for node in document.descendants() {
        if node.is_pi() {
            return Err(Refusal::Unsafe("a processing instruction".into()));
        }
        let tag = node.tag_name().name();
        if ["script", "foreignObject", "iframe", "audio", "video", "embed", "object"].contains(&tag)
        {
            return Err(Refusal::Unsafe(format!("a “{tag}” element")));
        }
        if tag == "style" {
            check_style(node.text().unwrap_or_default())?;
        }
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value().trim());
            if name.len() > 2 && name[..2].eq_ignore_ascii_case("on") {
                return Err(Refusal::Unsafe(format!("a script in “{name}”")));
            }
            if ["href", "src", "base"].contains(&name) && !value.starts_with('#') {
                return Err(Refusal::Unsafe("a reference to something outside itself".into()));
            }
            check_style(value)?;
        }
    }
    check_growth(&document)
}

/// `url(…)` may only point inside the document.
fn check_style(style: &str) -> Result<(), Refusal> {
    let style = style.to_ascii_lowercase();
    let outside = style
        .split("url(")
        .skip(1)
        .any(|rest| !rest.trim_start_matches([' ', '\t', '\n', '\r', '"', '\'']).starts_with('#'));
    if outside || style.contains("@import") {
        return Err(Refusal::Unsafe("a reference to something outside itself".into()));
    }
    Ok(())
}

/// Counts elements after following every `use`: a few nested ones can stand for billions.
fn check_growth(document: &roxmltree::Document<'_>) -> Result<(), Refusal> {
    let by_id: BTreeMap<&str, roxmltree::Node<'_, '_>> =
        document.descendants().filter_map(|node| Some((node.attribute("id")?, node))).collect();
    let mut known = HashMap::new();
    let total = size(document.root_element(), &by_id, &mut known, 0);
    match total {
        Some(total) if total <= ELEMENTS_MAX => Ok(()),
        Some(_) => Err(Refusal::Unsafe("repetitions that multiply beyond all bounds".into())),
        None => Err(Refusal::Unsafe("elements that contain themselves or nest too deep".into())),
    }
}

fn size<'a, 'input>(
    node: roxmltree::Node<'a, 'input>,
    by_id: &BTreeMap<&str, roxmltree::Node<'a, 'input>>,
    known: &mut HashMap<roxmltree::NodeId, u64>,
    depth: u32,
) -> Option<u64> {
    if let Some(size) = known.get(&node.id()) {
        return Some(*size);
    }
    if depth > 200 {
        return None;
    }
    let mut total = 1u64;
    for child in node.children().filter(roxmltree::Node::is_element) {
        total = total.saturating_add(size(child, by_id, known, depth + 1)?);
    }
    if node.tag_name().name() == "use" {
        let href = node.attributes().find(|a| a.name() == "href").map(|a| a.value());
        let target = href.and_then(|href| by_id.get(href.trim().trim_start_matches('#')));
        if let Some(target) = target {
            total = total.saturating_add(size(*target, by_id, known, depth + 1)?);
        }
    }
    known.insert(node.id(), total);
    Some(total)
}
