//! OpenAI and OpenRouter: chat completions with schemas, speech, pictures, moderation
//! (developers.openai.com, API reference; openrouter.ai/docs).

use serde_json::{Value, json};

use super::{Asked, Kind, Reply, State, scenes, unknown_fields};

/// A sentence with this word is flagged.
pub(super) const FORBIDDEN: &str = "forbiddenword";

/// Lines that suit any topic: no numbers, all different, few words.
const LINES: [&str; 12] = [
    "Nobody expects this answer.",
    "Look closer at the small parts.",
    "Water carries the first clue.",
    "Cold slows everything down.",
    "Muscles push against thick blue blood.",
    "Each pump has its own task.",
    "Two branchial hearts pump blood through the gills.",
    "Speed costs more than patience.",
    "Crawling saves precious breath.",
    "Evolution chose the quiet way.",
    "Hunters rarely notice a still shape.",
    "That is the whole secret.",
];

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if let Some(refused) = state.stranger(asked, "authorization", "Bearer ") {
        return refused;
    }
    let router = state.kind == Kind::OpenRouter;
    let path = asked.path.strip_prefix(if router { "/api/v1" } else { "/v1" });
    let reply = match (asked.method.as_str(), path.unwrap_or_default()) {
        ("GET", "/key") if router => Reply::json(
            200,
            &json!({"data": {"label": "k", "limit_remaining": 12.5, "usage": 1.0}}),
        ),
        ("GET", "/models") => models(),
        ("POST", "/chat/completions") => chat(state, asked, router),
        ("POST", "/audio/speech") if !router => speech(state, asked),
        ("POST", "/images/generations") if !router => images(state, asked),
        ("POST", "/moderations") if !router => moderation(state, asked),
        _ => state.complain(asked, "no such endpoint"),
    };
    reply.header("x-request-id", "req_0123456789abcdef")
}

fn models() -> Reply {
    let names =
        ["gpt-5.4-mini", "gpt-4o-mini-tts", "gpt-image-2.5-flare", "omni-moderation-latest"];
    let data: Vec<Value> = names
        .iter()
        .map(|id| json!({"id": id, "object": "model", "created": 1, "owned_by": "x"}))
        .collect();
    Reply::json(200, &json!({"object": "list", "data": data}))
}

fn chat(state: &State, asked: &Asked, router: bool) -> Reply {
    let body = asked.json();
    let limit = if router { "max_tokens" } else { "max_completion_tokens" };
    let mut known =
        vec!["model", "messages", "seed", "response_format", "stream", "stream_options", limit];
    if router {
        known.push("provider");
    }
    let unknown = unknown_fields(&body, &known);
    if !unknown.is_empty() {
        return state.complain(asked, &format!("unsupported parameters {unknown:?}"));
    }
    if body["model"].as_str().is_none_or(str::is_empty) || !body[limit].is_u64() {
        return state.complain(asked, "model and a limit of tokens are needed");
    }
    let streamed = body["stream"] == true;
    if !streamed && !body["stream_options"].is_null() {
        return state.complain(asked, "stream_options are for streams");
    }
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    let fits = |message: &Value| {
        let role = message["role"].as_str().unwrap_or_default();
        ["system", "user", "assistant"].contains(&role)
            && message["content"].as_str().is_some_and(|text| !text.is_empty())
    };
    if messages.is_empty()
        || !messages.iter().all(fits)
        || messages[messages.len() - 1]["role"] != "user"
    {
        return state.complain(asked, "messages of known roles, a user's last, are needed");
    }
    if let Some(why) = schema_fault(&body["response_format"]) {
        return state.complain(asked, &why);
    }
    state.sell();
    let task: String = messages.iter().filter_map(|m| m["content"].as_str()).collect();
    let seed = body["seed"].as_u64().unwrap_or(0) as usize;
    let content = match body["response_format"].is_null() {
        true => numbered(&task, seed),
        false => script(&task).to_string(),
    };
    let mut usage = json!({"prompt_tokens": 900, "completion_tokens": 400, "total_tokens": 1300});
    if router {
        usage["cost"] = json!(0.0021);
    }
    if streamed {
        let used = (body["stream_options"]["include_usage"] == true).then_some(usage);
        return stream(&body["model"], &content, used);
    }
    Reply::json(
        200,
        &json!({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [{"index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": content, "refusal": null}}],
            "usage": usage,
        }),
    )
}

/// The answer in pieces: the role, the words, how it ended, what was used, that this was all.
fn stream(model: &Value, content: &str, usage: Option<Value>) -> Reply {
    let chunk = |choices: Value, usage: &Value| {
        json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model,
            "choices": choices, "usage": usage})
        .to_string()
    };
    let piece = |delta: Value, finish: Value| {
        let choice = json!([{"index": 0, "delta": delta, "finish_reason": finish}]);
        chunk(choice, &Value::Null)
    };
    let letters: Vec<char> = content.chars().collect();
    let words = letters
        .chunks(24)
        .map(|part| piece(json!({"content": part.iter().collect::<String>()}), Value::Null));
    let first = piece(json!({"role": "assistant", "content": "", "refusal": null}), Value::Null);
    let mut data: Vec<String> = std::iter::once(first).chain(words).collect();
    data.push(piece(json!({}), json!("stop")));
    data.extend(usage.map(|usage| chunk(json!([]), &usage)));
    data.push("[DONE]".into());
    Reply::events(&data)
}

