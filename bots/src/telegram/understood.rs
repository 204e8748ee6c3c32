//! What a message means, if it is meant for us. Pure: a message goes in, what was said comes out.
//! In a group only commands, mentions and replies to the bot are; everything else is people talking
//! to each other.

use teloxide::types::{MediaKind, Message, MessageKind};

use super::place::Address;
use crate::command::verbs;

/// What somebody said to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Where, and to which message the answer belongs.
    pub(super) address: Address,
    /// Who.
    pub(super) person: Person,
    /// The message's id.
    pub(super) message: i32,
    /// Without the mention of the bot; empty where there are only pictures.
    pub(super) text: String,
    /// A picture that came with it.
    pub(super) picture: Option<PictureFile>,
    /// The album it is part of.
    pub(super) album: Option<String>,
    /// Something that is neither words nor a picture.
    pub(super) unusable: bool,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) locale: Option<String>,
}

/// A picture as Telegram keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PictureFile {
    pub(super) id: String,
    pub(super) name: String,
    /// `None` where Telegram does not say.
    pub(super) bytes: Option<u64>,
}

/// What a message says to the bot of this name and id; `None` where it is none of its business.
pub(super) fn message(message: &Message, me: u64, username: &str) -> Option<Said> {
    // Channels, anonymous administrators and other bots are nobody who has an account.
    let from = message.from.as_ref().filter(|from| !from.is_bot)?;
    if message.sender_chat.is_some() || message.chat.is_channel() {
        return None;
    }
    let MessageKind::Common(common) = &message.kind else { return None };
    if common.forward_origin.is_some() && !message.chat.is_private() {
        return None;
    }
    let written = message.text().or_else(|| message.caption()).unwrap_or_default();
    let text = if message.chat.is_private() {
        written.to_owned()
    } else {
        let answers_us = message
            .reply_to_message()
            .and_then(|replied| replied.from.as_ref())
            .is_some_and(|author| author.id.0 == me);
        addressed(written, username, answers_us)?
    };
    let picture = picture(message);
    let unusable = picture.is_none() && message.text().is_none();
    Some(Said {
        address: Address {
            chat: message.chat.id.0,
            thread: message.thread_id.filter(|_| message.is_topic_message).map(|id| id.0.0),
            reply_to: Some(message.id.0),
            person: from.id.0,
        },
        person: Person { id: from.id.0, locale: from.language_code.clone() },
        message: message.id.0,
        text: started(text.trim()).to_owned(),
        picture,
        album: message.media_group_id().map(|id| id.0.clone()),
        unusable,
    })
}

/// Telegram itself says `/start`, with what stood behind the link that led here, for who opens the
/// bot (core.telegram.org/bots/features#deep-linking): no word of theirs.
fn started(text: &str) -> &str {
    match text.split_once(char::is_whitespace) {
        Some(("/start", _)) => "/start",
        _ => text,
    }
}

/// What is said to the bot in a group; `None` for what is said to others.
fn addressed(written: &str, username: &str, answers_us: bool) -> Option<String> {
    let written = written.trim();
    if let Some(rest) = written.strip_prefix('/') {
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        return match word.split_once('@') {
            Some((_, bot)) if bot.eq_ignore_ascii_case(username) => Some(written.to_owned()),
            // Another bot's.
            Some(_) => None,
            // To whom it may concern: us, if it is one of ours.
            None => verbs::find(&word.to_lowercase()).map(|_| written.to_owned()),
        };
    }
    match without_mention(written, username) {
        Some(text) => Some(text),
        None => answers_us.then(|| written.to_owned()),
    }
}

/// The text without the first mention of the bot; `None` where there is none.
fn without_mention(written: &str, username: &str) -> Option<String> {
    let mention = format!("@{}", username.to_lowercase());
    // ASCII keeps its length in lower case; other letters may not, so look byte by byte.
    let at = (0..written.len()).find(|at| {
        written
            .get(*at..*at + mention.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(&mention))
    })?;
    let after = &written[at + mention.len()..];
    if after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let before = written[..at].trim_end();
    let after = after.trim_start_matches([',', ':', ' ']).trim_start();
    Some(format!("{before} {after}").trim().to_owned())
}

/// The largest size of a photo, or a file that is a picture.
fn picture(message: &Message) -> Option<PictureFile> {
    if let Some(sizes) = message.photo() {
        let size =
            sizes.iter().max_by_key(|size| u64::from(size.width) * u64::from(size.height))?;
        return Some(PictureFile {
            id: size.file.id.0.clone(),
            name: format!("photo-{}.jpg", message.id.0),
            bytes: known(size.file.size),
        });
    }
    let MessageKind::Common(common) = &message.kind else { return None };
    // Moving pictures come as documents too, under another kind.
    let MediaKind::Document(media) = &common.media_kind else { return None };
    let document = &media.document;
    let is_picture = document.mime_type.as_ref().is_some_and(|mime| mime.type_() == "image");
    is_picture.then(|| PictureFile {
        id: document.file.id.0.clone(),
        name: document.file_name.clone().unwrap_or_else(|| format!("file-{}", message.id.0)),
        bytes: known(document.file.size),
    })
}

