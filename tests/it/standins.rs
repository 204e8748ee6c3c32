//! With no data, no voice program and no network, there is still a video that passes the gate.

use anyhow::Result;
use cutline_tests::{Run, SHORT, Studio};

#[test]
fn a_bare_machine_makes_a_video_that_passes_and_says_what_was_missing() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let mut command = studio.command();
    // An empty PATH hides espeak-ng; an unreachable proxy stands for no network.
    command.args(SHORT).env("PATH", "/nonexistent").env("https_proxy", "http://127.0.0.1:9");
    let ended = Run::start(command)?.finish()?;
    assert!(ended.status.success(), "{}\n{:#?}", ended.output, ended.said);
    assert!(ended.output.contains("silence"), "{}", ended.output);
    let missing = ended.output.lines().filter(|line| line.contains("missing  ")).count();
    assert!(missing >= 3, "voice, stand-in voice and pictures are missing:\n{}", ended.output);
    assert!(!ended.output.contains("FAIL"), "{}", ended.output);

    // Named after its title, its companions beside it, nothing else anywhere.
    let files = studio.files();
    let names: Vec<String> = files
        .iter()
        .filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()))
        .collect();
    for ext in ["mp4", "poster.png", "sheet.png", "srt", "vtt", "script.txt"] {
        assert!(names.iter().any(|name| name.ends_with(ext)), "no .{ext}: {names:?}");
    }
    assert_eq!(names.len(), 6, "{names:?}");

    let video = files.iter().find(|file| file.extension().is_some_and(|ext| ext == "mp4"));
    let mut command = studio.command();
    command.arg("qc").args(video);
    let checked = Run::start(command)?.finish()?;
    assert!(checked.status.success(), "{}", checked.output);
    Ok(())
}

#[test]
fn doctor_says_what_each_absence_costs_and_is_ready_all_the_same() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let mut command = studio.command();
    command.arg("doctor");
    let ended = Run::start(command)?.finish()?;
    assert!(ended.status.success(), "{}", ended.output);
    assert!(ended.output.contains("missing    "), "{}", ended.output);
    assert!(ended.output.lines().any(|line| line == "ready"), "{}", ended.output);
    Ok(())
}
