//! The whole conversation on one absolute timeline: who says what when, where each bubble stands in
//! the list, when typing dots show, how far the list has scrolled. Knows no colours.
//!
//! Frames here count from the start of the *video*; every shot shows a window of the same timeline,
//! so that shots join without a jump.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::{
    scene::{Align, Family, TextBlock, TextRun},
    treatments::Take,
};

/// Left edge of bubbles that came in.
pub(super) const BUBBLE_LEFT_PX: f32 = 84.0;
/// Right edge of bubbles that went out.
pub(super) const BUBBLE_RIGHT_PX: f32 = 996.0;
/// Padding of text inside a bubble.
pub(super) const PAD_PX: [f32; 2] = [38.0, 21.0];
/// Widest text inside a bubble.
const TEXT_WIDTH_PX: f32 = 640.0;
/// Size of the typing bubble.
pub(super) const DOTS_SIZE_PX: [f32; 2] = [160.0, 108.0];
/// Lowest edge of the newest bubble.
pub(super) const LIST_BOTTOM_PX: f32 = 1384.0;
/// Room between bubbles of one speaker and between two speakers.
const GAPS_PX: [f32; 2] = [14.0, 30.0];
/// Room that a receipt line takes under a bubble of the phone's owner.
pub(super) const RECEIPT_PX: f32 = 70.0;
/// Frames for which dots are shown at most, and below which they are left out.
const DOTS_FRAMES: (f32, f32) = (40.0, 8.0);

/// Who a message is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// The owner of the phone: right-hand side.
    Owner,
    /// Somebody else, by index into the storyboard's speakers.
    Other(usize),
    /// The narrator: a quiet line in the middle.
    Nobody,
}

/// One line of the conversation.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Its sender.
    pub(super) from: From,
    /// Set text, without plate; colours are the painter's.
    pub(super) block: TextBlock,
    /// Width and height of the bubble.
    pub(super) size_px: [f32; 2],
    /// Top edge in the unscrolled list, in screen pixels.
    pub(super) top_px: f32,
    /// The frame on which it enters.
    pub(super) at_frame: f32,
    /// The frame on which its voice ends.
    pub(super) said_frame: f32,
    /// When typing dots stand in its place, if they do.
    pub(super) dots_frame: Option<f32>,
    /// Whether a receipt line stands under it.
    pub(super) receipt: bool,
}

/// Everything that will have been said by the end.
#[derive(Clone, Debug)]
pub(super) struct Conversation {
    /// In order.
    pub(super) messages: Vec<Message>,
    /// (frame, pixels the list has moved up from then on), ascending.
    pub(super) scrolls: Vec<(f32, f32)>,
    /// First frame of the shot being shown.
    pub(super) now_frame: f32,
}

impl Message {
    /// Bottom edge in the unscrolled list, receipt included.
    fn bottom_px(&self) -> f32 {
        self.top_px + self.size_px[1] + if self.receipt { RECEIPT_PX - 12.0 } else { 0.0 }
    }

    /// Centre of the bubble, unscrolled.
    pub(super) fn centre_px(&self) -> [f32; 2] {
        let x = match self.from {
            From::Owner => BUBBLE_RIGHT_PX - self.size_px[0] / 2.0,
            From::Other(_) => BUBBLE_LEFT_PX + self.size_px[0] / 2.0,
            From::Nobody => 540.0,
        };
        [x, self.top_px + self.size_px[1] / 2.0]
    }
}

impl Conversation {
    /// Lays the list out below `list_top_px`.
    pub(super) fn new(take: &Take, list_top_px: f32) -> Self {
        let mut messages = gather(take);
        place(&mut messages, list_top_px);
        let scrolls = scrolls(&messages);
        let before = &take.story.shots[..take.index];
        let now_frame = before.iter().map(|shot| shot.frames as f32).sum();
        Self { messages, scrolls, now_frame }
    }

    /// How far the list has moved up once everything before or on `frame` has settled.
    pub(super) fn scrolled_at(&self, frame: f32) -> f32 {
        self.scrolls.iter().rfind(|(at, _)| *at <= frame).map_or(0.0, |(_, px)| *px)
    }
}

/// Who the owner of the phone is: the marked speaker, else the second of two.
pub(super) fn owner(take: &Take) -> Option<usize> {
    let speakers = &take.story.speakers;
    speakers.iter().position(|speaker| speaker.own_phone).or((speakers.len() > 1).then_some(1))
}

