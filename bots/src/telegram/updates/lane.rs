//! In which order a chat's updates are answered.

use std::collections::VecDeque;

use teloxide::types::{Update, UpdateKind};

/// A chat's updates, one after the other; only the parts of one album are answered together,
/// because they wait for each other.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) running: usize,
    /// The album that is being answered.
    album: Option<String>,
    pub(super) waiting: VecDeque<Update>,
}

impl Lane {
    /// The next update that may start now.
    pub(super) fn next(&mut self) -> Option<Update> {
        let album = album(self.waiting.front()?);
        if self.running > 0 && (album.is_none() || album != self.album) {
            return None;
        }
        self.running += 1;
        self.album = album;
        self.waiting.pop_front()
    }
}

fn album(update: &Update) -> Option<String> {
    match &update.kind {
        UpdateKind::Message(message) => message.media_group_id().map(|id| id.0.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use teloxide::types::{Message, UpdateId};

    use super::*;

    fn update(id: u32, album: Option<&str>) -> Update {
        let mut message = json!({"message_id": id, "date": 1, "text": "x",
            "chat": {"id": 1, "type": "private", "first_name": "Ada"},
            "from": {"id": 1, "is_bot": false, "first_name": "Ada"}});
        if let Some(album) = album {
            let size = json!({"file_id": "f", "file_unique_id": "f", "file_size": 9, "width": 1,
                "height": 1});
            message["photo"] = json!([size]);
            message["media_group_id"] = album.into();
            message.as_object_mut().unwrap().remove("text");
        }
        let message: Message = serde_json::from_value(message).unwrap();
        Update { id: UpdateId(id), kind: UpdateKind::Message(message) }
    }

    #[test]
    fn parts_of_an_album_are_answered_together_and_all_else_in_order() {
        let mut lane = Lane::default();
        let order = [(1, Some("a")), (2, Some("a")), (3, Some("b")), (4, None), (5, Some("b"))];
        lane.waiting = order.iter().map(|(id, album)| update(*id, *album)).collect();
        let started = |lane: &mut Lane| {
            let mut ids = Vec::new();
            while let Some(update) = lane.next() {
                ids.push(update.id.0);
            }
            lane.running = 0;
            ids
        };
        assert_eq!(started(&mut lane), [1, 2]);
        assert_eq!(started(&mut lane), [3]);
        assert_eq!(started(&mut lane), [4]);
        assert_eq!(started(&mut lane), [5]);
    }
}
