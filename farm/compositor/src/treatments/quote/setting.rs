//! Sets a shot's spoken words as type: clauses into lines, lines into pages, sizes, and a place for
//! every word. Knows no motion and no colours.

use crate::{
    palette::WHITE,
    story::SpokenWord,
    treatments::{
        Take,
        pieces::{
            geometry::{SAFE_LEFT_PX, SAFE_RIGHT_PX},
            lettering::{Lettering, has_case, is_rtl, is_spaceless},
        },
    },
};

/// Most lines on a page.
const LINES: usize = 4;
/// Line pitch as a multiple of the size.
pub(super) const PITCH: f32 = 1.10;
/// How much larger the line with the stressed word is set, where lines differ.
const STRESSED: f32 = 1.22;
/// Words are set into this margin so that springs and tilts stay inside the safe area.
const MARGIN_PX: f32 = 16.0;

/// How lines stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// Ragged right (ragged left for scripts that read from the right).
    Start,
    /// On the axis, the stressed line larger.
    Centre,
    /// Ragged left.
    End,
    /// Every line as wide as the page.
    Stack,
}

/// A word in its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    /// As shown.
    pub(super) text: String,
    /// Font size.
    pub(super) size_px: f32,
    /// Centre.
    pub(super) centre_px: [f32; 2],
    /// Width as set.
    pub(super) width_px: f32,
    /// Onset of the word.
    pub(super) at_frame: f32,
    /// The page's stressed word.
    pub(super) stressed: bool,
}

/// Words that stand together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Page {
    /// In order of speech.
    pub(super) words: Vec<Placed>,
    /// Top and bottom of the lines.
    pub(super) span_px: [f32; 2],
    /// Onset of its first word and end of its last.
    pub(super) spoken: [f32; 2],
}

/// Sets all pages of a shot between `top` and `bottom`.
pub(super) fn pages(take: &Take, stand: Stand, [top, bottom]: [f32; 2]) -> Vec<Page> {
    let words = spoken(take);
    let mut pages: Vec<Vec<Vec<SpokenWord>>> = Vec::new();
    let mut sentence_over = true;
    for clause in clauses(&words) {
        let lines = lines(clause);
        let ends = clause.last().is_some_and(|word| ends_sentence(&word.text));
        let room = pages.last().is_some_and(|page: &Vec<_>| page.len() + lines.len() <= LINES);
        let full = pages.last().is_some_and(|page| page.len() >= 2) && sentence_over;
        if !room || full {
            pages.push(Vec::new());
        }
        if let Some(page) = pages.last_mut() {
            page.extend(lines);
        }
        sentence_over = ends;
    }
    pages.iter().map(|lines| set(take, lines, stand, top, bottom)).collect()
}

/// The shot's words without quotation marks; where nothing is spoken, its text at once.
fn spoken(take: &Take) -> Vec<SpokenWord> {
    let mut words: Vec<SpokenWord> = take.words().cloned().collect();
    if words.is_empty() {
        let text = take.shot.lines.first().map(|line| line.text.as_str());
        let text = text.or(take.shot.on_screen.as_deref()).unwrap_or(&take.story.title);
        let word = |text: &str| SpokenWord { text: text.into(), start_frame: 0, end_frame: 0 };
        words = text.split_whitespace().map(word).collect();
    }
    for word in &mut words {
        let bare = word.text.trim_matches(|c| "“”„\"«»‹›「」『』".contains(c)).trim();
        word.text = bare.to_owned();
    }
    words.retain(|word| !word.text.is_empty());
    words
}

fn ends_sentence(word: &str) -> bool {
    word.ends_with(['.', '!', '?', '…', '。', '！', '？', '।', '؟'])
}

fn ends_clause(word: &str) -> bool {
    ends_sentence(word) || word.ends_with([',', ';', ':', '—', '–', '，', '、', '；', '：', '،'])
}

/// Cuts after punctuation; a clause of more than a page is cut again by length.
fn clauses(words: &[SpokenWord]) -> Vec<&[SpokenWord]> {
    let mut clauses = Vec::new();
    for clause in words.split_inclusive(|word| ends_clause(&word.text)) {
        let mut rest = clause;
        while advance(rest) > LINES * line_chars(rest) {
            let half = rest.len().div_ceil(2).min(rest.len());
            let (head, tail) = rest.split_at(half);
            if tail.is_empty() {
                break;
            }
            clauses.push(head);
            rest = tail;
        }
        clauses.push(rest);
    }
    clauses
}

fn chars(word: &SpokenWord) -> usize {
    word.text.chars().count() + usize::from(!is_spaceless(&word.text))
}

fn advance(words: &[SpokenWord]) -> usize {
    words.iter().map(chars).sum()
}

/// How many characters make a good line in this script.
fn line_chars(words: &[SpokenWord]) -> usize {
    if words.iter().any(|word| is_spaceless(&word.text)) { 6 } else { 14 }
}

/// Lines of about equal length.
fn lines(clause: &[SpokenWord]) -> Vec<Vec<SpokenWord>> {
    let total = advance(clause);
    let count = total.div_ceil(line_chars(clause)).clamp(1, LINES);
    let aim = total as f32 / count as f32;
    let mut lines: Vec<Vec<SpokenWord>> = Vec::new();
    let mut used = 0;
    for word in clause {
        let middle = used as f32 + chars(word) as f32 / 2.0;
        let line = ((middle / aim) as usize).min(count - 1);
        if lines.is_empty() || line >= lines.len() {
            lines.push(Vec::new());
        }
        if let Some(last) = lines.last_mut() {
            last.push(word.clone());
        }
        used += chars(word);
    }
    lines
}

