//! The `fake_text` world: a phone conversation. Bubbles slide up as they are read, dots are typed
//! before a reply, the list scrolls; the bubbles are the captions. All shots show windows of one
//! continuous timeline, so that a cut between them cannot be seen.

mod conversation;
mod phone;
mod theme;

use crate::{
    scene::{
        Align, Backdrop, Camera, Content, Ease, Glow, Idle, Layer, PathArt, Plate, Pose, Rgba,
        Scene, Track,
    },
    treatments::{Take, pieces::lettering::Lettering},
};

use conversation::{
    BUBBLE_LEFT_PX, BUBBLE_RIGHT_PX, Conversation, DOTS_SIZE_PX, From, Message, RECEIPT_PX,
};
use phone::{HEADER_BOTTOM_PX, circle_path, layer};
use theme::{Theme, Words};

/// Frames of a bubble's or the list's move.
const MOVE_FRAMES: f32 = 13.0;
/// Its overshoot; all of them share it, so that bubbles never run into each other.
const MOVE: Ease = Ease::Spring(0.06);
/// Frames after which a message counts as delivered, before its receipt shows.
const RECEIPT_FRAMES: f32 = 12.0;
/// Room for the day's heading above the first bubble.
const DAY_PX: f32 = 96.0;
/// Room for the contact's card above the day's heading, as phones show it on a new conversation.
const CARD_PX: f32 = 440.0;

/// Lays out one shot.
#[must_use]
pub fn scene(take: &Take) -> Scene {
    let theme = Theme::of(take);
    let words = theme::words(&take.story.language);
    let talk = Conversation::new(take, HEADER_BOTTOM_PX + CARD_PX + DAY_PX + 20.0);
    let frames = take.shot.frames as f32;
    let mut layers = vec![backdrop(&theme)];
    layers.extend(card(take, &theme, &talk));
    layers.push(day(take, &theme, &words, &talk));
    for (index, message) in talk.messages.iter().enumerate() {
        if message.at_frame < talk.now_frame + frames + 30.0 {
            layers.extend(bubble(take, &theme, &words, &talk, index));
        }
        layers.extend(dots(&theme, &talk, message));
    }
    layers.extend(reaction(&theme, &talk, take));
    let shift = |frame: f32| frame - talk.now_frame;
    let speaking: Vec<(f32, f32)> = talk
        .messages
        .iter()
        .filter(|message| matches!(message.from, From::Other(_)))
        .map(|message| (shift(message.at_frame), shift(message.said_frame)))
        .filter(|(from, until)| *until > -20.0 && *from < frames)
        .collect();
    layers.extend(phone::header(take, &theme, &words, &speaking));
    layers.extend(phone::keyboard(take, &theme, &words, &typed(&talk)));
    layers.retain(|layer| layer.until_frame > layer.from_frame);
    Scene { frames: take.shot.frames, camera: still(), layers }
}

fn still() -> Camera {
    let fixed = || Track::fixed(0.0);
    Camera {
        zoom: Track::fixed(1.0),
        pan_x_px: fixed(),
        pan_y_px: fixed(),
        focus_px: [540.0, 900.0],
    }
}

fn backdrop(theme: &Theme) -> Layer {
    let [top, bottom] = theme.back;
    let glow =
        |x: f32, y: f32, radius_px: f32| Glow { centre_px: [x, y], radius_px, colour: theme.glow };
    let content = Content::Backdrop(Backdrop {
        stops: vec![(0.0, top), (1.0, bottom)],
        angle_deg: 18.0,
        glows: vec![glow(900.0, 560.0, 700.0), glow(120.0, 1300.0, 620.0)],
    });
    layer("backdrop", content, Pose::at(540.0, 960.0))
}

/// A screen frame as a layer's first or last visible frame.
fn as_frame(frame: f32) -> u32 {
    if frame >= u32::MAX as f32 { u32::MAX } else { frame.max(0.0).ceil() as u32 }
}

