//! ElevenLabs: speech with timestamps (elevenlabs.io/docs, API reference).

use serde_json::json;

use super::{Asked, Reply, State, openai::base64, scenes, unknown_fields};

/// Voices of the account.
const VOICES: [&str; 10] = [
    "EXAVITQu4vr4xnSDxMaL",
    "JBFqnCBsd6RMkjVDRZzb",
    "nPczCjzI2devNBz1zQrb",
    "pFZP5JQG7iQjIQuC4Bku",
    "cgSgspJ2msm6clMCkdW9",
    "IKne3meq5aSn9XLyUdCD",
    "N2lVS1w4EtoT3dr4eOWO",
    "FGY2WhTYpPnrIDTdsKH5",
    "TX3LPaxmHKxFdv7VOQHJ",
    "XrExE9yKIg1WjnnlVkGX",
];

pub(super) fn answer(state: &State, asked: &Asked) -> Reply {
    if let Some(refused) = state.stranger(asked, "xi-api-key", "") {
        return refused;
    }
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/v1/user/subscription") => Reply::json(
            200,
            &json!({"tier": "creator", "character_count": 100, "character_limit": 100_000}),
        ),
        ("POST", path) => {
            let voice = path
                .strip_prefix("/v1/text-to-speech/")
                .and_then(|rest| rest.strip_suffix("/with-timestamps"));
            match voice {
                Some(voice) if VOICES.contains(&voice) => speech(state, asked),
                Some(_) => state.refusal(404, "voice_not_found", asked),
                None => state.complain(asked, "no such endpoint"),
            }
        }
        _ => state.complain(asked, "no such endpoint"),
    }
}

fn speech(state: &State, asked: &Asked) -> Reply {
    let body = asked.json();
    let known = [
        "text",
        "model_id",
        "language_code",
        "voice_settings",
        "seed",
        "previous_text",
        "next_text",
        "previous_request_ids",
        "next_request_ids",
        "apply_text_normalization",
    ];
    let settings = &body["voice_settings"];
    let parts = ["stability", "similarity_boost", "style", "use_speaker_boost", "speed"];
    let share = |name: &str| settings[name].as_f64().is_none_or(|v| (0.0..=1.0).contains(&v));
    let text = body["text"].as_str().unwrap_or_default();
    let model = body["model_id"].as_str().unwrap_or_default();
    let fits = unknown_fields(&body, &known).is_empty()
        && unknown_fields(settings, &parts).is_empty()
        && share("stability")
        && share("similarity_boost")
        && settings["speed"].as_f64().is_none_or(|speed| (0.7..=1.2).contains(&speed))
        && (1..=10_000).contains(&text.chars().count())
        && asked.param("output_format") == Some("pcm_24000");
    if !fits {
        return state.complain(asked, "a field of the speech is not as it should be");
    }
    if body.get("language_code").is_some() && model == "eleven_multilingual_v2" {
        return state.complain(asked, "this model does not take a language_code");
    }
    state.sell();
    let (samples, times) = scenes::voice(text);
    let characters: Vec<String> = text.chars().map(String::from).collect();
    let starts: Vec<f64> = times.iter().map(|(start, _)| *start).collect();
    let ends: Vec<f64> = times.iter().map(|(_, end)| *end).collect();
    let alignment = json!({
        "characters": characters,
        "character_start_times_seconds": starts,
        "character_end_times_seconds": ends,
    });
    Reply::json(
        200,
        &json!({
            "audio_base64": base64(&samples),
            "alignment": alignment,
            "normalized_alignment": alignment,
        }),
    )
    .header("request-id", "el-req-1")
    .header("character-cost", &text.chars().count().to_string())
}