fn gap(words: &[SpokenWord]) -> &'static str {
    if words.iter().all(|word| is_spaceless(&word.text)) { "" } else { " " }
}

fn joined(words: &[SpokenWord]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(gap(words))
}

/// Width of a text at a size.
fn width(take: &Take, text: &str, size_px: f32) -> f32 {
    Lettering::title(text, size_px, WHITE).within(100_000.0).size(take)[0]
}

fn set(take: &Take, lines: &[Vec<SpokenWord>], stand: Stand, top: f32, bottom: f32) -> Page {
    let all: Vec<&SpokenWord> = lines.iter().flatten().collect();
    let stressed = stressed(take, &all);
    let room = SAFE_RIGHT_PX - SAFE_LEFT_PX - 2.0 * MARGIN_PX;
    let mut first = 0;
    let holds_stress: Vec<bool> = lines
        .iter()
        .map(|line| {
            first += line.len();
            (first - line.len()..first).contains(&stressed)
        })
        .collect();
    let widths: Vec<f32> =
        lines.iter().map(|line| width(take, &joined(line), 100.0).max(1.0)).collect();
    let largest = match lines.len() {
        0..=2 => 200.0,
        3 => 176.0,
        _ => 150.0,
    };
    let mut sizes: Vec<f32> = widths
        .iter()
        .zip(&holds_stress)
        .map(|(wide, stress)| {
            let fit = 100.0 * room / wide;
            match stand {
                Stand::Stack => fit.min(236.0),
                Stand::Centre if *stress => fit.min(largest * STRESSED),
                _ => fit.min(largest),
            }
        })
        .collect();
    if stand != Stand::Stack {
        // One size for all lines (the stressed one apart): the smallest that any of them needs.
        let factor = |stress: bool| if stand == Stand::Centre && stress { STRESSED } else { 1.0 };
        let common = sizes
            .iter()
            .zip(&holds_stress)
            .map(|(size, stress)| size / factor(*stress))
            .fold(f32::MAX, f32::min);
        sizes = holds_stress.iter().map(|stress| common * factor(*stress)).collect();
    }
    let height: f32 = sizes.iter().map(|size| size * PITCH).sum();
    let shrink = ((bottom - top) / height).min(1.0);
    for size in &mut sizes {
        *size = (*size * shrink).max(48.0);
    }
    place(take, lines, &sizes, stand, stressed, [top, bottom])
}

fn place(
    take: &Take,
    lines: &[Vec<SpokenWord>],
    sizes: &[f32],
    stand: Stand,
    stressed: usize,
    [top, bottom]: [f32; 2],
) -> Page {
    let height: f32 = sizes.iter().map(|size| size * PITCH).sum();
    let start = (f32::midpoint(top, bottom) - height / 2.0).max(top);
    let mut y = start;
    let mut words = Vec::new();
    for (line, &size) in lines.iter().zip(sizes) {
        let text = joined(line);
        let rtl = is_rtl(&text);
        let wide = width(take, &text, size);
        let to_left = matches!((stand, rtl), (Stand::Start, false) | (Stand::End, true));
        let left = match stand {
            Stand::Centre | Stand::Stack => 540.0 - wide / 2.0,
            _ if to_left => SAFE_LEFT_PX + MARGIN_PX,
            _ => SAFE_RIGHT_PX - MARGIN_PX - wide,
        };
        for (index, word) in line.iter().enumerate() {
            // Where it ends in the shaped line, so that spaces and kerning are the font's own.
            let own = width(take, &word.text, size);
            let end = width(take, &joined(&line[..=index]), size);
            let x = if rtl { left + wide - end + own / 2.0 } else { left + end - own / 2.0 };
            words.push(Placed {
                text: word.text.clone(),
                size_px: size,
                centre_px: [x, size.mul_add(PITCH / 2.0, y)],
                width_px: own,
                at_frame: word.start_frame as f32,
                stressed: words.len() == stressed,
            });
        }
        y += size * PITCH;
    }
    let first = lines.first().and_then(|line| line.first()).map_or(0, |word| word.start_frame);
    let last = lines.last().and_then(|line| line.last()).map_or(0, |word| word.end_frame);
    Page { words, span_px: [start, y], spoken: [first as f32, last as f32] }
}

/// Letters and digits only, in lower case.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Which word of a page is stressed: the one captions would shout, one that stands on screen, else
/// the longest of its second half.
fn stressed(take: &Take, words: &[&SpokenWord]) -> usize {
    let shouted: Vec<String> = take
        .shot
        .captions
        .iter()
        .flat_map(|page| &page.words)
        .filter(|word| {
            has_case(&word.text)
                && word.text.chars().filter(|c| c.is_alphabetic()).count() > 1
                && !word.text.chars().any(char::is_lowercase)
        })
        .map(|word| bare(&word.text))
        .collect();
    let is_shouted = |word: &&SpokenWord| {
        shouted.contains(&bare(&word.text)) && word.text.chars().any(char::is_lowercase)
    };
    if let Some(index) = words.iter().rposition(is_shouted) {
        return index;
    }
    let half = words.len() / 2;
    (half..words.len())
        .max_by_key(|&index| (bare(&words[index].text).chars().count(), index))
        .unwrap_or(0)
}