/// How many lines a task wants.
fn wanted(task: &str) -> usize {
    let wanted = task.split("Write exactly ").nth(1).and_then(|rest| rest.split(' ').next());
    wanted.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// As many numbered lines as the task wants, others for another seed.
fn numbered(task: &str, seed: usize) -> String {
    let lines = LINES.iter().cycle().skip(seed % LINES.len()).take(wanted(task)).enumerate();
    lines.map(|(at, line)| format!("{}. {line}\n", at + 1)).collect()
}

/// A draft with as many lines as the task wants.
fn script(task: &str) -> Value {
    let wanted = wanted(task);
    let line = |text: &&str| json!({"narration": text, "on_screen": null, "facts": [1]});
    let lines: Vec<Value> = LINES.iter().cycle().take(wanted).map(line).collect();
    json!({"title": "A quiet secret", "lines": lines})
}

/// What strict structured outputs do not take.
fn schema_fault(format: &Value) -> Option<String> {
    if format.is_null() {
        return None;
    }
    let schema = &format["json_schema"];
    let name = schema["name"].as_str().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let fits = format["type"] == "json_schema"
        && (1..=64).contains(&name.len())
        && name.chars().all(plain)
        && schema["strict"] == true;
    if !fits {
        Some("a named strict json_schema is needed".into())
    } else {
        open(&schema["schema"])
    }
}

/// The first object in a schema that is not closed or does not require everything.
fn open(schema: &Value) -> Option<String> {
    let map = schema.as_object()?;
    let known = [
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "const",
        "anyOf",
        "$ref",
        "$defs",
        "description",
    ];
    if let Some(odd) = map.keys().find(|name| !known.contains(&name.as_str())) {
        return Some(format!("'{odd}' is not permitted in a strict schema"));
    }
    if let Some(properties) = map.get("properties").and_then(Value::as_object) {
        let required = map.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let all = properties.keys().all(|name| required.iter().any(|known| known == name));
        if !all || map.get("additionalProperties") != Some(&Value::Bool(false)) {
            return Some("an object must be closed and require all its properties".into());
        }
    }
    let parts = ["properties", "$defs"].iter().filter_map(|name| map.get(*name)?.as_object());
    parts
        .flat_map(|parts| parts.values())
        .chain(map.get("items"))
        .chain(map.get("anyOf").and_then(Value::as_array).into_iter().flatten())
        .find_map(open)
}

fn speech(state: &State, asked: &Asked) -> Reply {
    let body = asked.json();
    let known = ["model", "input", "voice", "response_format", "speed", "instructions"];
    let unknown = unknown_fields(&body, &known);
    let voices = [
        "alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer",
        "verse",
    ];
    let input = body["input"].as_str().unwrap_or_default();
    let speed = body["speed"].as_f64().unwrap_or(1.0);
    let fits = unknown.is_empty()
        && body["model"].is_string()
        && (1..=4096).contains(&input.chars().count())
        && voices.contains(&body["voice"].as_str().unwrap_or_default())
        && body["response_format"] == "pcm"
        && (0.25..=4.0).contains(&speed);
    if !fits {
        return state.complain(asked, "a field of the speech is not as it should be");
    }
    state.sell();
    Reply::bytes(200, "audio/pcm", scenes::voice(input).0)
}

fn images(state: &State, asked: &Asked) -> Reply {
    let body = asked.json();
    let known =
        ["model", "prompt", "n", "size", "quality", "output_format", "background", "moderation"];
    let unknown = unknown_fields(&body, &known);
    let word = |name: &str| body[name].as_str().unwrap_or_default();
    let fits = unknown.is_empty()
        && word("model").starts_with("gpt-image")
        && (1..=32_000).contains(&word("prompt").chars().count())
        && ["1024x1024", "1536x1024", "1024x1536"].contains(&word("size"))
        && ["low", "medium", "high", "xhigh", "max", "auto"].contains(&word("quality"))
        && ["png", "jpeg", "webp"].contains(&word("output_format"))
        && body["n"].as_u64().is_some_and(|n| (1..=10).contains(&n));
    if !fits {
        return state.complain(asked, "a field of the picture is not as it should be");
    }
    state.sell();
    let drawn = || scenes::picture(word("prompt"), 1024, 1536);
    let picture = state.in_stock().unwrap_or_else(drawn);
    Reply::json(
        200,
        &json!({
            "created": 1,
            "data": [{"b64_json": base64(&picture)}],
            "usage": usage_of(word("prompt"), word("quality")),
        }),
    )
}

/// What an upright picture counts: a token is some four characters of the prompt; the picture's
/// are those of the model with the finest grid, written out of the price list and not computed.
fn usage_of(prompt: &str, quality: &str) -> Value {
    let output = match quality {
        "low" => 158,
        "medium" => 343,
        "xhigh" => 2_459,
        "max" => 5_488,
        _ => 1_372,
    };
    let input = prompt.chars().count() / 4 + 7;
    json!({"input_tokens": input, "output_tokens": output, "total_tokens": input + output,
        "input_tokens_details": {"text_tokens": input, "image_tokens": 0}})
}

fn moderation(state: &State, asked: &Asked) -> Reply {
    let body = asked.json();
    let input = body["input"].as_str().unwrap_or_default();
    if !unknown_fields(&body, &["model", "input"]).is_empty() || input.is_empty() {
        return state.complain(asked, "a text is needed");
    }
    let flagged = input.contains(FORBIDDEN);
    Reply::json(
        200,
        &json!({"id": "modr-1", "model": body["model"], "results": [{
            "flagged": flagged,
            "categories": {"violence": flagged, "hate": false, "illicit": null},
            "category_scores": {"violence": 0.9, "hate": 0.0, "illicit": null},
        }]}),
    )
}

/// Base64 as RFC 4648 has it.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let mut bits = 0_u32;
        for at in 0..3 {
            bits = bits << 8 | u32::from(three.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]);
            text.push(if at > three.len() { '=' } else { letter });
        }
    }
    text
}
