//! The stand-ins refuse what the vendors refuse, in the vendors' own shapes: what we send is held
//! to that by every other test.

use anyhow::{Context, Result, ensure};
use cutline_farm::{audio::wav, providers::SceneTake};
use cutline_tests::{
    vendors::{Kind, StandIn, Vendors},
    web,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{
    Desk,
    deeds::scene,
    talkers::{RICH, failure, perform, photo, png},
};

/// A call with the key and an answer in JSON.
async fn call(
    vendor: &StandIn,
    method: &str,
    path: &str,
    (kind, body): (&str, &[u8]),
    name: &str,
) -> Result<(u16, Value)> {
    let base = vendor.url();
    let key = vendor.kind().key();
    let place = if vendor.kind() == Kind::Veo { "x-goog-api-key" } else { "x-api-key" };
    let mut headers = vec![(place, key.as_str()), ("idempotency-key", name)];
    headers.extend((!body.is_empty()).then_some(("content-type", kind)));
    let answer = web::send(method, &format!("{base}/{path}"), &headers, body).await?;
    Ok((answer.status, serde_json::from_slice(&answer.body)?))
}

/// A body with another value at one place.
fn with(body: &Value, place: &str, value: Value) -> Result<Value> {
    let mut body = body.clone();
    let (parent, name) = place.rsplit_once('/').context("a place")?;
    let parent = body.pointer_mut(parent).with_context(|| place.to_owned())?;
    match name.parse::<usize>() {
        Ok(at) => parent[at] = value,
        Err(_) => parent[name] = value,
    }
    Ok(body)
}

#[tokio::test(flavor = "multi_thread")]
async fn google_refuses_every_field_of_a_film_that_is_not_as_it_should_be() -> Result<()> {
    let vendors = Vendors::start().await?;
    let desk = Desk::with(&vendors, &[Kind::Veo], &RICH)?;
    let scenes = desk.providers().scenes.context("there is a key")?;
    let first = png(|x, y| image::Rgb([x as u8, y as u8, 7]));
    let take = SceneTake { first_frame: Some(first), ..scene() };
    scenes.film(&take, &CancellationToken::new()).await.map_err(failure)?;
    let ours = vendors.of(Kind::Veo).asked()[0].json();
    vendors.finish()?;
    let sent = &ours["parameters"];
    ensure!(sent["aspectRatio"] == "9:16" && sent["durationSeconds"] == 4, "{sent}");

    let long = "octopus ".repeat(1_000);
    let first = &ours["instances"][0]["image"]["bytesBase64Encoded"];
    let cut = first.as_str().context("a picture")?.get(..400).context("some of it")?;
    let wrong: [(&str, Value, &str); 34] = [
        ("/model", json!("veo"), "model"),
        ("/instances", json!([]), "instances"),
        ("/instances", json!({"prompt": "a fox"}), "instances"),
        ("/instances/0", json!("a fox"), "instances[0]"),
        ("/instances/0/prompt", json!(""), "prompt"),
        ("/instances/0/prompt", json!("  \n"), "prompt"),
        ("/instances/0/prompt", json!(7), "prompt"),
        ("/instances/0/prompt", json!(null), "prompt"),
        ("/instances/0/prompt", json!(long), "prompt"),
        ("/instances/0/text", json!("a fox"), "text"),
        ("/instances/0/image", json!("iVBORw0KGgo="), "image"),
        ("/instances/0/image/mimeType", json!("image/gif"), "mime type"),
        ("/instances/0/image/mimeType", json!("image/jpeg"), "image"),
        ("/instances/0/image/mimeType", json!(1), "mimeType"),
        ("/instances/0/image/bytesBase64Encoded", json!("not base64"), "Base64"),
        ("/instances/0/image/bytesBase64Encoded", json!(cut), "image"),
        ("/instances/0/image/bytesBase64Encoded", json!([1, 2]), "bytesBase64Encoded"),
        ("/instances/0/image/imageBytes", json!("AAAA"), "imageBytes"),
        ("/instances/0/image/gcsUri", json!("gs://here/there.png"), "gcsUri"),
        ("/parameters", json!("9:16"), "parameters"),
        ("/parameters/aspectRatio", json!("4:5"), "aspectRatio"),
        ("/parameters/aspectRatio", json!(0.5625), "aspectRatio"),
        ("/parameters/durationSeconds", json!("4"), "durationSeconds"),
        ("/parameters/durationSeconds", json!(5), "durationSeconds"),
        ("/parameters/durationSeconds", json!(10), "durationSeconds"),
        ("/parameters/resolution", json!("1080p"), "resolution"),
        ("/parameters/resolution", json!("480p"), "resolution"),
        ("/parameters/sampleCount", json!(2), "sampleCount"),
        ("/parameters/seed", json!(-1), "seed"),
        ("/parameters/seed", json!(4_294_967_296_u64), "seed"),
        ("/parameters/negativePrompt", json!(["words"]), "negativePrompt"),
        ("/parameters/personGeneration", json!("allow_all"), "personGeneration"),
        ("/parameters/numberOfVideos", json!(1), "numberOfVideos"),
        ("/parameters/generateAudio", json!(true), "generateAudio"),
    ];
    let right: [(&str, Value); 6] = [
        ("/parameters/sampleCount", json!(1)),
        ("/parameters/seed", json!(4_294_967_295_u32)),
        ("/parameters/personGeneration", json!("allow_adult")),
        ("/parameters/durationSeconds", json!(8)),
        ("/parameters/aspectRatio", json!("16:9")),
        ("/instances/0/prompt", json!("a fox")),
    ];
    let vendor = StandIn::start(Kind::Veo).await?;
    let begin = "models/veo-3.1-fast-generate-preview:predictLongRunning";
    let ask = async |body: &Value| {
        let body = body.to_string();
        call(&vendor, "POST", begin, ("application/json", body.as_bytes()), "").await
    };
    ensure!(ask(&ours).await?.0 == 200, "what we send is taken");
    for (place, value) in right {
        let (status, said) = ask(&with(&ours, place, value)?).await?;
        ensure!(status == 200, "{place}: {said}");
    }
    let sold = vendor.sold();
    for (place, value, word) in wrong {
        let what = format!("{place} {value:.40}");
        let (status, said) = ask(&with(&ours, place, value)?).await?;
        let error = &said["error"];
        ensure!(status == 400 && error["code"] == 400, "{what}: {status} {said}");
        ensure!(error["status"] == "INVALID_ARGUMENT", "{what}: {said}");
        // The reason comes first; the request is quoted behind it.
        let why: String = error["message"].as_str().unwrap_or_default().chars().take(100).collect();
        ensure!(why.contains(word), "{what}: {why}");
    }
    ensure!(vendor.sold() == sold, "nothing that was refused was sold");
    let complaints = vendor.finish().err().context("it complains")?.to_string();
    ensure!(complaints.matches("\n- ").count() == 34, "{complaints}");
    Ok(())
}

#[tokio::test]
async fn google_gives_out_a_films_bytes_for_the_key_and_alt_media_alone() -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::Veo);
    let desk = Desk::with(&vendors, &[Kind::Veo], &RICH)?;
    let scenes = desk.providers().scenes.context("there is a key")?;
    scenes.film(&scene(), &CancellationToken::new()).await.map_err(failure)?;
    let asked = vendor.asked().into_iter().rev().take(2);
    let key = Kind::Veo.key();
    for file in asked {
        let given: Vec<String> = file.query.iter().map(|(n, v)| format!("{n}={v}")).collect();
        ensure!(given.contains(&"alt=media".to_owned()), "we ask for the bytes: {given:?}");
        let origin = vendor.url().replace("/v1beta", "");
        let address = format!("{origin}{}?{}", file.path, given.join("&"));
        let plain = address.replace("alt=media&", "").replace("&alt=media", "");
        let get = async |address: &str, key: &str| {
            let header = [("x-goog-api-key", key)];
            web::ask("GET", address, &header[usize::from(key.is_empty())..]).await
        };
        let bytes = get(&address, &key).await?;
        ensure!(bytes.status == 200 || bytes.header("location").is_some(), "{}", bytes.status);
        let known = get(&plain, &key).await?;
        ensure!(known.header("content-type") == Some("application/json"), "{plain}");
        ensure!(known.text().contains("\"mimeType\":\"video/mp4\""), "{}", known.text());
        let stranger = get(&address, "").await?;
        ensure!(stranger.status == 403 && stranger.text().contains("PERMISSION_DENIED"));
        let wrong = get(&address, "another").await?;
        ensure!(wrong.status == 400 && wrong.text().contains("API_KEY_INVALID"));
    }
    ensure!(vendors.finish().is_err(), "bytes that were asked for without alt=media");
    Ok(())
}

