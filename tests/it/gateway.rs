//! The watch link through real HTTP: pages, files with ranges, redirects to a bucket, and the
//! headers that stand on every answer.

mod payments;
mod ranges;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use cutline_bots::{
    gateway::{Credit, Gateway, GatewayConfig, Videos, VideosError, WatchVideo, Watched},
    tasks::Group,
};
use cutline_core::{
    clock::{Clock, FixedClock},
    objects::{ObjectKey, ObjectMeta, Objects, ObjectsConfig, Retention, Secret},
};
use cutline_tests::{Bucket, web};
use tokio_util::sync::CancellationToken;

const SHORT: &str = "aB3dE6gH9k";

/// Short links by name, as the database would answer.
#[derive(Default)]
struct Table {
    links: Mutex<HashMap<String, Watched>>,
    /// Sessions that were told of as paid.
    payments: Mutex<Vec<String>>,
    away: std::sync::atomic::AtomicBool,
}

impl Table {
    fn told(&self) -> Vec<String> {
        self.payments.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Videos for Table {
    async fn video(&self, short: &str, _: DateTime<Utc>) -> Result<Watched, VideosError> {
        self.check().await?;
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(links.get(short).cloned().unwrap_or(Watched::Unknown))
    }

    async fn check(&self) -> Result<(), VideosError> {
        let away = self.away.load(std::sync::atomic::Ordering::SeqCst);
        if away { Err(VideosError("postgres://u:secret@db is gone".to_owned())) } else { Ok(()) }
    }
}

/// A gateway with one video behind it.
struct Site {
    url: String,
    clock: FixedClock,
    table: Arc<Table>,
    objects: Objects,
    film: Vec<u8>,
    stop: CancellationToken,
    server: Group<()>,
    _folder: tempfile::TempDir,
    bucket: Option<Bucket>,
}

fn noon() -> Result<DateTime<Utc>> {
    Ok("2026-11-22T12:00:00Z".parse()?)
}

impl Site {
    async fn on_disk() -> Result<Self> {
        Self::start(None, "Why octopuses have three hearts").await
    }

    async fn in_a_bucket() -> Result<Self> {
        Self::start(Some(Bucket::start().await?), "Why octopuses have three hearts").await
    }

    async fn start(bucket: Option<Bucket>, title: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let objects = match &bucket {
            Some(bucket) => bucket.objects().await?,
            None => Objects::open(&ObjectsConfig::disk(folder.path())).await?,
        };
        let film: Vec<u8> = (0..700_000_u32).map(|at| (at * 7 % 251) as u8).collect();
        let video = video(title, noon()? + TimeDelta::hours(24))?;
        let cache = Retention::Day.stored_cache_control();
        let files: [(&ObjectKey, Vec<u8>); 4] = [
            (&video.master, film.clone()),
            (&video.poster, b"\x89PNG poster".to_vec()),
            (&video.captions_vtt, b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n".to_vec()),
            (&video.captions_srt, b"1\n00:00:00,000 --> 00:00:01,000\nHi\n".to_vec()),
        ];
        for (key, bytes) in files {
            let meta = ObjectMeta::of_name(key.file_name()).cached(&cache);
            objects.put_new(key, bytes, &meta).await?;
        }
        let table = Arc::new(Table::default());
        let links = [(SHORT, Watched::Video(Box::new(video))), ("longGone42", Watched::Expired)];
        for (short, watched) in links {
            let mut table = table.links.lock().unwrap_or_else(PoisonError::into_inner);
            table.insert(short.to_owned(), watched);
        }
        let clock = FixedClock::at(noon()?);
        let config = GatewayConfig {
            address: "127.0.0.1:0".parse()?,
            public_url: "https://cut.example".to_owned(),
            ops_token: None,
            stripe_secrets: vec![Secret::new(crate::payments::SECRET.to_owned())],
        };
        let videos: Arc<dyn Videos> = table.clone();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let gateway =
            Gateway::bind(&config, videos, table.clone(), objects.clone(), shared).await?;
        let url = format!("http://{}", gateway.address()?);
        let stop = CancellationToken::new();
        let mut server = Group::default();
        server.start(gateway.run(stop.clone()));
        Ok(Self { url, clock, table, objects, film, stop, server, _folder: folder, bucket })
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn watch(&self, file: &str) -> String {
        format!("{}/v/{SHORT}{file}", self.url)
    }
}

fn video(title: &str, expires_at: DateTime<Utc>) -> Result<WatchVideo> {
    let key = |name: &str| ObjectKey::result(Retention::Day, uuid::Uuid::nil(), 1, name);
    Ok(WatchVideo {
        short: SHORT.to_owned(),
        title: title.to_owned(),
        master: key("master.mp4")?,
        chat: None,
        poster: key("poster.png")?,
        captions_vtt: key("captions.vtt")?,
        captions_srt: key("captions.srt")?,
        duration_ms: 29_967,
        width_px: 1080,
        height_px: 1920,
        bytes: 700_000,
        credits: vec![Credit {
            text: "Octopus".to_owned(),
            licence: "MIT".to_owned(),
            url: Some("https://pictures.example/octopus".to_owned()),
        }],
        expires_at,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_errors_included() -> Result<()> {
    for site in [Site::on_disk().await?, Site::in_a_bucket().await?] {
        let range = ("Range", "bytes=9999999-");
        let long = format!("/v/{}", "x".repeat(2000));
        let oembed = "/oembed?url=https%3A%2F%2Fcut.example%2Fv%2FaB3dE6gH9k";
        let mut statuses = Vec::new();
        for (method, path, headers) in [
            ("GET", "/v/aB3dE6gH9k", vec![]),
            ("HEAD", "/v/aB3dE6gH9k", vec![]),
            ("GET", "/v/aB3dE6gH9k/video.mp4", vec![]),
            ("GET", "/v/aB3dE6gH9k/video.mp4", vec![range]),
            ("GET", "/v/aB3dE6gH9k/chat.mp4", vec![]),
            ("GET", "/v/aB3dE6gH9k/poster.png", vec![("If-None-Match", "*")]),
            ("GET", "/v/aB3dE6gH9k/captions.vtt", vec![]),
            ("GET", "/v/aB3dE6gH9k/captions.srt", vec![]),
            ("GET", "/v/aB3dE6gH9k/script.txt", vec![]),
            ("GET", "/v/longGone42", vec![]),
            ("GET", "/v/unknown123", vec![]),
            ("GET", "/v/%2e%2e%2fetc", vec![]),
            ("GET", long.as_str(), vec![]),
            ("GET", oembed, vec![]),
            ("GET", "/oembed", vec![]),
            ("GET", "/healthz", vec![]),
            ("GET", "/readyz", vec![]),
            ("GET", "/metrics", vec![]),
            ("GET", "/robots.txt", vec![]),
            ("GET", "/", vec![]),
            ("GET", "/wp-admin", vec![]),
            ("POST", "/v/aB3dE6gH9k", vec![("Content-Length", "0")]),
            ("DELETE", "/healthz", vec![]),
        ] {
            let answer = web::ask(method, &site.at(path), &headers).await?;
            check_headers(&answer).with_context(|| format!("{method} {path}"))?;
            statuses.push(answer.status);
        }
        let (video, unsatisfiable) = if site.bucket.is_some() { (302, 302) } else { (200, 416) };
        assert_eq!(
            statuses,
            [
                200,
                200,
                video,
                unsatisfiable,
                video,
                304,
                200,
                200,
                404,
                410,
                404,
                404,
                404,
                200,
                404,
                200,
                200,
                200,
                200,
                404,
                404,
                405,
                405
            ]
        );
    }
    Ok(())
}

fn check_headers(answer: &web::Answer) -> Result<()> {
    for (name, value) in [
        ("strict-transport-security", "max-age=63072000; includeSubDomains; preload"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
    ] {
        anyhow::ensure!(answer.header(name) == Some(value), "{name}: {:?}", answer.header(name));
    }
    anyhow::ensure!(answer.header("cache-control").is_some(), "no word on caching");
    let policy = answer.header("content-security-policy").context("a policy")?;
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "upgrade-insecure-requests",
    ] {
        anyhow::ensure!(policy.split("; ").any(|found| found == part), "{part} in {policy}");
    }
    anyhow::ensure!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_title_is_only_a_title() -> Result<()> {
    let hostile = "\"><script>alert(1)</script>";
    let site = Site::start(None, hostile).await?;
    let page = web::get(&site.watch("")).await?;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(!page.text().contains("<script"), "{}", page.text());
    assert!(page.text().contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
    let embed = web::get(&site.at("/oembed?url=https://cut.example/v/aB3dE6gH9k")).await?;
    let embed: serde_json::Value = serde_json::from_slice(&embed.body)?;
    assert_eq!(embed["title"], hostile);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_its_video_and_says_so_kindly() -> Result<()> {
    let site = Site::on_disk().await?;
    let page = web::get(&site.watch("")).await?;
    assert_eq!((page.status, page.header("cache-control")), (200, Some("public, max-age=300")));
    site.clock.set(noon()? + TimeDelta::hours(24) - TimeDelta::seconds(90));
    for file in ["", "/video.mp4", "/poster.png"] {
        let answer = web::get(&site.watch(file)).await?;
        let cache = answer.header("cache-control");
        assert_eq!((answer.status, cache), (200, Some("public, max-age=90")), "{file}");
    }
    site.clock.set(noon()? + TimeDelta::hours(24));
    for file in ["", "/video.mp4", "/chat.mp4", "/poster.png", "/captions.vtt"] {
        let answer = web::get(&site.watch(file)).await?;
        assert_eq!(answer.status, 410, "{file}");
        assert!(answer.text().contains("has had its time"), "{}", answer.text());
    }
    let unknown = web::get(&site.at("/v/unknown123")).await?;
    assert!(unknown.text().contains("There is no video here"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_or_a_file_that_is_away_is_not_the_visitors_fault() -> Result<()> {
    let site = Site::on_disk().await?;
    assert_eq!(web::get(&site.at("/readyz")).await?.status, 200);
    site.table.away.store(true, std::sync::atomic::Ordering::SeqCst);
    let page = web::get(&site.watch("")).await?;
    assert_eq!((page.status, page.header("retry-after")), (503, Some("60")));
    let ready = web::get(&site.at("/readyz")).await?;
    assert_eq!(ready.status, 503);
    for answer in [page, ready] {
        assert!(!answer.text().contains("secret"), "{}", answer.text());
    }
    assert_eq!(web::get(&site.at("/healthz")).await?.status, 200, "the process itself is well");
    site.table.away.store(false, std::sync::atomic::Ordering::SeqCst);
    let master = video("", site.clock.now())?.master;
    site.objects.delete(&master).await?;
    let gone = web::get(&site.watch("/video.mp4")).await?;
    assert_eq!(gone.status, 404);
    assert!(gone.text().contains("file is missing"), "{}", gone.text());
    let metrics = web::get(&site.at("/metrics")).await?.text();
    assert!(metrics.contains("cutline_gateway_requests_total{route=\"/v\",status=\"503\"}"));
    assert!(!metrics.contains(SHORT), "links are not for the metrics: {metrics}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buckets_video_is_a_redirect_that_plays_and_ends_with_the_link() -> Result<()> {
    let site = Site::in_a_bucket().await?;
    let origin = site.bucket.as_ref().context("a bucket")?.origin();
    let page = web::get(&site.watch("")).await?;
    let policy = page.header("content-security-policy").context("a policy")?;
    assert!(policy.contains(&format!("media-src 'self' {origin};")), "{policy}");
    for file in ["/video.mp4", "/chat.mp4"] {
        let redirect = web::get(&site.watch(file)).await?;
        assert_eq!((redirect.status, redirect.header("cache-control")), (302, Some("no-store")));
        let address = redirect.header("location").context("an address")?;
        assert!(address.starts_with(origin) && address.contains("X-Amz-Expires=3600"), "{address}");
        let part = web::ask("GET", address, &[("Range", "bytes=5-9")]).await?;
        assert_eq!((part.status, part.body.as_slice()), (206, &site.film[5..10]));
        assert_eq!(part.header("content-type"), Some("video/mp4"));
        assert_eq!(part.header("cache-control"), Some("public, max-age=86400"));
    }
    let saved = web::get(&site.watch("/video.mp4?download")).await?;
    let saved = web::get(saved.header("location").context("an address")?).await?;
    let disposition = saved.header("content-disposition").context("a disposition")?;
    assert!(disposition.contains("Why%20octopuses%20have%20three%20hearts.mp4"), "{disposition}");
    let head = web::ask("HEAD", &site.watch("/video.mp4"), &[]).await?;
    assert_eq!((head.status, head.header("content-length")), (200, Some("700000")));
    let captions = web::get(&site.watch("/captions.vtt")).await?;
    assert_eq!(captions.header("content-type"), Some("text/vtt; charset=utf-8"));
    assert!(captions.text().starts_with("WEBVTT"));

    site.clock.set(noon()? + TimeDelta::hours(24) - TimeDelta::seconds(60));
    let last = web::get(&site.watch("/video.mp4")).await?;
    let address = last.header("location").context("an address")?;
    assert!(address.contains("X-Amz-Expires=60&"), "no longer than the link: {address}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_end_it_finishes_what_it_began_and_takes_no_more() -> Result<()> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut site = Site::on_disk().await?;
    let host = site.url.strip_prefix("http://").context("an address")?.to_owned();
    let mut slow = tokio::net::TcpStream::connect(&host).await?;
    let head = format!("GET /v/{SHORT}/video.mp4 HTTP/1.1\r\nHost: x\r\n\r\n");
    slow.write_all(head.as_bytes()).await?;
    let mut first = [0; 17];
    slow.read_exact(&mut first).await?;
    assert_eq!(&first, b"HTTP/1.1 200 OK\r\n");
    site.stop.cancel();
    // The listener closes before the last answers are through.
    while tokio::net::TcpStream::connect(&host).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).await?;
    assert!(rest.ends_with(&site.film), "the film broke off after {} bytes", rest.len());
    assert!(site.server.next().await.context("an end")?.is_ok());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_long_is_refused_and_metrics_can_be_kept_private() -> Result<()> {
    let site = Site::on_disk().await?;
    let long = "x".repeat(64 << 10);
    let refused = web::ask("GET", &site.watch(""), &[("X-Long", &long)]).await;
    assert!(refused.is_err() || refused.is_ok_and(|answer| answer.status == 431));
    assert_eq!(web::get(&site.watch("")).await?.status, 200);

    let config = GatewayConfig::from_lookup(|name| match name {
        "CUTLINE_GATEWAY_ADDRESS" => Some("127.0.0.1:0".to_owned()),
        "CUTLINE_OPS_TOKEN" => Some("let-me-in".to_owned()),
        _ => None,
    })?;
    let clock: Arc<dyn Clock> = Arc::new(site.clock.clone());
    let videos: Arc<dyn Videos> = site.table.clone();
    let gateway =
        Gateway::bind(&config, videos, site.table.clone(), site.objects.clone(), clock).await?;
    let url = format!("http://{}/metrics", gateway.address()?);
    let mut server = Group::default();
    server.start(gateway.run(CancellationToken::new()));
    for (given, status) in [("", 401), ("Bearer let-me-ip", 401), ("Bearer let-me-in", 200)] {
        let answer = web::ask("GET", &url, &[("Authorization", given)]).await?;
        assert_eq!(answer.status, status, "{given}");
    }
    Ok(())
}
