//! A picture of two conversations as their clients show them: Discord on the left, Telegram on the
//! right. Everything in it was recorded; the clients' looks are imitated.

use anyhow::Result;
use image::RgbaImage;

use super::{
    canvas::{Canvas, Colour, Type},
    moments::Seen,
};

const WIDTH_PX: u32 = 1160;
/// More than is needed; what is not drawn on is cut off.
const HEIGHT_PX: u32 = 1400;
/// Where Telegram begins.
const MIDDLE_PX: f32 = 590.0;

/// Discord's dark colours.
mod dark {
    use super::Colour;

    pub(super) const GROUND: Colour = [0x31, 0x33, 0x38];
    pub(super) const EMBED: Colour = [0x2b, 0x2d, 0x31];
    pub(super) const TEXT: Colour = [0xdb, 0xde, 0xe1];
    pub(super) const STRONG: Colour = [0xf2, 0xf3, 0xf5];
    pub(super) const FAINT: Colour = [0x94, 0x9b, 0xa4];
    pub(super) const BLURPLE: Colour = [0x58, 0x65, 0xf2];
    pub(super) const GREY: Colour = [0x4e, 0x50, 0x58];
    pub(super) const RED: Colour = [0xda, 0x37, 0x3c];
}

/// Telegram's light ones.
mod light {
    use super::Colour;

    pub(super) const GROUND: Colour = [0xbf, 0xd5, 0xe4];
    pub(super) const THEIRS: Colour = [0xee, 0xff, 0xde];
    pub(super) const OURS: Colour = [0xff, 0xff, 0xff];
    pub(super) const TEXT: Colour = [0x11, 0x17, 0x1c];
    pub(super) const FAINT: Colour = [0x70, 0x80, 0x8c];
    pub(super) const KEY: Colour = [0x7f, 0xa3, 0xbd];
}

const WHITE: Colour = [0xff; 3];

const fn type_of(size_px: f32, weight: u16, colour: Colour) -> Type {
    Type { size_px, weight, colour }
}

/// What is drawn of a chat.
#[derive(Debug)]
pub(super) struct Chat<'a> {
    /// What was asked for, as it was typed.
    pub(super) asked: &'a str,
    /// The card at a moment while the video was made.
    pub(super) under_way: &'a Seen,
    /// The video's message.
    pub(super) done: &'a Seen,
    /// The video's poster.
    pub(super) poster: &'a RgbaImage,
    /// The words that say that it is there.
    pub(super) notice: Option<&'a Seen>,
}

/// Draws both, as a PNG.
///
/// # Errors
/// None in practice.
pub(super) fn draw(discord: &Chat<'_>, telegram: &Chat<'_>) -> Result<Vec<u8>> {
    let mut canvas = Canvas::new(WIDTH_PX, HEIGHT_PX)?;
    let (width, height) = (WIDTH_PX as f32, HEIGHT_PX as f32);
    canvas.fill([0.0, 0.0, MIDDLE_PX, height], 0.0, dark::GROUND);
    canvas.fill([MIDDLE_PX, 0.0, width - MIDDLE_PX, height], 0.0, light::GROUND);
    let left = in_discord(&mut canvas, discord);
    let right = in_telegram(&mut canvas, telegram);
    canvas.png(left.max(right).ceil() as u32)
}

fn in_discord(canvas: &mut Canvas, chat: &Chat<'_>) -> f32 {
    let asked = format!("Ada used {}", chat.asked);
    let top = discord_message(canvas, 22.0, &asked, chat.under_way, None);
    let top = discord_message(canvas, top + 20.0, "", chat.done, Some(chat.poster));
    top + 22.0
}

