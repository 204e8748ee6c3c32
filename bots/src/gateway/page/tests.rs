//! What a browser and a chat read from the page.

use cutline_core::objects::ObjectKey;

use super::*;

fn video(title: &str) -> WatchVideo {
    let key = |name: &str| ObjectKey::parse(&format!("videos/day/x/1/{name}")).unwrap();
    WatchVideo {
        short: "aB3dE6gH".to_owned(),
        title: title.to_owned(),
        master: key("master.mp4"),
        chat: None,
        poster: key("poster.png"),
        captions_vtt: key("captions.vtt"),
        captions_srt: key("captions.srt"),
        duration_ms: 29_967,
        width_px: 1080,
        height_px: 1920,
        bytes: 18_234_000,
        credits: Vec::new(),
        expires_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
    }
}

fn site() -> Site {
    Site::new("https://cut.example/")
}

#[test]
fn the_policy_allows_exactly_this_style_sheet() {
    assert!(!STYLE.contains("</"), "nothing in it may end the element");
    let page = watch(&site(), &video("Hearts"));
    assert!(page.contains(&format!("<style>{STYLE}</style>")));
    assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains(" on"));
}

#[test]
fn a_hostile_title_shows_literally_everywhere() {
    let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)> ' & </title>";
    let mut video = video(hostile);
    video.credits = vec![
        Credit {
            text: "<b>bold</b>".to_owned(),
            licence: "\"CC0\"".to_owned(),
            url: Some("javascript:alert(3)".to_owned()),
        },
        Credit {
            text: "Sky".to_owned(),
            licence: "MIT".to_owned(),
            url: Some("https://x.test/\"onclick=\"y".to_owned()),
        },
    ];
    let page = watch(&site(), &video);
    for wrong in ["<script", "<img", "<b>", "javascript:", "onclick=\"", "onload", "</title> "] {
        assert!(!page.contains(wrong), "{wrong} in {page}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    // Each attribute of the page is closed where it was opened.
    assert_eq!(page.matches('<').count(), page.matches('>').count());
}

#[test]
fn chats_find_what_they_unfold() {
    let page = watch(&site(), &video("Three hearts"));
    for tag in [
        r#"<meta property="og:title" content="Three hearts">"#,
        r#"<meta property="og:url" content="https://cut.example/v/aB3dE6gH">"#,
        r#"<meta property="og:image" content="https://cut.example/v/aB3dE6gH/poster.png">"#,
        r#"<meta property="og:image:width" content="1080">"#,
        r#"<meta property="og:video" content="https://cut.example/v/aB3dE6gH/chat.mp4">"#,
        r#"<meta property="og:video:secure_url" content="https://cut.example/v/aB3dE6gH/chat.mp4">"#,
        r#"<meta property="og:video:type" content="video/mp4">"#,
        r#"<meta property="og:video:height" content="1920">"#,
        r#"<meta name="twitter:card" content="summary_large_image">"#,
        r#"href="https://cut.example/oembed?url=https%3A%2F%2Fcut.example%2Fv%2FaB3dE6gH&amp;format=json""#,
    ] {
        assert!(page.contains(tag), "{tag} in {page}");
    }
    let embed = oembed(&site(), &video("Three \"hearts\""));
    assert_eq!(embed["title"], "Three \"hearts\"");
    assert_eq!((embed["width"].as_u64(), embed["height"].as_u64()), (Some(1080), Some(1920)));
    assert_eq!(site().short_in("https://cut.example/v/aB3dE6gH?x=1"), Some("aB3dE6gH"));
    for other in ["https://evil.example/v/aB3dE6gH", "https://cut.example/v/", "nonsense"] {
        assert_eq!(site().short_in(other), None, "{other}");
    }
}

#[test]
fn the_page_says_how_long_the_video_is_and_stays() {
    let page = watch(&site(), &video("Three hearts"));
    assert!(page.contains("<li>0:30</li><li>1080×1920</li><li>18.3 MB</li>"), "{page}");
    assert!(page.contains("Here until <time datetime=\"2027-01-15T08:00:00Z\">15 January 2027"));
    assert!(page.contains(r#"kind="captions" src="/v/aB3dE6gH/captions.vtt" label="Captions""#));
}
