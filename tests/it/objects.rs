//! The object store over files and over a real S3 server: what is stored comes back, whole or not
//! at all, and errors say what they are.

mod disk;
mod s3;

use anyhow::{Context, Result};
use bytes::Bytes;
use cutline_core::objects::{
    Body, ErrorKind, ObjectKey, ObjectMeta, ObjectPrefix, Objects, ObjectsConfig,
};
use cutline_tests::Bucket;

/// Both kinds of store, and what keeps them alive.
struct Both {
    stores: Vec<(&'static str, Objects)>,
    folder: tempfile::TempDir,
    _bucket: Bucket,
}

impl Both {
    async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let bucket = Bucket::start().await?;
        let disk = Objects::open(&ObjectsConfig::disk(folder.path().join("objects"))).await?;
        let stores = vec![("disk", disk), ("s3", bucket.objects().await?)];
        Ok(Self { stores, folder, _bucket: bucket })
    }
}

fn key(name: &str) -> Result<ObjectKey> {
    Ok(ObjectKey::parse(name)?)
}

/// Bytes that repeat nowhere near.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    (0..length).map(|_| next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_comes_back_with_its_type_and_in_pieces() -> Result<()> {
    let both = Both::start().await?;
    // Two and a half parts' worth, so that a bucket gets it in parts.
    let film = noise(20 << 20, 7);
    let file = both.folder.path().join("film.mp4");
    std::fs::write(&file, &film)?;
    for (name, store) in &both.stores {
        let small = key("videos/day/j/1/captions.vtt")?;
        let meta = ObjectMeta::of_name("captions.vtt").cached("public, max-age=60");
        store.put(&small, "WEBVTT\n", &meta).await?;
        assert_eq!(store.get(&small).await?, Bytes::from("WEBVTT\n"), "{name}");
        let info = store.head(&small).await?;
        assert_eq!((info.size_bytes, &info.meta), (7, &meta), "{name}");
        store.put(&small, "WEBVTT 2\n", &ObjectMeta::new("text/plain")).await?;
        let again = store.head(&small).await?;
        assert_eq!(again.meta, ObjectMeta::new("text/plain"), "{name}");
        assert_ne!(again.etag, info.etag, "{name}: other bytes, another tag");

        let large = key("videos/day/j/1/master.mp4")?;
        store.put(&large, Body::File(file.clone()), &ObjectMeta::new("video/mp4")).await?;
        let info = store.head(&large).await?;
        assert_eq!(info.size_bytes, film.len() as u64, "{name}");
        assert_eq!(info.meta.content_type, "video/mp4", "{name}");
        let back = both.folder.path().join(format!("{name}.mp4"));
        store.download(&large, &back).await?;
        assert!(std::fs::read(&back)? == film, "{name}: the film came back changed");
        for (start, end) in [(0, 1), (8_388_600, 8_388_620), (20_971_510, 30_000_000)] {
            let part = store.get_range(&large, start..end).await?;
            let end = (end as usize).min(film.len());
            assert!(part == film[start as usize..end], "{name}: {start}–{end}");
        }
        for (start, end) in [(5, 5), (20_971_520, 20_971_530)] {
            let error = store.get_range(&large, start..end).await.err().context("no such range")?;
            assert_eq!(error.kind(), ErrorKind::Refused, "{name}: {error}");
        }
        store.put(&key("empty")?, Vec::new(), &ObjectMeta::new("text/plain")).await?;
        assert!(store.get(&key("empty")?).await?.is_empty(), "{name}");
        store.check().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_from_what_failed() -> Result<()> {
    let both = Both::start().await?;
    for (name, store) in &both.stores {
        let missing = key("videos/day/none")?;
        let to = both.folder.path().join("to");
        let errors = [
            store.get(&missing).await.err(),
            store.get_range(&missing, 0..5).await.err(),
            store.head(&missing).await.err(),
            store.download(&missing, &to).await.err(),
        ];
        for error in errors {
            let error = error.with_context(|| format!("{name}: nothing was there"))?;
            assert_eq!(error.kind(), ErrorKind::NotFound, "{name}: {error}");
        }
        assert!(!to.exists(), "{name}: half a download");
        store.delete(&missing).await?;
        let absent = Body::File(both.folder.path().join("nowhere"));
        let error = store.put(&missing, absent, &ObjectMeta::new("x/y")).await;
        assert!(error.err().context(*name)?.to_string().contains("nowhere"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_are_in_order_and_go_on_where_they_stopped() -> Result<()> {
    let both = Both::start().await?;
    // As bytes: "a-" < "a." < "a/" < "a0", which is not the order of folders.
    let names = ["l/a-b", "l/a.b", "l/a/b", "l/a/c/d", "l/a0", "l/b", "other/x"];
    for (name, store) in &both.stores {
        for object in names.iter().rev() {
            store.put(&key(object)?, "x", &ObjectMeta::new("text/plain")).await?;
        }
        let prefix = ObjectPrefix::parse("l")?;
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = store.list(&prefix, after.as_ref(), 2).await?;
            after = page.last().map(|listed| listed.key.clone());
            found.extend(page.into_iter().map(|listed| listed.key.to_string()));
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, names[..6], "{name}");
        assert_eq!(store.list(&ObjectPrefix::all(), None, 100).await?.len(), 7, "{name}");
        assert_eq!(store.delete_below(&prefix).await?, 6, "{name}");
        let left = store.list(&ObjectPrefix::all(), None, 100).await?;
        assert_eq!(left.len(), 1, "{name}");
        assert!(store.list(&ObjectPrefix::parse("nothing")?, None, 5).await?.is_empty(), "{name}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_writer_changes_nothing() -> Result<()> {
    let both = Both::start().await?;
    let large = both.folder.path().join("stale.mp4");
    std::fs::write(&large, noise(9 << 20, 3))?;
    for (name, store) in &both.stores {
        let place = key("checkpoints/j/voice.json")?;
        let meta = ObjectMeta::new("application/json").cached("no-store");
        store.put_new(&place, "current", &meta).await?;
        let late: [Body; 2] = ["stale".into(), Body::File(large.clone())];
        for body in late {
            let error = store.put_new(&place, body, &ObjectMeta::new("a/b")).await;
            let error = error.err().with_context(|| format!("{name}: it was replaced"))?;
            assert_eq!(error.kind(), ErrorKind::AlreadyThere, "{name}: {error}");
        }
        assert_eq!(store.get(&place).await?, Bytes::from("current"), "{name}");
        assert_eq!(store.head(&place).await?.meta, meta, "{name}");
    }
    assert_eq!(both._bucket.open_uploads(), 0, "the refused upload in parts was aborted");
    Ok(())
}
