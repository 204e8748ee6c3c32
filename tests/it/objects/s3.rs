//! What a bucket can do wrong, over the wire: wrong keys, no room, broken uploads, lost answers;
//! and what only it can do: presigned addresses and rules.

use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use chrono::TimeDelta;
use cutline_core::{
    clock::{Clock, SystemClock},
    objects::{Body, ErrorKind, ObjectMeta, ObjectPrefix, Objects, PresignedGet, Rules},
};
use cutline_tests::{Bucket, web};
use s3s::dto::{ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter};

use super::{key, noise};

const MP4: &str = "video/mp4";

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_named_and_never_shown() -> Result<()> {
    let bucket = Bucket::start().await?;
    let store = Objects::open(&bucket.config("wrong-horse")?).await?;
    let place = key("videos/day/j/1/master.mp4")?;
    let to = tempfile::tempdir()?;
    let errors = [
        store.put(&place, "x", &ObjectMeta::new(MP4)).await.err(),
        store.put_new(&place, noise(9 << 20, 1), &ObjectMeta::new(MP4)).await.err(),
        store.get(&place).await.err(),
        store.head(&place).await.err(),
        store.download(&place, &to.path().join("x")).await.err(),
        store.delete(&place).await.err(),
        store.list(&ObjectPrefix::all(), None, 1).await.err(),
        store.check().await.err(),
        store.apply_rules(&[]).await.err(),
    ];
    for (call, error) in errors.into_iter().enumerate() {
        let error = error.with_context(|| format!("call {call} was let in"))?;
        assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
        let shown = format!("{error} {error:?} {store:?} {:?}", bucket.config("wrong-horse")?);
        assert!(!shown.contains("wrong-horse"), "{shown}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_bucket_is_said_to_be_full_at_once_and_keeps_nothing_half() -> Result<()> {
    let bucket = Bucket::start().await?;
    let store = bucket.objects().await?;
    bucket.leave_room(10);
    store.put(&key("fits")?, "0123456789", &ObjectMeta::new("text/plain")).await?;
    let asked = bucket.writes_asked();
    let error = store.put(&key("a")?, "x", &ObjectMeta::new("text/plain")).await;
    assert_eq!(error.err().context("room")?.kind(), ErrorKind::Full);
    assert_eq!(bucket.writes_asked() - asked, 1, "waiting makes no room: it is not asked again");

    bucket.leave_room(9 << 20);
    let large = store.put(&key("b")?, noise(17 << 20, 5), &ObjectMeta::new(MP4)).await;
    assert_eq!(large.err().context("room")?.kind(), ErrorKind::Full);
    assert_eq!(bucket.open_uploads(), 0, "the upload in parts was aborted");
    assert_eq!(store.head(&key("b")?).await.err().context("b")?.kind(), ErrorKind::NotFound);
    assert!(!holds_parts(&bucket), "{:?}", bucket.files());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_whose_parts_fail_leaves_nothing() -> Result<()> {
    let bucket = Bucket::start().await?;
    let store = bucket.objects().await?;
    bucket.fail_parts();
    let place = key("videos/day/j/1/master.mp4")?;
    let error = store.put(&place, noise(9 << 20, 9), &ObjectMeta::new(MP4)).await;
    let error = error.err().context("it was stored")?;
    assert!(error.is_transient(), "{error}");
    assert!(bucket.writes_asked() > 4, "each part was tried again");
    assert_eq!(store.head(&place).await.err().context("there")?.kind(), ErrorKind::NotFound);
    assert_eq!(bucket.open_uploads(), 0);
    assert!(!holds_parts(&bucket), "{:?}", bucket.files());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_upload_is_invisible_and_swept_later() -> Result<()> {
    let bucket = Bucket::start().await?;
    let store = bucket.objects().await?;
    bucket.hold_parts();
    let place = key("videos/day/j/1/master.mp4")?;
    let (body, meta) = (noise(25 << 20, 9), ObjectMeta::new(MP4));
    // The first part arrives; then the writer is gone, as when its process is killed.
    tokio::select! {
        done = store.put_new(&place, body, &meta) => panic!("it ended: {done:?}"),
        () = async { while !holds_parts(&bucket) { tokio::task::yield_now().await } } => {}
    }
    assert_eq!(store.head(&place).await.err().context("there")?.kind(), ErrorKind::NotFound);
    assert!(store.list(&ObjectPrefix::all(), None, 10).await?.is_empty());
    assert_eq!(bucket.open_uploads(), 1);
    let now = SystemClock.now();
    assert_eq!(store.sweep(now).await?.uploads, 0, "its writer may still be at it");
    assert_eq!(store.sweep(now + TimeDelta::hours(3)).await?.uploads, 1);
    assert_eq!(bucket.open_uploads(), 0);
    assert!(!holds_parts(&bucket), "{:?}", bucket.files());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_answer_was_lost_is_known_for_ones_own() -> Result<()> {
    let bucket = Bucket::start().await?;
    let store = bucket.objects().await?;
    let sizes = [("small", 1000), ("large", 9 << 20)];
    for (name, length) in sizes {
        bucket.lose_answers(1);
        let body = noise(length, 11);
        store.put_new(&key(name)?, body.clone(), &ObjectMeta::new(MP4)).await?;
        assert!(store.get(&key(name)?).await? == body, "{name}");
        // Not so for another writer's.
        bucket.lose_answers(0);
        let other = store.put_new(&key(name)?, "other", &ObjectMeta::new(MP4)).await;
        assert_eq!(other.err().context(name)?.kind(), ErrorKind::AlreadyThere);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_may_fetch_a_presigned_address_and_nobody_may_change_it() -> Result<()> {
    let bucket = Bucket::start().await?;
    let store = bucket.objects().await?;
    let place = key("videos/month/j/1/master.mp4")?;
    let film = noise(300_000, 21);
    store.put(&place, film.clone(), &ObjectMeta::new("application/octet-stream")).await?;
    let how = PresignedGet {
        for_time: Duration::from_secs(600),
        content_type: Some(MP4.to_owned()),
        disposition: Some("attachment; filename=\"video.mp4\"".to_owned()),
        cache_control: Some("public, max-age=600".to_owned()),
    };
    let url = store.presign_get(&place, &how).await?.context("an address")?;
    assert_eq!(store.public_origin().as_deref(), Some(bucket.origin()));
    assert!(url.as_str().starts_with(bucket.origin()), "{url}");
    assert!(!url.as_str().contains(cutline_tests::bucket::SECRET));

    let whole = web::get(url.as_str()).await?;
    assert_eq!(whole.status, 200, "{}", whole.text());
    assert!(whole.body == film);
    assert_eq!(whole.header("content-type"), Some(MP4));
    assert_eq!(whole.header("content-disposition"), Some("attachment; filename=\"video.mp4\""));
    assert_eq!(whole.header("cache-control"), Some("public, max-age=600"));
    let part = web::ask("GET", url.as_str(), &[("Range", "bytes=1000-1999")]).await?;
    assert_eq!((part.status, part.body.len()), (206, 1000));
    assert!(part.body == film[1000..2000]);

    let other = url.as_str().replace("master.mp4", "other.mp4");
    assert_eq!(web::get(&other).await?.status, 403, "a signature is for one object");
    let longer = url.as_str().replace("X-Amz-Expires=600", "X-Amz-Expires=6000");
    assert_ne!(longer, url.as_str());
    assert_eq!(web::get(&longer).await?.status, 403, "and for its own time");
    let bare = url.as_str().split('?').next().context("a path")?;
    assert_eq!(web::get(bare).await?.status, 403, "without it, nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_applied_again_and_again_beside_those_of_others() -> Result<()> {
    let bucket = Bucket::start().await?;
    let store = bucket.objects().await?;
    bucket.set_lifecycle(vec![LifecycleRule {
        id: Some("logs".to_owned()),
        filter: Some(LifecycleRuleFilter {
            prefix: Some("logs/".to_owned()),
            ..LifecycleRuleFilter::default()
        }),
        status: ExpirationStatus::from_static(ExpirationStatus::ENABLED),
        expiration: Some(LifecycleExpiration { days: Some(3), ..LifecycleExpiration::default() }),
        abort_incomplete_multipart_upload: None,
        noncurrent_version_expiration: None,
        noncurrent_version_transitions: None,
        prefix: None,
        transitions: None,
    }]);
    let pages = ["https://cut.example".to_owned()];
    for _ in 0..2 {
        let applied = store.apply_rules(&pages).await?;
        assert_eq!(applied, Some(Rules { lifecycle: 5, cors: true }));
    }
    let days = |prefix: &str| -> Option<(Option<i32>, Option<i32>)> {
        let rules = bucket.lifecycle();
        let rule = rules.iter().find(|rule| {
            rule.filter.as_ref().and_then(|filter| filter.prefix.as_deref()) == Some(prefix)
        })?;
        let cold = rule.transitions.as_ref().and_then(|all| all.first()?.days);
        Some((rule.expiration.as_ref().and_then(|expiration| expiration.days), cold))
    };
    assert_eq!(days("logs/"), Some((Some(3), None)), "somebody else's");
    assert_eq!(days("videos/day/"), Some((Some(1), None)));
    assert_eq!(days("videos/month/"), Some((Some(30), None)));
    assert_eq!(days("videos/year/"), Some((Some(365), Some(30))));
    assert_eq!(days("checkpoints/"), Some((Some(7), None)));
    assert_eq!(bucket.lifecycle().len(), 6);
    let aborts = bucket.lifecycle().iter().any(|rule| {
        let abort = rule.abort_incomplete_multipart_upload.as_ref();
        abort.is_some_and(|abort| abort.days_after_initiation == Some(1))
    });
    assert!(aborts, "uploads that nobody finishes");
    let cors = bucket.cors();
    assert_eq!(cors.len(), 1);
    assert_eq!(cors[0].allowed_origins, pages);
    assert_eq!(cors[0].allowed_methods, ["GET", "HEAD"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_reached_is_a_passing_trouble() -> Result<()> {
    let bucket = Bucket::start().await?;
    let store = bucket.objects().await?;
    drop(bucket);
    let error = store.get(&key("x")?).await.err().context("an answer")?;
    assert!(error.is_transient(), "{error}");
    let body = Body::Bytes(Bytes::from_static(b"x"));
    let error = store.put(&key("x")?, body, &ObjectMeta::new(MP4)).await.err().context("stored")?;
    assert!(error.is_transient(), "{error}");
    Ok(())
}

/// Whether the server's disk holds parts of uploads.
fn holds_parts(bucket: &Bucket) -> bool {
    bucket
        .files()
        .iter()
        .any(|file| file.file_name().is_some_and(|name| name.to_string_lossy().contains(".part-")))
}