/// A form with one file in it.
fn form(kind: &str, file: &[u8]) -> Vec<u8> {
    let head = "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"it\"\r\n";
    let head = format!("{head}Content-Type: {kind}\r\n\r\n");
    [head.as_bytes(), file, b"\r\n--b0--\r\n"].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn heygen_refuses_files_that_are_not_what_they_should_be_and_ids_of_other_files() -> Result<()>
{
    let vendors = Vendors::start().await?;
    let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
    perform(&desk.providers(), &photo("ada", 0)).await.map_err(failure)?;
    let sent = vendors.of(Kind::HeyGen).asked();
    let ours = |part: &str| sent.iter().find(|asked| asked.meets(part)).map(|asked| asked.json());
    let (avatar, video) = (ours("POST /v3/avatars$"), ours("POST /v3/videos$"));
    let (avatar, video) = (avatar.context("an avatar")?, video.context("a video")?);
    vendors.finish()?;

    let vendor = StandIn::start(Kind::HeyGen).await?;
    let mut calls = 0;
    let mut post = async |path: &str, kind: &str, body: &[u8]| {
        calls += 1;
        call(&vendor, "POST", path, (kind, body), &format!("call-{calls}")).await
    };
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(9, 9).write_to(&mut jpeg, image::ImageFormat::Jpeg)?;
    let (png, jpeg) = (png(|_, _| image::Rgb([1, 2, 3])), jpeg.into_inner());
    let wav = wav::write_mono_48k(&[0.1; 4_800]);
    let large = [&wav[..], &[0; 33 << 20]].concat();
    let mut silent = wav[..44].to_vec();
    silent[4] = 36;
    silent[5..8].fill(0);
    silent[40..].fill(0);
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let multipart = "multipart/form-data; boundary=b0";
    let mut ids = Vec::new();
    for (kind, file) in
        [("image/png", &png[..]), ("image/jpeg", &jpeg[..]), ("audio/wav", &wav[..])]
    {
        let (status, said) = post("v3/assets", multipart, &form(kind, file)).await?;
        ensure!(status == 200 && said["data"]["mime_type"] == kind, "{kind}: {said}");
        ensure!(said["data"]["size_bytes"] == file.len(), "{kind}: {said}");
        ids.push(said["data"]["asset_id"].clone());
    }
    let wrong: [(&str, Vec<u8>); 9] = [
        ("image/png", half(&png)),
        ("image/jpeg", half(&jpeg)),
        ("audio/wav", half(&wav)),
        ("audio/wav", silent),
        ("audio/wav", large),
        ("image/png", jpeg.clone()),
        ("audio/wav", png.to_vec()),
        ("image/png", b"\x89PNG, says its name".to_vec()),
        ("text/plain", b"Hello.".to_vec()),
    ];
    let refused = |what: &str, (status, said): (u16, Value)| -> Result<()> {
        let error = &said["error"];
        ensure!(status == 400 && error["code"] == "invalid_parameter", "{what}: {status} {said}");
        ensure!(error["message"].is_string() && error["doc_url"].is_string(), "{what}: {said}");
        Ok(())
    };
    for (at, (kind, file)) in wrong.into_iter().enumerate() {
        let what = format!("file {at}, {kind}, {} bytes", file.len());
        refused(&what, post("v3/assets", multipart, &form(kind, &file)).await?)?;
    }
    refused("no form", post("v3/assets", "application/json", b"{}").await?)?;

    let json = "application/json";
    let of = |id: &Value| with(&avatar, "/file/asset_id", id.clone()).map(|body| body.to_string());
    for (what, id) in [("a sound", &ids[2]), ("nothing", &json!("ast_77")), ("a number", &json!(1))]
    {
        refused(what, post("v3/avatars", json, of(id)?.as_bytes()).await?)?;
    }
    let (status, made) = post("v3/avatars", json, of(&ids[0])?.as_bytes()).await?;
    ensure!(status == 200, "{made}");
    let video = with(&video, "/avatar_id", made["data"]["avatar_item"]["id"].clone())?;
    let of = |id: &Value| with(&video, "/audio_asset_id", id.clone()).map(|body| body.to_string());
    for (what, id) in
        [("a picture", &ids[0]), ("nothing", &json!("ast_77")), ("null", &json!(null))]
    {
        refused(what, post("v3/videos", json, of(id)?.as_bytes()).await?)?;
    }
    let (status, begun) = post("v3/videos", json, of(&ids[2])?.as_bytes()).await?;
    ensure!(status == 200 && vendor.sold() == 2, "{begun}");
    let complaints = vendor.finish().err().context("it complains")?.to_string();
    ensure!(complaints.matches("\n- ").count() == 16, "{complaints}");
    Ok(())
}
