//! The pages as text: the watch page with what chats read from it, and notices. No scripts at all;
//! one inline style sheet, whose hash the content security policy names.

#[cfg(test)]
mod tests;

use std::fmt::Write;

use base64::Engine;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    html::{Escaped, web_address},
    videos::{Credit, WatchVideo},
};

const STYLE: &str = include_str!("page/style.css");
/// What the product is called on its pages.
const NAME: &str = "Cutline";
/// Most lines of credits on a page.
const CREDITS_MAX: usize = 40;

/// The site as links name it.
#[derive(Clone, Debug)]
pub(super) struct Site {
    public_url: String,
}

impl Site {
    pub(super) fn new(public_url: &str) -> Self {
        Self { public_url: public_url.trim_end_matches('/').to_owned() }
    }

    fn watch_url(&self, short: &str) -> String {
        format!("{}/v/{short}", self.public_url)
    }

    /// The short link that an address of ours holds.
    pub(super) fn short_in<'a>(&self, url: &'a str) -> Option<&'a str> {
        let path = url.strip_prefix(&self.public_url)?.strip_prefix("/v/")?;
        path.split(['/', '?', '#']).next().filter(|short| !short.is_empty())
    }
}

/// What a content security policy calls the style sheet: base64 of its SHA-256.
pub(super) fn style_sha256() -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE))
}

/// The watch page.
pub(super) fn watch(site: &Site, video: &WatchVideo) -> String {
    let title = Escaped(&video.title);
    let url = site.watch_url(&video.short);
    let url = Escaped(&url);
    let short = Escaped(&video.short);
    let (width, height) = (video.width_px, video.height_px);
    let facts = format!(
        r#"<li>{}</li><li>{width}×{height}</li><li>{}</li><li>Here until <time datetime="{}">{}</time></li>"#,
        clock(video.duration_ms),
        megabytes(video.bytes),
        video.expires_at.format("%Y-%m-%dT%H:%M:%SZ"),
        day(video.expires_at),
    );
    let body = format!(
        r#"<main class="watch">
<div class="stage"><video controls playsinline preload="metadata" poster="/v/{short}/poster.png" width="{width}" height="{height}" aria-label="{title}">
<source src="/v/{short}/video.mp4" type="video/mp4">
<track kind="captions" src="/v/{short}/captions.vtt" label="Captions">
<p>This browser plays no MP4. <a href="/v/{short}/video.mp4?download">Save the video</a> instead.</p>
</video></div>
<article>
<p class="eyebrow">Made with {NAME}</p>
<h1 dir="auto">{title}</h1>
<ul class="facts">{facts}</ul>
<p class="actions"><a class="button" href="/v/{short}/video.mp4?download" download>Save video</a><a class="button quiet" href="/v/{short}/captions.srt" download>Save captions</a></p>
{}</article>
</main>"#,
        credits(&video.credits),
    );
    document(&video.title, &share_metadata(site, video, &url), &body)
}

/// A page with a heading and a sentence or two.
pub(super) fn notice(heading: &str, text: &str) -> String {
    let body = format!(
        r#"<main class="notice"><p class="eyebrow">{NAME}</p><h1>{}</h1><p>{}</p></main>"#,
        Escaped(heading),
        Escaped(text)
    );
    document(heading, "", &body)
}

fn document(title: &str, head: &str, body: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<meta name="theme-color" content="rgb(11 13 18)">
<title>{} · {NAME}</title>
{head}<style>{STYLE}</style>
</head>
<body>
{body}
</body>
</html>
"#,
        Escaped(title)
    )
}