/// Telegram need not say how large a file is; teloxide then says that it is as large as can be.
fn known(bytes: u32) -> Option<u64> {
    (bytes != u32::MAX).then(|| bytes.into())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ME: u64 = 777;

    fn read(value: Value) -> Option<Said> {
        let parsed: Message = serde_json::from_value(value).unwrap();
        message(&parsed, ME, "CutlineBot")
    }

    fn said(chat: i64, more: Value) -> Option<Said> {
        let kind = if chat < 0 { "supergroup" } else { "private" };
        let mut value = json!({
            "message_id": 5, "date": 1_700_000_000,
            "chat": {"id": chat, "type": kind, "title": "G", "first_name": "Ada"},
            "from": {"id": 42, "is_bot": false, "first_name": "Ada", "language_code": "es"},
        });
        for (key, more) in more.as_object().unwrap() {
            value[key] = more.clone();
        }
        read(value)
    }

    #[test]
    fn alone_every_message_is_a_request() {
        let heard = said(42, json!({"text": " Why octopuses have three hearts "})).unwrap();
        assert_eq!(heard.text, "Why octopuses have three hearts");
        assert_eq!(heard.person, Person { id: 42, locale: Some("es".into()) });
        assert_eq!(heard.address.reply_to, Some(5));
        assert!(!heard.unusable);
    }

    #[test]
    fn in_a_group_only_what_is_said_to_the_bot_is_heard() {
        let text = |text: &str| said(-100, json!({"text": text})).map(|said| said.text);
        assert_eq!(text("Why octopuses have three hearts"), None);
        assert_eq!(text("/status"), Some("/status".into()));
        assert_eq!(text("/status@cutlinebot K7Q2M9"), Some("/status@cutlinebot K7Q2M9".into()));
        assert_eq!(text("/status@OtherBot"), None);
        assert_eq!(text("/weather"), None);
        assert_eq!(text("@CutlineBot: why cats purr"), Some("why cats purr".into()));
        assert_eq!(
            text("make one, @cutlinebot why İstanbul"),
            Some("make one, why İstanbul".into())
        );
        assert_eq!(text("@CutlineBotAgency why cats purr"), None);
        let reply = |author: u64| {
            let replied = json!({"message_id": 4, "date": 1, "chat": {"id": -100, "type":
                "supergroup", "title": "G"}, "from": {"id": author, "is_bot": true, "first_name": "b"},
                "text": "x"});
            said(-100, json!({"text": "again but shorter", "reply_to_message": replied}))
        };
        assert!(reply(ME).is_some() && reply(1).is_none());
    }

    #[test]
    fn topics_are_answered_in_their_topic() {
        let more = json!({"text": "/plan", "message_thread_id": 9, "is_topic_message": true});
        assert_eq!(said(-100, more).unwrap().address.thread, Some(9));
        // A reply's thread is no topic.
        let more = json!({"text": "/plan", "message_thread_id": 9});
        assert_eq!(said(-100, more).unwrap().address.thread, None);
    }

    #[test]
    fn the_largest_size_of_a_photo_is_used_and_albums_keep_together() {
        let size = |id: &str, side: u32| {
            json!({"file_id": id, "file_unique_id": id, "width": side, "height": side,
                "file_size": side})
        };
        let more = json!({"photo": [size("s", 90), size("l", 1280), size("m", 320)],
            "caption": "bees", "media_group_id": "g1"});
        let heard = said(42, more).unwrap();
        assert_eq!(heard.picture.as_ref().unwrap().id, "l");
        assert_eq!(heard.picture.unwrap().bytes, Some(1280));
        assert_eq!((heard.text.as_str(), heard.album.as_deref()), ("bees", Some("g1")));
        let document = |mime: &str| {
            json!({"document": {"file_id": "d", "file_unique_id": "d", "file_size": 10,
                "file_name": "logo.png", "mime_type": mime}})
        };
        assert_eq!(said(42, document("image/png")).unwrap().picture.unwrap().name, "logo.png");
        assert!(said(42, document("application/pdf")).unwrap().unusable);
    }

    #[test]
    fn nobody_in_particular_is_not_heard() {
        let bot = json!({"text": "/plan", "from": {"id": 1, "is_bot": true, "first_name": "b"}});
        assert_eq!(said(-100, bot), None);
        let channel = json!({"text": "/plan", "sender_chat": {"id": -5, "type": "channel",
            "title": "C"}});
        assert_eq!(said(-100, channel), None);
    }
}