/// One message of the bot's; where it ends.
fn discord_message(
    canvas: &mut Canvas,
    top: f32,
    above: &str,
    seen: &Seen,
    poster: Option<&RgbaImage>,
) -> f32 {
    const LEFT: f32 = 76.0;
    let mut y = top;
    if !above.is_empty() {
        y += canvas.text((LEFT, y), 490.0, type_of(13.5, 400, dark::FAINT), above) + 6.0;
    }
    canvas.fill([20.0, y, 42.0, 42.0], 21.0, dark::BLURPLE);
    canvas.text((33.0, y + 8.0), 30.0, type_of(20.0, 700, WHITE), "C");
    let name = type_of(16.5, 600, dark::STRONG);
    let (name_px, _) = canvas.measure(300.0, name, "Cutline");
    canvas.text((LEFT, y), 300.0, name, "Cutline");
    canvas.fill([LEFT + name_px + 7.0, y + 4.0, 34.0, 16.0], 4.0, dark::BLURPLE);
    canvas.text((LEFT + name_px + 12.0, y + 5.0), 40.0, type_of(10.5, 600, WHITE), "APP");
    y += 27.0;
    if let Some(poster) = poster {
        let (w, h) = fitted(poster, 470.0);
        canvas.picture(poster, [LEFT, y, w, h], 8.0);
        canvas.play(LEFT + w / 2.0, y + h / 2.0, 26.0);
        y += h + 8.0;
    }
    y = embed(canvas, LEFT, y, seen) + 8.0;
    for row in &seen.buttons {
        y = discord_buttons(canvas, LEFT, y, row);
    }
    y
}

fn embed(canvas: &mut Canvas, left: f32, top: f32, seen: &Seen) -> f32 {
    const WIDTH: f32 = 480.0;
    const PAD: f32 = 16.0;
    let title = type_of(16.5, 600, dark::STRONG);
    let text = type_of(14.5, 400, dark::TEXT);
    let footer = type_of(12.0, 500, dark::FAINT);
    let inner = WIDTH - 2.0 * PAD;
    let words = seen.lines.join("\n");
    let parts = [(title, &seen.title), (text, &words)];
    let mut parts: Vec<(Type, &String)> =
        parts.into_iter().filter(|(_, words)| !words.is_empty()).collect();
    parts.extend(seen.footer.as_ref().map(|words| (footer, words)));
    let heights: f32 =
        parts.iter().map(|(look, words)| canvas.measure(inner, *look, words).1 + 7.0).sum();
    let height = heights + 2.0 * PAD - 11.0;
    let [_, r, g, b] = seen.edge.unwrap_or_default().to_be_bytes();
    canvas.fill([left, top, 40.0, height], 5.0, [r, g, b]);
    canvas.fill([left + 4.0, top, WIDTH - 4.0, height], 4.0, dark::EMBED);
    let mut y = top + PAD - 3.0;
    for (look, words) in parts {
        y += canvas.text((left + PAD + 2.0, y), inner, look, words) + 7.0;
    }
    top + height
}

fn discord_buttons(canvas: &mut Canvas, left: f32, top: f32, row: &[(String, u64)]) -> f32 {
    const HEIGHT: f32 = 34.0;
    let look = type_of(14.0, 500, WHITE);
    let mut x = left;
    for (label, style) in row {
        // Styles of the documentation's: primary, secondary, success, danger, link.
        let (colour, label) = match style {
            1 => (dark::BLURPLE, label.clone()),
            4 => (dark::RED, label.clone()),
            5 => (dark::GREY, format!("{label} ↗")),
            _ => (dark::GREY, label.clone()),
        };
        let (words_px, high) = canvas.measure(300.0, look, &label);
        canvas.fill([x, top, words_px + 32.0, HEIGHT], 6.0, colour);
        canvas.text((x + 16.0, top + (HEIGHT - high) / 2.0), 300.0, look, &label);
        x += words_px + 32.0 + 8.0;
    }
    top + HEIGHT + 6.0
}