/// What chats read to unfold a link: Open Graph (ogp.me), the Twitter cards' names, and where the
/// oEmbed description is. The video named there is the small rendition: chats refuse large files.
fn share_metadata(site: &Site, video: &WatchVideo, url: &Escaped<'_>) -> String {
    let title = Escaped(&video.title);
    let about = description(video);
    let about = Escaped(&about);
    let (width, height) = (video.width_px, video.height_px);
    let encoded: String = url_component(url.0);
    let oembed = format!("{}/oembed?url={encoded}&format=json", site.public_url);
    let oembed = Escaped(&oembed);
    let secure = if site.public_url.starts_with("https://") {
        format!(
            r#"<meta property="og:video:secure_url" content="{url}/chat.mp4">
<meta property="og:image:secure_url" content="{url}/poster.png">
"#
        )
    } else {
        String::new()
    };
    format!(
        r#"<meta name="description" content="{about}">
<link rel="canonical" href="{url}">
<link rel="alternate" type="application/json+oembed" href="{oembed}" title="{title}">
<meta property="og:site_name" content="{NAME}">
<meta property="og:type" content="video.other">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{about}">
<meta property="og:url" content="{url}">
<meta property="og:image" content="{url}/poster.png">
<meta property="og:image:type" content="image/png">
<meta property="og:image:width" content="{width}">
<meta property="og:image:height" content="{height}">
<meta property="og:image:alt" content="{title}">
<meta property="og:video" content="{url}/chat.mp4">
<meta property="og:video:type" content="video/mp4">
<meta property="og:video:width" content="{width}">
<meta property="og:video:height" content="{height}">
<meta property="video:duration" content="{}">
{secure}<meta name="twitter:card" content="summary_large_image">
<meta name="twitter:title" content="{title}">
<meta name="twitter:description" content="{about}">
<meta name="twitter:image" content="{url}/poster.png">
"#,
        video.duration_ms.div_ceil(1000),
    )
}

/// oEmbed 1.0. The player is a bare `<video>`: our pages cannot be framed.
pub(super) fn oembed(site: &Site, video: &WatchVideo) -> Value {
    let url = site.watch_url(&video.short);
    let (width, height) = (video.width_px, video.height_px);
    let html = format!(
        r#"<video controls playsinline width="{width}" height="{height}" src="{0}/chat.mp4" poster="{0}/poster.png"></video>"#,
        Escaped(&url)
    );
    json!({
        "version": "1.0",
        "type": "video",
        "title": video.title,
        "provider_name": NAME,
        "provider_url": site.public_url,
        "width": width,
        "height": height,
        "html": html,
        "thumbnail_url": format!("{url}/poster.png"),
        "thumbnail_width": width,
        "thumbnail_height": height,
        "cache_age": 300,
    })
}

/// A file name for saving: words of the title in any script, and nothing that a file system or a
/// header would mind.
pub(super) fn file_name(title: &str) -> String {
    let mut name = String::new();
    for c in title.chars() {
        if c.is_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with(' ') {
            name.push(' ');
        }
        if name.len() > 100 {
            break;
        }
    }
    let name = name.trim();
    format!("{}.mp4", if name.is_empty() { "video" } else { name })
}

/// Percent-encoding of everything but unreserved characters (RFC 3986, section 2.3).
pub(super) fn url_component(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn description(video: &WatchVideo) -> String {
    format!("A {} video, narrated and captioned.", clock(video.duration_ms))
}

fn credits(credits: &[Credit]) -> String {
    if credits.is_empty() {
        return String::new();
    }
    let mut lines = String::new();
    for credit in credits.iter().take(CREDITS_MAX) {
        let text = Escaped(&credit.text);
        let named = match credit.url.as_deref().and_then(web_address) {
            Some(url) => {
                format!(r#"<a href="{}" rel="noopener nofollow">{text}</a>"#, Escaped(url))
            }
            None => text.to_string(),
        };
        let _ = write!(lines, "<li>{named}, {}</li>", Escaped(&credit.licence));
    }
    if credits.len() > CREDITS_MAX {
        let _ = write!(lines, "<li>and {} more</li>", credits.len() - CREDITS_MAX);
    }
    format!("<details><summary>Credits</summary><ul>{lines}</ul></details>\n")
}

fn clock(duration_ms: u64) -> String {
    let seconds = (duration_ms + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1_000_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn day(time: DateTime<Utc>) -> String {
    time.format("%-d %B %Y, %H:%M UTC").to_string()
}
