//! Turns an icon's SVG body into a complete document whose ids clash with no other icon's, so that
//! several may share one scene.

/// View box of every icon, width and height.
const VIEW_BOX: f32 = 32.0;

/// Wraps `body`, prefixing every id it defines and every reference to one. `width` and `height` are
/// the body's own box; anything but 32 × 32 is scaled into the square, centred.
pub(super) fn complete(id: &str, body: &str, width: f32, height: f32) -> String {
    let prefix = prefix_of(id);
    let mut document = String::with_capacity(body.len() + body.len() / 8 + 256);
    document.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" ");
    document.push_str("xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 32 32\">");
    let scale = VIEW_BOX / width.max(height).max(1.0);
    let left = (VIEW_BOX - width * scale) / 2.0;
    let top = (VIEW_BOX - height * scale) / 2.0;
    let plain = scale == 1.0 && left == 0.0 && top == 0.0;
    if !plain {
        document.push_str(&format!("<g transform=\"translate({left} {top}) scale({scale})\">"));
    }
    push_prefixed(&mut document, body, &prefix);
    if !plain {
        document.push_str("</g>");
    }
    document.push_str("</svg>");
    document
}

/// A short prefix that only this icon has: its name, spelled so that it may start an XML name.
fn prefix_of(id: &str) -> String {
    format!("i-{id}-")
}

/// Copies `body`, inserting `prefix` after every `id="`, `url(#` and `href="#`.
fn push_prefixed(document: &mut String, body: &str, prefix: &str) {
    const MARKS: [&str; 3] = [" id=\"", "url(#", "href=\"#"];
    let mut rest = body;
    while let Some((at, mark)) = MARKS
        .iter()
        .filter_map(|mark| rest.find(mark).map(|at| (at, mark)))
        .min_by_key(|(at, _)| *at)
    {
        let end = at + mark.len();
        document.push_str(&rest[..end]);
        document.push_str(prefix);
        rest = &rest[end..];
    }
    document.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_and_reference_carries_the_icons_name() {
        let body =
            "<g fill=\"url(#a)\"><use href=\"#b\"/><path id=\"b\" clip-path=\"url(#c)\"/></g>";
        let document = complete("fox", body, 32.0, 32.0);
        assert!(document.contains("url(#i-fox-a)"));
        assert!(document.contains("href=\"#i-fox-b\""));
        assert!(document.contains(" id=\"i-fox-b\""));
        assert!(document.contains("url(#i-fox-c)"));
        assert!(!document.contains("<g transform"));
    }

    #[test]
    fn odd_boxes_are_scaled_into_the_square() {
        let document = complete("bomb", "<path/>", 33.0, 32.0);
        assert!(document.contains("viewBox=\"0 0 32 32\""));
        assert!(document.contains("scale(0.96969"));
    }
}
