//! Pictures of one's own: with a caption, before their sentence, as an album.

use std::io::Cursor;

use anyhow::Result;
use serde_json::json;

use super::{ADA, Chatroom, QUICK, SENTENCE};

/// A small picture; another number, another one.
fn png(number: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::RgbImage::from_pixel(64, 64, image::Rgb([number, 90, 200]));
    let written = picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png);
    written.expect("a picture in memory");
    bytes
}

async fn used(room: &Chatroom) -> Result<i64> {
    room.number("SELECT coalesce(sum(jsonb_array_length(uploads)), 0)::bigint FROM cutline.jobs")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_with_a_caption_is_a_request_with_a_picture() -> Result<()> {
    let mut room = Chatroom::open(QUICK).await?;
    room.plan(ADA, "beginner").await?;
    let photo = room.telegram.photo(png(1));
    room.telegram.say_with(ADA, ADA, json!({"photo": photo, "caption": SENTENCE}));
    room.video(ADA).await?;
    assert_eq!((room.jobs().await?, used(&room).await?), (1, 1));
    room.all_posted().await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_is_one_request_with_all_its_pictures() -> Result<()> {
    let mut room = Chatroom::open(QUICK).await?;
    room.plan(ADA, "beginner").await?;
    for number in 0..4 {
        let mut part = json!({"photo": room.telegram.photo(png(number)), "media_group_id": "g1"});
        if number == 0 {
            part["caption"] = SENTENCE.into();
        }
        room.telegram.say_with(ADA, ADA, part);
    }
    room.video(ADA).await?;
    assert_eq!((room.jobs().await?, used(&room).await?), (1, 4));
    room.all_posted().await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_wait_for_their_sentence_across_a_restart() -> Result<()> {
    let mut room = Chatroom::empty().await?;
    room.worker(QUICK).await?;
    let first = room.bot("").await?;
    room.plan(ADA, "beginner").await?;
    for number in 0..2 {
        let part = json!({"photo": room.telegram.photo(png(number)), "media_group_id": "g2"});
        room.telegram.say_with(ADA, ADA, part);
    }
    room.sees(ADA, "both are ready", |shown| shown.text.starts_with("2 pictures are ready"))
        .await?;
    room.world[first].kill().await?;
    room.bot("").await?;
    room.telegram.say(ADA, ADA, SENTENCE);
    room.video(ADA).await?;
    assert_eq!(used(&room).await?, 2);
    room.all_posted().await?;
    // Used once: the next video has none.
    room.telegram.say(ADA, ADA, "Why squids have ten arms");
    let sees =
        room.sees(ADA, "the other", |shown| shown.media.is_some() && shown.text.contains("squids"));
    sees.await?;
    assert_eq!((room.jobs().await?, used(&room).await?), (2, 2));
    room.all_posted().await?;
    room.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_cannot_be_used_says_why() -> Result<()> {
    let mut room = Chatroom::open(QUICK).await?;
    let photo = room.telegram.photo(png(1));
    room.telegram.say_with(ADA, ADA, json!({"photo": photo, "caption": SENTENCE}));
    room.sees(ADA, "not in the plan", |shown| shown.text.contains("Beginner plan")).await?;
    room.plan(ADA, "beginner").await?;
    let broken = room.telegram.photo(b"no picture at all".to_vec());
    room.telegram.say_with(ADA, ADA, json!({"photo": broken, "caption": SENTENCE}));
    room.sees(ADA, "no picture", |shown| shown.text.contains("PNG")).await?;
    room.telegram.say_with(
        ADA,
        ADA,
        json!({"sticker": {"file_id": "s", "file_unique_id": "s",
        "type": "regular", "width": 5, "height": 5, "is_animated": false, "is_video": false}}),
    );
    room.sees(ADA, "words and pictures", |shown| shown.text.contains("words and pictures")).await?;
    assert_eq!(room.jobs().await?, 0);
    room.close().await
}
