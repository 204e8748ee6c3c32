//! Ctrl-C takes effect inside a stage, at once, and leaves nothing behind.

use std::time::{Duration, Instant};

use anyhow::Result;
use cutline_farm::config::Config;
use cutline_tests::{Run, SHORT, Studio};

/// From the signal to the end of the process.
const CANCEL_MAX: Duration = Duration::from_millis(500);

/// Cancels a render after it said these words, one after the other, with parts of the data folder
/// laid out.
fn cancelled_in(moments: &[&str], signal: &str, parts: &[&str]) -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    studio.lay_out(&Config::from_env()?.paths.data_dir, parts)?;
    let mut command = studio.command();
    command.args(SHORT).args(["--json", "-o"]).arg(studio.out("video.mp4"));
    command.env("RUST_LOG", "cutline_farm=info");
    let mut run = Run::start(command)?;
    for moment in moments {
        run.wait_for(moment)?;
    }
    run.signal(signal)?;
    let signalled = Instant::now();
    let ended = run.finish()?;
    let took = signalled.elapsed();
    assert_eq!(ended.status.code(), Some(130), "{:#?}", ended.said);
    assert!(took <= CANCEL_MAX, "took {took:?} in {moments:?}");
    // ONNX Runtime keeps a folder of its own in the home, whatever becomes of the video.
    let mut left = studio.files();
    left.retain(|path| !path.components().any(|part| part.as_os_str() == ".onnxruntime"));
    assert_eq!(left, Vec::<std::path::PathBuf>::new(), "left in {moments:?}");
    assert!(ended.output.contains("CANCELLED"), "{}", ended.output);
    Ok(())
}

#[test]
fn cancel_while_the_illustrations_are_indexed_ends_within_half_a_second() -> Result<()> {
    let set = ["fluent-emoji/icons.json", "emojibase", "minilm"];
    cancelled_in(&["indexing the illustrations"], "INT", &set)
}

#[test]
fn cancel_in_voice_ends_within_half_a_second_and_leaves_no_file() -> Result<()> {
    cancelled_in(&["voice: started"], "INT", &[])?;
    // A line or two are spoken, the model is at another.
    cancelled_in(&["voice: started", "voice: "], "INT", &["kokoro", "onnxruntime"])
}

#[test]
fn cancel_in_imagery_ends_within_half_a_second_and_leaves_no_file() -> Result<()> {
    cancelled_in(&["imagery: started"], "TERM", &[])
}

#[test]
fn cancel_in_render_ends_within_half_a_second_and_leaves_no_file() -> Result<()> {
    cancelled_in(&["render: started"], "INT", &[])?;
    cancelled_in(&["render: 20 %"], "INT", &[])
}