/// Heights over time of something that stands at `y` in the unscrolled list, from `since` (absolute
/// frames) on: it takes part in every scroll after that.
fn scrolling(talk: &Conversation, y: f32, since: Option<f32>, rise_px: f32) -> Track {
    let mut track = match since {
        None => Track::fixed(y),
        Some(at) => {
            let rest = y - talk.scrolled_at(at);
            let start = at - talk.now_frame;
            Track::fixed(rest + rise_px).to(start, start + MOVE_FRAMES, rest, MOVE)
        }
    };
    for &(at, px) in &talk.scrolls {
        if since.is_none_or(|since| at > since) {
            let start = at - talk.now_frame;
            crate::treatments::pieces::motion::push(
                &mut track,
                start,
                start + MOVE_FRAMES,
                y - px,
                MOVE,
            );
        }
    }
    track
}

/// How far the list moves at `at`: what enters then comes from at least that far below.
fn scroll_step(talk: &Conversation, at: f32) -> f32 {
    talk.scrolled_at(at) - talk.scrolled_at(at - 0.01)
}

fn day(take: &Take, theme: &Theme, words: &Words, talk: &Conversation) -> Layer {
    let text = format!("{} {}", words.today, theme.time(0));
    let y = HEADER_BOTTOM_PX + CARD_PX + 20.0 + DAY_PX / 2.0;
    let mut pose = Pose::at(540.0, y);
    pose.y_px = scrolling(talk, y, None, 0.0);
    let mut day = Lettering::secondary(&text, 48.0, theme.quiet).layer("day", pose, 0);
    day.until_frame = gone_frame(talk, y, 60.0, take);
    day
}

/// The contact's card: a large picture, the name, what it is about.
fn card(take: &Take, theme: &Theme, talk: &Conversation) -> Vec<Layer> {
    let contact = phone::Contact::of(take);
    let top = HEADER_BOTTOM_PX + 40.0;
    let mut layers = contact.avatar(theme, [540.0, top + 130.0], 126.0);
    let name =
        Lettering::title(&contact.name, 64.0, theme.ink).weight(800).fitted(take, 800.0, 76.0);
    let y = top + 310.0;
    layers.push(name.layer("contact", Pose::at(540.0, y), 0));
    if contact.name != take.story.title {
        let about = Lettering::secondary(&take.story.title, 48.0, theme.quiet).weight(500);
        let about = about.fitted(take, 800.0, 62.0);
        layers.push(about.layer("about", Pose::at(540.0, y + 70.0), 0));
    }
    for layer in &mut layers {
        let y = layer.pose.y_px.base;
        layer.pose.y_px = scrolling(talk, y, None, 0.0);
        layer.until_frame = gone_frame(talk, y, 150.0, take);
    }
    layers
}

/// The scene frame by which something `half` high round `y` has left under the header.
fn gone_frame(talk: &Conversation, y: f32, half: f32, take: &Take) -> u32 {
    let hidden = HEADER_BOTTOM_PX - half;
    let gone = talk.scrolls.iter().find(|(_, px)| y - px < hidden);
    gone.map_or(u32::MAX, |(at, _)| as_frame(at - talk.now_frame + MOVE_FRAMES + 2.0))
        .min(if take.shot.frames == 0 { 0 } else { u32::MAX })
}

fn bubble(
    take: &Take,
    theme: &Theme,
    words: &Words,
    talk: &Conversation,
    index: usize,
) -> Vec<Layer> {
    let message = &talk.messages[index];
    let [x, y] = message.centre_px();
    let start = message.at_frame - talk.now_frame;
    let rise = scroll_step(talk, message.at_frame).max(if message.dots_frame.is_some() {
        34.0
    } else {
        110.0
    });
    let mut pose = Pose::at(x, y);
    pose.y_px = scrolling(talk, y, Some(message.at_frame), rise);
    pose.opacity = Track::fixed(0.0).to(start, start + 4.0, 1.0, Ease::Linear);
    let until = gone_frame(talk, y, message.size_px[1] / 2.0 + 60.0, take);
    let mut block = message.block.clone();
    let mut layers = Vec::new();
    let [fill, ink] = match message.from {
        From::Owner => theme.ours,
        From::Other(_) => theme.theirs,
        From::Nobody => [theme.bar, theme.quiet],
    };
    for run in &mut block.runs {
        run.colour = ink;
    }
    if message.from != From::Nobody {
        let [width, height] = message.size_px;
        let text = take.measure(&message.block);
        block.plate = Some(Plate {
            fill,
            pad_x_px: (width - text[0]) / 2.0,
            pad_y_px: (height - text[1]) / 2.0,
            radius_px: 54.0,
        });
        let next = talk.messages.get(index + 1).filter(|next| next.from == message.from);
        let mut tail = tail(message, fill, &pose, talk, rise);
        tail.until_frame =
            next.map_or(until, |next| as_frame(next.at_frame - talk.now_frame)).min(until);
        layers.push(tail);
    }
    layers.push(layer("bubble", Content::Text(block), pose));
    if message.receipt {
        layers.extend(receipts(take, theme, words, talk, index));
    }
    for layer in &mut layers {
        layer.from_frame = layer.from_frame.max(as_frame(start));
        layer.until_frame = layer.until_frame.min(until);
    }
    layers
}