fn gather(take: &Take) -> Vec<Message> {
    let owner = owner(take);
    let mut messages: Vec<Message> = Vec::new();
    let mut start = 0.0_f32;
    for shot in &take.story.shots {
        for line in shot.lines.iter().filter(|line| !line.text.trim().is_empty()) {
            let from = match line.speaker.map(|index| index as usize) {
                Some(index) if Some(index) == owner => From::Owner,
                Some(index) => From::Other(index),
                None => From::Nobody,
            };
            let first = line.words.first().map_or(0, |word| word.start_frame);
            let last = line.words.last().map_or(shot.frames, |word| word.end_frame);
            // The very first bubble is already settling on frame 0; later ones come with their
            // first word, a touch early so that the eye is there when the voice is.
            let lead = if messages.is_empty() { first as f32 + 9.0 } else { 2.0 };
            let at = start + first as f32 - lead;
            let floor = messages.last().map_or(f32::MIN, |previous| previous.at_frame + 1.0);
            let (block, size_px) = set(take, line.text.trim(), from);
            messages.push(Message {
                from,
                block,
                size_px,
                top_px: 0.0,
                at_frame: at.max(floor),
                said_frame: start + last as f32,
                dots_frame: None,
                receipt: false,
            });
        }
        start += shot.frames as f32;
    }
    for index in 1..messages.len() {
        let (before, rest) = messages.split_at_mut(index);
        let (Some(previous), Some(message)) = (before.last_mut(), rest.first_mut()) else {
            continue;
        };
        if !matches!(message.from, From::Other(_)) {
            continue;
        }
        previous.receipt = previous.from == From::Owner;
        let dots = (message.at_frame - DOTS_FRAMES.0).max(previous.at_frame + 18.0);
        message.dots_frame = (message.at_frame - dots >= DOTS_FRAMES.1).then_some(dots);
    }
    if let Some(last) = messages.last_mut() {
        last.receipt = last.from == From::Owner;
    }
    messages
}

/// The text of a message, as narrow as its number of lines allows, and the bubble's size.
fn set(take: &Take, text: &str, from: From) -> (TextBlock, [f32; 2]) {
    let quiet = from == From::Nobody;
    let letters = text.graphemes(true).count();
    let size_px = match letters {
        _ if quiet => 48.0,
        0..=70 => 58.0,
        71..=130 => 54.0,
        _ => 50.0,
    };
    let mut block = TextBlock {
        runs: vec![TextRun { text: text.to_owned(), colour: crate::palette::WHITE }],
        size_px,
        weight: if quiet { 600 } else { 500 },
        family: Family::Text,
        align: if quiet { Align::Centre } else { Align::Start },
        max_width_px: if quiet { 760.0 } else { TEXT_WIDTH_PX },
        line_height: 1.24,
        tracking_px: 0.0,
        outline: None,
        shadow: None,
        plate: None,
    };
    let [mut width, height] = take.measure(&block);
    if height > 1.5 * size_px * block.line_height {
        let (mut narrow, mut wide) = (width * 0.5, width);
        for _ in 0..5 {
            let middle = f32::midpoint(narrow, wide);
            block.max_width_px = middle;
            let [w, h] = take.measure(&block);
            if h <= height + 0.5 && w <= middle + 0.5 {
                (wide, width) = (middle, w);
            } else {
                narrow = middle;
            }
        }
        block.max_width_px = wide + 1.0;
        width = take.measure(&block)[0].max(width.min(wide));
    } else {
        block.max_width_px = width + 4.0;
    }
    let pad = if quiet { [0.0, 14.0] } else { PAD_PX };
    (
        block,
        [
            2.0f32.mul_add(pad[0], width).max(if quiet { 0.0 } else { 130.0 }),
            2.0f32.mul_add(pad[1], height),
        ],
    )
}

fn place(messages: &mut [Message], list_top_px: f32) {
    let mut top = list_top_px;
    for index in 0..messages.len() {
        messages[index].top_px = top;
        let message = &messages[index];
        let same = messages.get(index + 1).is_some_and(|next| next.from == message.from);
        let gap = if message.receipt { 12.0 } else { GAPS_PX[usize::from(!same)] };
        top = message.bottom_px() + gap;
    }
}

fn scrolls(messages: &[Message]) -> Vec<(f32, f32)> {
    let mut scrolls: Vec<(f32, f32)> = Vec::new();
    let mut reached = 0.0_f32;
    let mut grow = |at: f32, bottom: f32, scrolls: &mut Vec<(f32, f32)>| {
        let target = (bottom - LIST_BOTTOM_PX).max(0.0);
        if target > reached + 0.5 {
            reached = target;
            scrolls.push((at, target));
        }
    };
    for message in messages {
        if let Some(dots) = message.dots_frame {
            grow(dots, message.top_px + DOTS_SIZE_PX[1], &mut scrolls);
        }
        grow(message.at_frame, message.bottom_px(), &mut scrolls);
    }
    scrolls
}
