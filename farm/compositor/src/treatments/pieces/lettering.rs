//! Text blocks by role: titles, secondary lines, chips; fitting them to a box; cutting them into
//! lines. Nothing here assumes a script: case is only changed where a script has case.

use std::collections::BTreeSet;

use icu_segmenter::{
    LineSegmenter, WordSegmenter,
    options::{LineBreakOptions, WordBreakInvariantOptions},
};

use crate::{
    palette::NIGHT_INK,
    scene::{
        Align, Content, Family, Layer, Outline, Plate, Pose, Rgba, Shadow, TextBlock, TextRun,
    },
    treatments::Take,
};

use super::geometry::SAFE_WIDTH_PX;

/// Nothing is set smaller.
pub const SMALLEST_PX: f32 = 48.0;

/// What a line costs that ends inside a clause: a difference of four characters between two lines.
const TORN: usize = 8;

/// A text block in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct Lettering {
    block: TextBlock,
}

impl Lettering {
    /// Heavy display type, tight, centred.
    #[must_use]
    pub fn title(text: &str, size_px: f32, colour: Rgba) -> Self {
        Self {
            block: TextBlock {
                runs: vec![TextRun { text: text.to_owned(), colour }],
                size_px,
                weight: 900,
                family: Family::Display,
                align: Align::Centre,
                max_width_px: SAFE_WIDTH_PX,
                line_height: 1.06,
                tracking_px: if has_case(text) { -0.02 * size_px } else { 0.0 },
                outline: None,
                shadow: None,
                plate: None,
            },
        }
    }

    /// Quieter text under or beside a title.
    #[must_use]
    pub fn secondary(text: &str, size_px: f32, colour: Rgba) -> Self {
        let mut lettering = Self::title(text, size_px.max(SMALLEST_PX), colour);
        lettering.block.weight = 600;
        lettering.block.family = Family::Text;
        lettering.block.tracking_px = 0.0;
        lettering.block.line_height = 1.2;
        lettering
    }

    /// Alignment.
    #[must_use]
    pub fn align(mut self, align: Align) -> Self {
        self.block.align = align;
        self
    }

    /// Weight, 100–900.
    #[must_use]
    pub fn weight(mut self, weight: u16) -> Self {
        self.block.weight = weight;
        self
    }

    /// Wraps at this width.
    #[must_use]
    pub fn within(mut self, max_width_px: f32) -> Self {
        self.block.max_width_px = max_width_px;
        self
    }

    /// A near-black outline behind the fill.
    #[must_use]
    pub fn outlined(mut self, width_px: f32) -> Self {
        self.block.outline = Some(Outline { width_px, colour: NIGHT_INK });
        self
    }

    /// A soft shadow that lifts it off the background.
    #[must_use]
    pub fn shadowed(mut self, colour: Rgba) -> Self {
        self.block.shadow = Some(Shadow { blur_px: 10.0, offset_y_px: 8.0, colour });
        self
    }

    /// A rounded plate behind it.
    #[must_use]
    pub fn plated(mut self, fill: Rgba, pad_x_px: f32, pad_y_px: f32, radius_px: f32) -> Self {
        self.block.plate = Some(Plate { fill, pad_x_px, pad_y_px, radius_px });
        self
    }

    /// Replaces the text by runs of their own colours.
    #[must_use]
    pub fn runs(mut self, runs: Vec<TextRun>) -> Self {
        self.block.runs = runs;
        self
    }

    /// Shrinks the size until the block fits `width` × `height`, not below 48 px.
    #[must_use]
    pub fn fitted(mut self, take: &Take, width: f32, height: f32) -> Self {
        self.block.max_width_px = width;
        let ratio = self.block.tracking_px / self.block.size_px;
        loop {
            let [w, h] = take.measure(&self.block);
            let words_fit = longest_word(&self.block).is_none_or(|word| {
                let mut one = self.block.clone();
                one.runs = vec![TextRun { text: word, colour: self.block.runs[0].colour }];
                one.max_width_px = 100_000.0;
                take.measure(&one)[0] <= width
            });
            if (w <= width && h <= height && words_fit) || self.block.size_px <= SMALLEST_PX {
                return self;
            }
            self.block.size_px = (self.block.size_px * 0.94).max(SMALLEST_PX);
            self.block.tracking_px = ratio * self.block.size_px;
        }
    }

    /// The finished block.
    #[must_use]
    pub fn block(self) -> TextBlock {
        self.block
    }

    /// Width and height as set, plate included.
    #[must_use]
    pub fn size(&self, take: &Take) -> [f32; 2] {
        take.measure(&self.block)
    }

    /// A layer glued to the screen, visible from `from_frame` on.
    #[must_use]
    pub fn layer(self, name: &str, pose: Pose, from_frame: u32) -> Layer {
        Layer {
            name: name.into(),
            content: Content::Text(self.block),
            depth: 0.0,
            from_frame,
            until_frame: u32::MAX,
            pose,
        }
    }
}

/// True for scripts written without spaces between words (Chinese, Japanese, Thai…).
#[must_use]
pub fn is_spaceless(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF
            | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
    })
}

