//! A streamed chat completion, put together again: `data:` lines of chunks, each with a piece of
//! the answer, the last ones with how it ended and what was used (OpenAI API reference, chat
//! completion chunk; OpenRouter, streaming).

use serde::Deserialize;
use serde_json::Value;

use super::chat::{Choice, Completion, Message, Usage};
use crate::providers::http::Fault;

/// What comes last.
pub(super) const LAST: &str = "data: [DONE]";

#[derive(Deserialize)]
struct Chunk {
    /// Empty beside the usage, absent beside an error.
    #[serde(default)]
    choices: Vec<Piece>,
    usage: Option<Usage>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Piece {
    #[serde(default)]
    delta: Delta,
    finish_reason: Option<String>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Default, Deserialize)]
struct Delta {
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

/// The completion that the chunks make.
///
/// # Errors
/// [`Fault::Foreign`] for chunks of another shape; [`Fault::Broken`] for a stream that ended,
/// however politely, before it said how the answer ended.
pub(super) fn gathered(stream: &[u8]) -> Result<Completion, Fault> {
    let text = std::str::from_utf8(stream).map_err(|_| Fault::Foreign)?;
    let mut completion = Completion { choices: Vec::new(), usage: None, error: None };
    let mut message = Message::default();
    let (mut finish_reason, mut error, mut done) = (None, None, false);
    // Chunks are one line each; lines that begin otherwise are comments and names.
    for data in text.lines().filter_map(|line| line.strip_prefix("data:")) {
        let data = data.trim();
        if data == "[DONE]" {
            done = true;
            break;
        }
        let chunk: Chunk = serde_json::from_str(data).map_err(|_| Fault::Foreign)?;
        completion.usage = chunk.usage.or(completion.usage);
        completion.error = chunk.error.or(completion.error);
        let Some(piece) = chunk.choices.into_iter().next() else { continue };
        for (whole, part) in [
            (&mut message.content, piece.delta.content),
            (&mut message.refusal, piece.delta.refusal),
        ] {
            if let Some(part) = part {
                whole.get_or_insert_default().push_str(&part);
            }
        }
        finish_reason = piece.finish_reason.or(finish_reason);
        error = piece.error.or(error);
    }
    let ended = done || finish_reason.is_some() || error.is_some() || completion.error.is_some();
    if !ended {
        return Err(Fault::Broken);
    }
    completion.choices.push(Choice { message, finish_reason, error });
    Ok(completion)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECES: &str = concat!(
        ": OPENROUTER PROCESSING\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" you\"}}]}\r\n\r\n",
    );
    const END: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    const USED: &str = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\
                        \"completion_tokens\":4}}\n\n";

    #[test]
    fn pieces_make_the_answer_with_its_end_and_its_price() {
        let whole = gathered([PIECES, END, USED, LAST, "\n\n"].concat().as_bytes()).unwrap();
        assert_eq!(whole.choices[0].message.content.as_deref(), Some("Hello you"));
        assert_eq!(whole.choices[0].finish_reason.as_deref(), Some("stop"));
        assert_eq!(whole.usage.map(|usage| usage.completion_tokens), Some(4));
        assert!(whole.error.is_none());
    }

    #[test]
    fn a_stream_that_stops_in_the_middle_is_no_answer() {
        for cut in ["", PIECES, &PIECES[..60]] {
            assert!(gathered(cut.as_bytes()).is_err(), "{cut}");
        }
        assert_eq!(gathered(PIECES.as_bytes()).err(), Some(Fault::Broken));
        // All was said; only the price is missing.
        assert!(gathered([PIECES, END].concat().as_bytes()).is_ok());
    }

    #[test]
    fn an_error_inside_the_stream_is_the_answer() {
        let failed = "data: {\"error\":{\"code\":502,\"message\":\"x\"},\"choices\":[{\"delta\":\
                      {\"content\":\"\"},\"finish_reason\":\"error\"}]}\n\n";
        let whole = gathered([PIECES, failed].concat().as_bytes()).unwrap();
        assert_eq!(whole.error.and_then(|error| error["code"].as_u64()), Some(502));
    }
}
