//! What only files can do wrong: writers that race, writers that die, and old files.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use cutline_bots::tasks::Group;
use cutline_core::{
    clock::{Clock, SystemClock},
    objects::{ErrorKind, ObjectMeta, Objects, ObjectsConfig},
};

use super::{key, noise};

async fn store(folder: &Path) -> Result<Objects> {
    Ok(Objects::open(&ObjectsConfig::disk(folder.join("objects"))).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_writers_who_create_one_object_one_succeeds_and_describes_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = store(folder.path()).await?;
    for round in 0..20 {
        let place = key(&format!("videos/day/j{round}/1/script.txt"))?;
        let mut writers = Group::default();
        for writer in 0..8_u32 {
            let (store, place) = (store.clone(), place.clone());
            writers.start(async move {
                let meta = ObjectMeta::new(format!("text/x-writer-{writer}"));
                (writer, store.put_new(&place, noise(5000, writer), &meta).await)
            });
        }
        let mut winners = Vec::new();
        while let Some(ended) = writers.next().await {
            match ended? {
                (writer, Ok(())) => winners.push(writer),
                (_, Err(error)) => assert_eq!(error.kind(), ErrorKind::AlreadyThere, "{error}"),
            }
        }
        let [winner] = winners[..] else { panic!("winners: {winners:?}") };
        assert!(store.get(&place).await? == noise(5000, winner));
        let described = store.head(&place).await?.meta.content_type;
        assert_eq!(described, format!("text/x-writer-{winner}"));
    }
    // An object, its description, and nothing else of anybody.
    assert_eq!(files(folder.path()).len(), 2 * 20);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_the_old_bytes_or_the_new_while_writers_replace_and_delete() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = store(folder.path()).await?;
    let place = key("a/b/c/film")?;
    let versions: Vec<Vec<u8>> = (0..4).map(|seed| noise(100_000, seed * 2 + 1)).collect();
    let mut workers = Group::default();
    for version in versions.clone() {
        let (store, place) = (store.clone(), place.clone());
        workers.start(async move {
            for _ in 0..10 {
                store.put(&place, version.clone(), &ObjectMeta::new("video/mp4")).await?;
                store.delete(&place).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    for _ in 0..2 {
        let (store, place, versions) = (store.clone(), place.clone(), versions.clone());
        workers.start(async move {
            for _ in 0..100 {
                match store.get(&place).await {
                    Ok(bytes) => anyhow::ensure!(versions.iter().any(|v| *v == bytes), "torn"),
                    Err(error) => anyhow::ensure!(error.kind() == ErrorKind::NotFound, "{error}"),
                }
            }
            Ok(())
        });
    }
    while let Some(ended) = workers.next().await {
        ended??;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn old_videos_and_what_dead_writers_left_are_swept_and_nothing_else() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = store(folder.path()).await?;
    let names = [
        "videos/day/j/1/master.mp4",
        "videos/month/j/1/master.mp4",
        "videos/year/j/1/master.mp4",
        "checkpoints/j/voice.json",
        "uploads/a/logo.png",
    ];
    for name in names {
        store.put(&key(name)?, "bytes", &ObjectMeta::of_name(name)).await?;
    }
    let root = folder.path().join("objects");
    std::fs::write(root.join(".tmp/half-written"), "half")?;
    std::fs::write(root.join(".meta/videos/day/j/1/master.mp4.99999999"), "{}")?;

    let now = SystemClock.now();
    assert_eq!(store.sweep(now).await?.objects, 0);
    assert_eq!(store.sweep(now).await?.leftovers, 0, "a write may still be under way");
    let later = |by: TimeDelta| now + by;
    let swept = store.sweep(later(TimeDelta::hours(2))).await?;
    assert_eq!((swept.objects, swept.leftovers), (0, 2));
    assert_eq!(files(&root).len(), 2 * names.len());
    let left = async |after: TimeDelta| -> Result<Vec<bool>> {
        store.sweep(later(after)).await?;
        Ok(names.iter().map(|name| root.join(name).exists()).collect())
    };
    assert_eq!(left(TimeDelta::hours(24)).await?, [true; 5], "24 h are promised");
    assert_eq!(left(TimeDelta::hours(26)).await?, [false, true, true, true, true]);
    assert_eq!(left(TimeDelta::days(8)).await?, [false, true, true, false, true]);
    assert_eq!(left(TimeDelta::days(31)).await?, [false, false, true, false, true]);
    assert_eq!(left(TimeDelta::days(364)).await?, [false, false, true, false, true]);
    assert_eq!(left(TimeDelta::days(366)).await?, [false, false, false, false, true]);
    assert_eq!(files(&root).len(), 2, "the descriptions went with their objects");
    assert!(!root.join("videos").exists(), "and so did the folders");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn files_put_there_by_hand_are_served_by_their_extension() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = store(folder.path()).await?;
    let place = folder.path().join("objects/videos/day/x");
    std::fs::create_dir_all(&place)?;
    std::fs::write(place.join("master.mp4"), "film")?;
    let info = store.head(&key("videos/day/x/master.mp4")?).await?;
    assert_eq!(info.meta.content_type, "video/mp4");
    let age = DateTime::<Utc>::from(now()) - info.modified;
    assert!(age < TimeDelta::from_std(Duration::from_secs(60))?, "{age}");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the file system's clock is what is compared")]
fn now() -> SystemTime {
    SystemTime::now()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}