/// True when the text's script distinguishes capitals.
#[must_use]
pub fn has_case(text: &str) -> bool {
    text.chars().any(|c| c.is_lowercase() || c.is_uppercase())
}

/// True when the text reads from right to left: its first strong letter is Hebrew or Arabic.
#[must_use]
pub fn is_rtl(text: &str) -> bool {
    text.chars().find(|c| c.is_alphabetic()).is_some_and(
        |c| matches!(u32::from(c), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF),
    )
}

/// Cuts a title into up to `most` lines of about equal length, at spaces (or, in scripts that have
/// none, where the Unicode line breaking algorithm allows: no line begins with a comma).
#[must_use]
pub fn balanced_lines(text: &str, most: usize, chars_per_line: usize) -> Vec<String> {
    let spaceless = is_spaceless(text) && !text.trim().contains(' ');
    let units: Vec<String> = if spaceless {
        unbreakable(text.trim())
    } else {
        text.split_whitespace().map(String::from).collect()
    };
    let gap = usize::from(!spaceless);
    let width = |word: &String| word.chars().count() * if spaceless { 2 } else { 1 };
    let total: usize = units.iter().map(|unit| width(unit) + gap).sum();
    let lines = total.div_ceil(chars_per_line.max(1)).clamp(1, most.max(1)).min(units.len().max(1));
    let widths: Vec<usize> = units.iter().map(width).collect();
    let pauses: Vec<bool> =
        units.iter().map(|unit| unit.ends_with(|c: char| !c.is_alphanumeric())).collect();
    let mut ends = breaks(&widths, &pauses, gap, lines).into_iter().peekable();
    let mut out: Vec<String> = Vec::new();
    for (i, unit) in units.iter().enumerate() {
        match out.last_mut() {
            Some(line) if ends.peek() != Some(&i) => {
                line.push_str(if spaceless { "" } else { " " });
                line.push_str(unit);
            }
            _ => {
                ends.next_if_eq(&i);
                out.push(unit.clone());
            }
        }
    }
    out
}

/// A text without spaces in pieces that stay on one line: words by a dictionary, and what the line
/// breaking algorithm (UAX #14) keeps with them.
fn unbreakable(text: &str) -> Vec<String> {
    let words = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    let lines = LineSegmenter::new_dictionary(LineBreakOptions::default());
    let between: BTreeSet<usize> = words.segment_str(text).collect();
    let places: Vec<usize> =
        lines.segment_str(text).filter(|place| between.contains(place)).collect();
    places.windows(2).map(|pair| text[pair[0]..pair[1]].to_owned()).collect()
}

/// Where new lines begin so that the sum of squared line widths is least; a line that ends where
/// the sentence pauses may be some characters shorter for it.
fn breaks(widths: &[usize], pauses: &[bool], gap: usize, lines: usize) -> Vec<usize> {
    let n = widths.len();
    let width = |from: usize, to: usize| {
        let sum: usize = widths[from..to].iter().sum();
        sum + gap * (to - from).saturating_sub(1)
    };
    // best[end] = (cost, line starts) of the first `end` units in the lines laid so far.
    let mut best: Vec<Option<(usize, Vec<usize>)>> =
        (0..=n).map(|end| Some((width(0, end).pow(2), Vec::new()))).collect();
    for _ in 1..lines {
        best = (0..=n)
            .map(|end| {
                (1..end)
                    .filter_map(|start| {
                        let (cost, starts) = best[start].as_ref()?;
                        let mut starts = starts.clone();
                        starts.push(start);
                        let torn = if pauses[start - 1] { 0 } else { TORN };
                        Some((cost + width(start, end).pow(2) + torn, starts))
                    })
                    .min_by_key(|(cost, _)| *cost)
            })
            .collect();
    }
    best.pop().flatten().map(|(_, starts)| starts).unwrap_or_default()
}

fn longest_word(block: &TextBlock) -> Option<String> {
    let text: String = block.runs.iter().map(|run| run.text.as_str()).collect();
    if is_spaceless(&text) {
        return None;
    }
    text.split_whitespace().max_by_key(|word| word.chars().count()).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_break_into_lines_of_about_equal_length() {
        assert_eq!(
            balanced_lines("Why octopuses have three hearts", 3, 14),
            ["Why octopuses", "have three", "hearts"]
        );
        assert_eq!(balanced_lines("Patience", 3, 14), ["Patience"]);
        assert_eq!(balanced_lines("", 3, 14), Vec::<String>::new());
    }

    #[test]
    fn chinese_breaks_between_characters_and_loses_none() {
        let lines = balanced_lines("为什么天空是蓝色的", 3, 12);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines.concat(), "为什么天空是蓝色的");
        let lines = balanced_lines("天空是蓝色的，可是为什么", 2, 6);
        assert_eq!(lines, ["天空是蓝色的，", "可是为什么"], "no line begins with a comma");
    }

    #[test]
    fn arabic_and_hebrew_read_from_the_right() {
        assert!(is_rtl("«لماذا السماء زرقاء»"));
        assert!(is_rtl("שמיים 3"));
        assert!(!is_rtl("3 sky"));
    }
}
