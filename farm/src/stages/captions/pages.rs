//! Pages of one to four words: where to break, which word is stressed, how lines fall. Pure.

use super::{Page, PageWord, words};
use crate::stages::timing::{FPS, ShotSpan, TimedWord, Timeline};

/// Words on a page.
const WORDS_MAX: usize = 4;
/// Letters on a line.
pub(super) const LINE_LETTERS_MAX: usize = 18;
/// A page is best read in this long.
const PAGE_MS_MIN: u32 = 800;
/// A page had better not stand longer.
const PAGE_MS_MAX: u32 = 1200;
/// A page stays this long after its last word when nothing follows at once.
const LINGER_FRAMES: u32 = 8;

/// The pages of a shot; every word is on exactly one.
pub(super) fn of_shot(span: &ShotSpan, language: &str) -> Vec<Page> {
    let shown = texts(&span.words, language);
    breaks(&span.words, &shown, language)
        .into_iter()
        .map(|range| page(span, &shown, range))
        .collect()
}

/// Lets pages stand until the next one, where that is near, and never past their shot.
pub(super) fn close_gaps(pages: &mut [Page], timeline: &Timeline) {
    for index in 0..pages.len() {
        let next = pages.get(index + 1).map_or(timeline.frames, |page| page.start_frame);
        let page = &mut pages[index];
        let shot_end = timeline
            .shots
            .iter()
            .find(|span| span.shot == page.shot)
            .map_or(timeline.frames, |span| span.end_frame);
        let limit = next.min(shot_end);
        let near = limit <= page.end_frame + 2 * LINGER_FRAMES;
        let end = if near { limit } else { page.end_frame + LINGER_FRAMES };
        page.end_frame = end.min(limit).max(page.start_frame + 1);
    }
}

/// Words as shown: bare, the stressed one of each sentence in capitals.
fn texts(timed: &[TimedWord], language: &str) -> Vec<String> {
    let mut shown: Vec<String> = timed.iter().map(|word| words::shown(&word.text)).collect();
    let mut begin = 0;
    for index in 0..timed.len() {
        if words::closes(&timed[index].text) == 2 || index + 1 == timed.len() {
            // English and its neighbours stress the last content word of a sentence.
            let stressed = (begin..=index)
                .rev()
                .find(|&word| words::can_be_stressed(&timed[word].text, language));
            if let Some(word) = stressed {
                shown[word] = shown[word].to_uppercase();
            }
            begin = index + 1;
        }
    }
    shown
}

/// The cheapest way to cut the words into pages (dynamic programming over break points).
fn breaks(timed: &[TimedWord], shown: &[String], language: &str) -> Vec<std::ops::Range<usize>> {
    let count = timed.len();
    let mut best: Vec<(u64, usize)> = vec![(0, 0); count + 1];
    for end in 1..=count {
        best[end] = (end.saturating_sub(WORDS_MAX)..end)
            .filter(|&begin| end - begin == 1 || lines(&shown[begin..end]).is_some())
            .map(|begin| (best[begin].0 + cost(timed, begin, end, language), begin))
            .min()
            .unwrap_or((u64::MAX / 2, end - 1));
    }
    let mut ranges = Vec::new();
    let mut end = count;
    while end > 0 {
        let begin = best[end].1.min(end - 1);
        ranges.push(begin..end);
        end = begin;
    }
    ranges.reverse();
    ranges
}

/// How bad a page of these words would be.
fn cost(timed: &[TimedWord], begin: usize, end: usize, language: &str) -> u64 {
    let until = timed.get(end).map_or(timed[end - 1].end_ms, |next| next.start_ms);
    let stands_ms = until.saturating_sub(timed[begin].start_ms);
    let off_ms = match stands_ms {
        ms if ms < PAGE_MS_MIN => PAGE_MS_MIN - ms,
        ms if ms > PAGE_MS_MAX => ms - PAGE_MS_MAX,
        _ => 0,
    };
    let crossed: u64 = timed[begin..end - 1]
        .iter()
        .map(|word| match words::closes(&word.text) {
            2 => 900,
            1 => 350,
            _ => 0,
        })
        .sum();
    let leans = end < timed.len() && words::leans_on_next(&timed[end - 1].text, language);
    let closes = words::closes(&timed[end - 1].text) > 0;
    let off = u64::from(off_ms);
    off * off / 1000 + crossed + if leans { 160 } else { 0 } + if closes { 0 } else { 60 }
}

/// Where the line breaks: `Some(None)` for one line, `Some(Some(n))` after the n-th word, `None`
/// when two lines do not hold the words.
fn lines(shown: &[String]) -> Option<Option<usize>> {
    let width = |words: &[String]| -> usize {
        let letters: usize = words.iter().map(|word| words::width(word)).sum();
        let spaces = words.windows(2).filter(|pair| !words::joined(&pair[0], &pair[1])).count();
        letters + spaces
    };
    if width(shown) <= LINE_LETTERS_MAX {
        return Some(None);
    }
    (1..shown.len())
        .map(|at| (width(&shown[..at]).max(width(&shown[at..])), at))
        .filter(|(widest, _)| *widest <= LINE_LETTERS_MAX)
        .min()
        .map(|(_, at)| Some(at))
}

fn page(span: &ShotSpan, shown: &[String], range: std::ops::Range<usize>) -> Page {
    let break_at = lines(&shown[range.clone()]).flatten();
    let timed = &span.words[range.clone()];
    let words: Vec<PageWord> = timed
        .iter()
        .zip(&shown[range])
        .enumerate()
        .map(|(index, (word, text))| PageWord {
            text: text.clone(),
            start_frame: word.start_frame,
            end_frame: word.end_frame.max(word.start_frame + 1),
            break_after: break_at == Some(index + 1),
        })
        .collect();
    let start_frame = timed.first().map_or(span.start_frame, |word| word.start_frame);
    let spoken = timed.last().map_or(start_frame, |word| word.end_ms * FPS / 1000 + 1);
    let end_frame = spoken.max(start_frame + 1);
    Page { shot: span.shot, start_frame, end_frame, words }
}
