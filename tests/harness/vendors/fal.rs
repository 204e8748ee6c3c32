//! fal: the queue: submit, status, result, cancel, files (docs.fal.ai, queue).

use serde_json::json;

use super::{Asked, Reply, State, lock, scenes, unknown_fields, with};

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if let Some(name) = asked.path.strip_prefix("/files/") {
        if let Some(refused) = state.no_file(asked) {
            return refused;
        }
        return Reply::bytes(200, "image/jpeg", scenes::picture(name, 896, 1600));
    }
    if let Some(refused) = state.stranger(asked, "authorization", "Key ") {
        return refused;
    }
    if asked.method == "POST" && asked.path == "/fal-ai/flux/schnell" {
        return submit(state, asked);
    }
    // Results lie below the application, without the endpoint's own part.
    let Some(rest) = asked.path.strip_prefix("/fal-ai/flux/requests/") else {
        return state.complain(asked, "no such endpoint");
    };
    let (id, what) = rest.split_once('/').unwrap_or((rest, ""));
    let mut queue = lock(&state.queue);
    let Some((_, looks)) = queue.iter_mut().find(|(known, _)| known == id) else {
        drop(queue);
        return state.refusal(404, "not_found", asked);
    };
    let done = *looks >= 2;
    match (asked.method.as_str(), what) {
        ("GET", "status") => {
            *looks += 1;
            let status = ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"][(*looks as usize - 1).min(2)];
            let mut said = json!({"status": status, "request_id": id});
            if status != "COMPLETED" {
                return Reply::json(202, &said);
            }
            let ending = state.ending(id).unwrap_or_default();
            if let Some(kind) = ["refused", "error_type"].iter().find_map(|at| ending.get(at)) {
                with(&mut said, &json!({"error": "The request failed.", "error_type": kind}));
            }
            Reply::json(200, &said)
        }
        ("GET", "") if done => {
            drop(queue);
            result(state, asked, id)
        }
        ("PUT", "cancel") => Reply::json(202, &json!({"status": "CANCELLATION_REQUESTED"})),
        _ => {
            drop(queue);
            state.complain(asked, "the result was asked for before it was there")
        }
    }
}

fn result(state: &State, asked: &Asked, id: &str) -> Reply {
    let ending = state.ending(id).unwrap_or_default();
    if let Some(code) = ending["refused"].as_str() {
        return state.refusal(422, code, asked);
    }
    if let (Some(status), Some(kind)) = (ending["failed"].as_u64(), ending["error_type"].as_str()) {
        let status = u16::try_from(status).unwrap_or(500);
        return state.refusal(status, kind, asked).header("x-fal-error-type", kind);
    }
    let mut result = json!({
        "images": [{"url": state.file(&format!("files/{id}.jpeg")), "width": 896,
            "height": 1600, "content_type": "image/jpeg"}],
        "timings": {"inference": 0.4}, "seed": 7, "has_nsfw_concepts": [false], "prompt": "",
    });
    with(&mut result, &ending);
    Reply::json(200, &result)
}

fn submit(state: &State, asked: &Asked) -> Reply {
    let body = asked.json();
    let known = [
        "prompt",
        "image_size",
        "num_inference_steps",
        "seed",
        "guidance_scale",
        "sync_mode",
        "num_images",
        "enable_safety_checker",
        "output_format",
        "acceleration",
    ];
    let side = |name: &str| {
        body["image_size"][name].as_u64().is_some_and(|px| (64..=14_142).contains(&px))
    };
    let fits = unknown_fields(&body, &known).is_empty()
        && body["prompt"].as_str().is_some_and(|prompt| !prompt.is_empty())
        && side("width")
        && side("height")
        && body["num_inference_steps"].as_u64().is_none_or(|steps| (1..=12).contains(&steps))
        && body["num_images"].as_u64().is_none_or(|count| (1..=4).contains(&count))
        && body["output_format"].as_str().is_none_or(|format| ["jpeg", "png"].contains(&format));
    if !fits {
        return state.complain(asked, "a field of the picture is not as it should be");
    }
    let mut queue = lock(&state.queue);
    let id = format!("764cabcf-b745-4b3e-ae38-{:012x}", queue.len() + 1);
    queue.push((id.clone(), 0));
    drop(queue);
    state.order(&id);
    let at = format!("http://{}/fal-ai/flux/requests/{id}", state.address);
    Reply::json(
        200,
        &json!({
            "request_id": id, "response_url": at, "status_url": format!("{at}/status"),
            "cancel_url": format!("{at}/cancel"), "queue_position": 0,
        }),
    )
    .header("x-fal-request-id", "fal-1")
}