/// The little hook at a bubble's lower corner.
fn tail(message: &Message, fill: Rgba, pose: &Pose, talk: &Conversation, rise: f32) -> Layer {
    let own = message.from == From::Owner;
    let x = if own { BUBBLE_RIGHT_PX - 22.0 } else { BUBBLE_LEFT_PX + 22.0 };
    let y = message.top_px + message.size_px[1] - 24.0;
    let mut at = pose.clone();
    at.x_px = Track::fixed(x);
    at.y_px = scrolling(talk, y, Some(message.at_frame), rise);
    if !own {
        at.scale_x = Track::fixed(-1.0);
    }
    let art = PathArt {
        d: "M-30 -22 C0 -22 20 -16 22 -30 C20 -4 26 14 40 24 C20 27 2 22 -10 10 Z".into(),
        fill: Some(fill),
        stroke: None,
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(1.0),
    };
    layer("tail", Content::Path(art), at)
}

/// "Delivered" under an outgoing bubble; "Read" once the other begins to answer.
fn receipts(
    take: &Take,
    theme: &Theme,
    words: &Words,
    talk: &Conversation,
    index: usize,
) -> Vec<Layer> {
    let message = &talk.messages[index];
    let y = message.top_px + message.size_px[1] + RECEIPT_PX / 2.0;
    let shown = message.at_frame + RECEIPT_FRAMES;
    let read = talk
        .messages
        .get(index + 1)
        .map_or(f32::MAX, |next| next.dots_frame.unwrap_or(next.at_frame).max(shown));
    let line = |text: &str, from: f32, until: f32, fade: bool| {
        let text = Lettering::secondary(text, 48.0, theme.quiet).weight(500).align(Align::End);
        let width = text.size(take)[0];
        let x = BUBBLE_RIGHT_PX - 24.0 - width / 2.0;
        let mut pose = Pose::at(x, y);
        pose.y_px = scrolling(talk, y, Some(message.at_frame), 0.0);
        let start = from - talk.now_frame;
        if fade {
            pose.opacity = Track::fixed(0.0).to(start, start + 5.0, 1.0, Ease::Linear);
        }
        let mut layer = text.layer("receipt", pose, as_frame(start));
        layer.until_frame = as_frame(until - talk.now_frame);
        layer
    };
    let read_text = format!("{} {}", words.read, theme.time(index as u32 / 3));
    let mut lines = vec![line(words.delivered, shown, read, true)];
    if read < f32::MAX {
        lines.push(line(&read_text, read, f32::MAX, false));
    }
    lines
}

