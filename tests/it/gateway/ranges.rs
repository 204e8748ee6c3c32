//! Files from disk: whole, in parts, and not again for those who have them.

use anyhow::{Context, Result};
use cutline_tests::web;
use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};

use super::Site;

/// What a part of the header may be: nothing, a number near the edges, any number, or rubbish.
fn number(size: u64) -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        (0..3_u64).prop_map(|n| n.to_string()),
        (size - 2..size + 2).prop_map(|n| n.to_string()),
        (0..size).prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
        Just("99999999999999999999999999".to_owned()),
        Just("-1".to_owned()),
        Just("x".to_owned()),
    ]
}

/// What RFC 9110 allows as the answer, worked out another way than the program does: in whole
/// numbers of any length, from the text.
fn expected(first: &str, last: &str, size: u64) -> Option<Result<std::ops::Range<u64>, ()>> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let value = |text: &str| text.parse::<u128>().unwrap_or(u128::MAX);
    let size = u128::from(size);
    let (start, end) = match (digits(first), digits(last)) {
        (true, true) if value(first) > value(last) => return None,
        (true, true) => (value(first), value(last).saturating_add(1).min(size)),
        (true, false) if last.is_empty() => (value(first), size),
        (false, true) if first.is_empty() => (size.saturating_sub(value(last)), size),
        _ => return None,
    };
    let narrow = |place: u128| u64::try_from(place).unwrap_or(u64::MAX);
    Some(if start < end { Ok(narrow(start)..narrow(end)) } else { Err(()) })
}

#[tokio::test(flavor = "multi_thread")]
async fn any_range_gives_exactly_those_bytes_or_what_the_standard_says_instead() -> Result<()> {
    let site = Site::on_disk().await?;
    let size = site.film.len() as u64;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    for _ in 0..300 {
        let pair = (number(size), number(size)).new_tree(&mut runner);
        let (first, last) = pair.map_err(|why| anyhow::anyhow!("{why}"))?.current();
        let range = format!("bytes={first}-{last}");
        let answer = web::ask("GET", &site.watch("/video.mp4"), &[("Range", &range)]).await?;
        match expected(&first, &last, size) {
            None => {
                assert_eq!(answer.status, 200, "{range}");
                assert!(answer.body == site.film, "{range}");
            }
            Some(Err(())) => {
                assert_eq!(answer.status, 416, "{range}");
                let place = format!("bytes */{size}");
                assert_eq!(answer.header("content-range"), Some(place.as_str()), "{range}");
            }
            Some(Ok(part)) => {
                assert_eq!(answer.status, 206, "{range}");
                let place = format!("bytes {}-{}/{size}", part.start, part.end - 1);
                assert_eq!(answer.header("content-range"), Some(place.as_str()), "{range}");
                let wanted = &site.film[part.start as usize..part.end as usize];
                assert!(answer.body == wanted, "{range}");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_tell_what_gets_would_and_conditions_save_the_way() -> Result<()> {
    let site = Site::on_disk().await?;
    let url = site.watch("/video.mp4");
    let whole = web::get(&url).await?;
    assert_eq!((whole.status, whole.header("accept-ranges")), (200, Some("bytes")));
    assert_eq!(whole.header("content-type"), Some("video/mp4"));
    let head = web::ask("HEAD", &url, &[("Range", "bytes=0-4")]).await?;
    assert_eq!(head.status, 200, "ranges are for GET");
    for name in ["content-length", "content-type", "etag", "last-modified", "accept-ranges"] {
        assert!(head.header(name).is_some(), "{name}");
        assert_eq!(head.header(name), whole.header(name), "{name}");
    }
    let tag = whole.header("etag").context("a tag")?;
    let date = whole.header("last-modified").context("a date")?;
    for condition in [("If-None-Match", tag), ("If-Modified-Since", date)] {
        let again = web::ask("GET", &url, &[condition]).await?;
        assert_eq!((again.status, again.header("etag")), (304, Some(tag)), "{condition:?}");
    }
    let part = ("Range", "bytes=10-19");
    for (validator, status) in [(tag, 206), (date, 206), ("\"other\"", 200), ("rubbish", 200)] {
        let answer = web::ask("GET", &url, &[part, ("If-Range", validator)]).await?;
        assert_eq!(answer.status, status, "If-Range: {validator}");
    }
    let many = web::ask("GET", &url, &[("Range", "bytes=0-1,5-6")]).await?;
    assert_eq!((many.status, many.body.len()), (200, site.film.len()), "one range or all of it");
    Ok(())
}
