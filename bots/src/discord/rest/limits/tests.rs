//! The rules of the limits, one by one.

use super::*;

fn key(route: &'static str, major: &str) -> Key {
    Key { route, major: major.to_owned(), by_interaction: false }
}

fn told(limit: u32, remaining: u32, reset_ms: u64) -> Told {
    Told {
        bucket: Some("abc".into()),
        limit: Some(limit),
        remaining: Some(remaining),
        reset_after: Some(Duration::from_millis(reset_ms)),
    }
}

#[test]
fn an_exhausted_bucket_waits_for_its_reset_and_no_other_does() {
    let (mut limits, now) = (Limits::default(), Instant::now());
    let (one, other) = (key("POST /messages", "1"), key("POST /messages", "2"));
    limits.admit(&one, now).unwrap();
    // Its size is not known yet: the second waits for the first one's answer.
    assert!(limits.admit(&one, now).is_err());
    limits.answered(&one, &told(5, 1, 4_000), now);
    limits.admit(&one, now).unwrap();
    assert_eq!(limits.admit(&one, now), Err(Duration::from_secs(4)));
    limits.admit(&other, now).unwrap();
    limits.answered(&one, &told(5, 0, 4_000), now);
    let later = now + Duration::from_secs(4);
    for _ in 0..5 {
        limits.admit(&one, later).unwrap();
    }
    assert!(limits.admit(&one, later).is_err());
}

#[test]
fn routes_of_one_bucket_share_it() {
    let (mut limits, now) = (Limits::default(), Instant::now());
    let (post, patch) = (key("POST /webhooks", "t"), key("PATCH /webhooks", "t"));
    for key in [&post, &patch] {
        limits.admit(key, now).unwrap();
        limits.answered(key, &told(5, 0, 2_000), now);
    }
    assert_eq!(limits.admit(&post, now), Err(Duration::from_secs(2)));
    assert_eq!(limits.admit(&patch, now), Err(Duration::from_secs(2)));
}

#[test]
fn a_global_refusal_stops_everything_but_answers_to_interactions() {
    let (mut limits, now) = (Limits::default(), Instant::now());
    let channel = key("POST /messages", "1");
    let callback = Key { by_interaction: true, ..key("POST /callback", "t") };
    limits.admit(&channel, now).unwrap();
    limits.refused(&channel, Duration::from_secs(30), true, now);
    assert_eq!(limits.admit(&key("PATCH /m", "9"), now), Err(Duration::from_secs(30)));
    limits.admit(&callback, now).unwrap();
}

#[test]
fn too_many_invalid_requests_stop_everything() {
    let (mut limits, now) = (Limits::default(), Instant::now());
    for _ in 0..INVALID_MAX {
        limits.count_invalid(now);
    }
    assert_eq!(limits.admit(&key("GET /me", ""), now), Err(INVALID_WINDOW));
    limits.admit(&key("GET /me", ""), now + INVALID_WINDOW).unwrap();
}

#[test]
fn a_route_without_limits_is_not_held_back() {
    let (mut limits, now) = (Limits::default(), Instant::now());
    let mine = key("GET /me", "");
    limits.admit(&mine, now).unwrap();
    limits.answered(&mine, &Told::default(), now);
    for _ in 0..30 {
        limits.admit(&mine, now).unwrap();
    }
}

#[test]
fn what_cannot_be_used_again_is_not_kept() {
    let (mut limits, now) = (Limits::default(), Instant::now());
    // An acknowledgement is made once, and no header tells of a limit.
    for token in ["a", "b", "c"] {
        let callback = Key { by_interaction: true, ..key("POST /callback", token) };
        limits.admit(&callback, now).unwrap();
        limits.answered(&callback, &Told::default(), now);
    }
    assert_eq!(limits.buckets.len(), 0);
    let (one, other) = (key("PATCH /m", "1"), key("PATCH /m", "2"));
    for key in [&one, &other] {
        limits.admit(key, now).unwrap();
        limits.answered(key, &told(5, 4, 2_000), now);
    }
    // On its way for long: an upload. Its place is remembered.
    limits.admit(&other, now).unwrap();
    let later = now + TIDY_EVERY + KEPT;
    limits.admit(&key("PATCH /m", "3"), later).unwrap();
    assert_eq!(limits.buckets.len(), 2);
    assert_eq!(limits.bucket(&other, later).in_flight, 1);
}