fn in_telegram(canvas: &mut Canvas, chat: &Chat<'_>) -> f32 {
    const RIGHT: f32 = WIDTH_PX as f32 - 22.0;
    const LEFT: f32 = MIDDLE_PX + 22.0;
    let look = type_of(15.5, 400, light::TEXT);
    let (w, h) = canvas.measure(400.0, look, chat.asked);
    let mut y = 22.0;
    canvas.fill([RIGHT - w - 28.0, y, w + 28.0, h + 18.0], 14.0, light::THEIRS);
    canvas.text((RIGHT - w - 14.0, y + 9.0), w + 4.0, look, chat.asked);
    y += h + 32.0;
    y = telegram_message(canvas, LEFT, y, chat.done, Some(chat.poster)) + 14.0;
    if let Some(notice) = chat.notice {
        y = telegram_message(canvas, LEFT, y, notice, None) + 14.0;
    }
    y + 8.0
}

fn telegram_message(
    canvas: &mut Canvas,
    left: f32,
    top: f32,
    seen: &Seen,
    poster: Option<&RgbaImage>,
) -> f32 {
    let (bold, plain) = (type_of(15.5, 600, light::TEXT), type_of(15.0, 400, light::TEXT));
    let small = type_of(14.0, 400, light::FAINT);
    // The first line is the heading, the second what it is about, the rest about the video.
    let about = seen.lines.first().cloned().unwrap_or_default();
    let rest = seen.lines.get(1..).unwrap_or_default().join("\n");
    let title = if poster.is_some() { bold } else { plain };
    let parts = [(title, &seen.title), (plain, &about), (small, &rest)];
    let parts: Vec<(Type, &String)> =
        parts.into_iter().filter(|(_, words)| !words.is_empty()).collect();
    let width = if poster.is_some() { 420.0 } else { 300.0 };
    let inner = width - 28.0;
    let words_px: f32 =
        parts.iter().map(|(look, words)| canvas.measure(inner, *look, words).1 + 4.0).sum();
    let picture = poster.map(|poster| (poster, fitted(poster, 500.0)));
    let picture_px = picture.map_or(0.0, |(_, (_, h))| h);
    let height = picture_px + words_px + 20.0;
    canvas.fill([left, top, width, height], 14.0, light::OURS);
    let mut y = top;
    if let Some((poster, (w, h))) = picture {
        // Clients fill the bubble's width with the video's own colours, blurred; here: with its
        // ground.
        canvas.fill([left, y, width, h], 14.0, [0x1c, 0x24, 0x2b]);
        canvas.picture(poster, [left + (width - w) / 2.0, y, w, h], 0.0);
        canvas.play(left + width / 2.0, y + h / 2.0, 28.0);
        y += h;
    }
    y += 10.0;
    for (look, words) in parts {
        y += canvas.text((left + 14.0, y), inner, look, words) + 4.0;
    }
    y = top + height + 4.0;
    for row in &seen.buttons {
        y = telegram_keys(canvas, (left, y), width, row);
    }
    y
}

fn telegram_keys(
    canvas: &mut Canvas,
    (left, top): (f32, f32),
    width: f32,
    row: &[(String, u64)],
) -> f32 {
    const HEIGHT: f32 = 38.0;
    const GAP: f32 = 4.0;
    let look = type_of(14.5, 600, WHITE);
    let each = (width - GAP * (row.len() as f32 - 1.0)) / row.len().max(1) as f32;
    for (number, (label, _)) in row.iter().enumerate() {
        let x = left + number as f32 * (each + GAP);
        canvas.fill([x, top, each, HEIGHT], 10.0, light::KEY);
        let (w, h) = canvas.measure(each, look, label);
        canvas.text((x + (each - w) / 2.0, top + (HEIGHT - h) / 2.0), each, look, label);
    }
    top + HEIGHT + GAP
}

/// The size of a picture of this height.
fn fitted(picture: &RgbaImage, height_px: f32) -> (f32, f32) {
    (height_px * picture.width() as f32 / picture.height().max(1) as f32, height_px)
}