/// Three dots that hop in the place of the message to come.
fn dots(theme: &Theme, talk: &Conversation, message: &Message) -> Vec<Layer> {
    let Some(from) = message.dots_frame else { return Vec::new() };
    let start = from - talk.now_frame;
    let end = message.at_frame - talk.now_frame;
    if end <= 0.0 {
        return Vec::new();
    }
    let [width, height] = DOTS_SIZE_PX;
    let y = message.top_px + height / 2.0;
    let rise = scroll_step(talk, from).max(60.0);
    let mut place = Pose::at(BUBBLE_LEFT_PX + width / 2.0, y);
    place.y_px = scrolling(talk, y, Some(from), rise);
    place.opacity = Track::fixed(0.0).to(start, start + 4.0, 1.0, Ease::Linear);
    let filled = |d: String, fill: Rgba| {
        Content::Path(PathArt {
            d,
            fill: Some(fill),
            stroke: None,
            trim_from: Track::fixed(0.0),
            trim_to: Track::fixed(1.0),
        })
    };
    let mut layers = vec![layer(
        "typing",
        filled(phone::rounded(width, height, 54.0), theme.theirs[0]),
        place.clone(),
    )];
    for n in 0..3 {
        let mut pose = place.clone();
        pose.x_px = Track::fixed(BUBBLE_LEFT_PX + width / 2.0 + (n as f32 - 1.0) * 38.0);
        // The phase is the video's, not the shot's: a cut does not disturb the rhythm.
        let turns = talk.now_frame / 30.0 * 1.6 - n as f32 * 0.16;
        pose.idle = Some(Idle {
            x_px: 0.0,
            y_px: 9.0,
            rotation_deg: 0.0,
            hz: 1.6,
            phase: turns.rem_euclid(1.0),
        });
        layers.push(layer("typing dot", filled(circle_path(12.0), theme.quiet), pose));
    }
    for layer in &mut layers {
        layer.from_frame = as_frame(start);
        layer.until_frame = as_frame(end);
    }
    layers
}

/// A heart that somebody puts on the last bubble once it has been read.
fn reaction(theme: &Theme, talk: &Conversation, take: &Take) -> Vec<Layer> {
    let Some(last) = talk.messages.last().filter(|last| last.from != From::Nobody) else {
        return Vec::new();
    };
    let end = take.story.shots.iter().map(|shot| shot.frames as f32).sum::<f32>();
    let at = (last.said_frame + 4.0).min(end - 16.0).max(last.at_frame + MOVE_FRAMES);
    let start = at - talk.now_frame;
    if start >= take.shot.frames as f32 {
        return Vec::new();
    }
    let inner = if last.from == From::Owner { -1.0 } else { 1.0 };
    let [x, y] = last.centre_px();
    // Below a bubble that came in; above one that went out, whose receipt stands below.
    let edge = if last.from == From::Owner {
        -10.0 - last.size_px[1] / 2.0
    } else {
        last.size_px[1] / 2.0 - 28.0
    };
    let corner = [x + inner * (last.size_px[0] / 2.0 - 10.0), y + edge];
    let mut pose = Pose::at(corner[0].clamp(150.0, 930.0), corner[1]);
    pose.y_px = scrolling(talk, corner[1], Some(last.at_frame), 0.0);
    let pop = Track::fixed(0.0).to(start, start + 14.0, 1.0, Ease::Spring(0.1));
    (pose.scale_x, pose.scale_y) = (pop.clone(), pop);
    let disc = PathArt {
        d: circle_path(42.0),
        fill: Some(theme.theirs[0]),
        stroke: Some(crate::scene::Stroke {
            colour: theme.back[0],
            width_px: 6.0,
            dash_px: Vec::new(),
        }),
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(1.0),
    };
    let heart = PathArt {
        d: "M0 22 C-30 2 -24 -20 -10 -19 C-4 -18.5 -1 -15 0 -11 C1 -15 4 -18.5 10 -19 C24 -20 30 2 0 22 Z".into(),
        fill: Some(Rgba::hex(0xFF_3B_5C)),
        stroke: None,
        trim_from: Track::fixed(0.0),
        trim_to: Track::fixed(1.0),
    };
    [("reaction", disc), ("reaction heart", heart)]
        .map(|(name, art)| {
            let mut layer = layer(name, Content::Path(art), pose.clone());
            layer.from_frame = as_frame(start);
            layer
        })
        .into()
}

/// Keys to be seen pressed: the letters of what the owner is about to send.
fn typed(talk: &Conversation) -> Vec<(u32, char)> {
    let mut keys = Vec::new();
    for message in talk.messages.iter().filter(|message| message.from == From::Owner) {
        let text: String = message.block.runs.iter().map(|run| run.text.as_str()).collect();
        let letters: Vec<char> = text.chars().filter(char::is_ascii_alphabetic).take(9).collect();
        let first = message.at_frame - talk.now_frame - 4.0 * letters.len() as f32 - 2.0;
        for (n, letter) in letters.into_iter().enumerate() {
            let frame = 4.0f32.mul_add(n as f32, first);
            if frame >= 0.0 {
                keys.push((frame as u32, letter));
            }
        }
    }
    keys
}
