//! A disk that refuses: a clear error, and nothing half-written under a final name.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result};
use cutline_tests::{Ended, Run, SHORT, Studio};

/// What is delivered, the video last.
const NAMES: [&str; 6] = [
    "video.poster.png",
    "video.sheet.png",
    "video.srt",
    "video.vtt",
    "video.script.txt",
    "video.mp4",
];
/// What `ulimit -f` counts in.
const BLOCK_BYTES: u64 = 512;

/// The command where no file may grow beyond this many blocks. It stands for the full disk: writes
/// fail half-way, even for root.
fn render_confined(studio: &Studio, blocks: u64, more: &[&str]) -> Result<Ended> {
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut command = studio.wrapped(&["sh", "-c", &limit]);
    command.args(SHORT).args(["--json", "-o"]).arg(studio.out("video.mp4")).args(more);
    Run::start(command)?.finish()
}

/// Everything in the output folder, by name.
fn delivered(studio: &Studio) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(studio.out(""))? {
        let entry = entry?;
        let bytes = if entry.path().is_dir() { Vec::new() } else { std::fs::read(entry.path())? };
        found.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
    }
    Ok(found)
}

/// Checkpoints of stages and of their parts, with the time each was written.
fn kept(studio: &Studio) -> Result<BTreeMap<PathBuf, SystemTime>> {
    let files = studio.files().into_iter();
    let checkpoints = files.filter(|file| file.extension().is_some_and(|ext| ext == "json"));
    checkpoints.map(|file| Ok((file.clone(), file.metadata()?.modified()?))).collect()
}

/// Files that were being written, wherever they are.
fn half_written(studio: &Studio) -> Vec<PathBuf> {
    let named = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(".tmp") || name.starts_with(".cutline-")
    };
    studio.files().into_iter().filter(named).collect()
}

fn assert_full(ended: &Ended, file: &Path) {
    assert_eq!(ended.status.code(), Some(4), "{}\n{:#?}", ended.output, ended.said);
    assert!(ended.output.contains("ENVIRONMENT"), "{}", ended.output);
    assert!(ended.output.contains(&format!("writing {}", file.display())), "{}", ended.output);
    assert!(ended.output.contains("free some space there, or"), "{}", ended.output);
    assert!(ended.output.contains("run the same command again"), "{}", ended.output);
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_any_work() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    std::fs::write(studio.out("file"), "not a folder")?;
    std::fs::create_dir(studio.out("taken.srt"))?;
    for name in ["no/such/folder/video.mp4", "file/video.mp4", ".", "taken.mp4"] {
        let ended = studio.render(name, &[])?.finish()?;
        assert_eq!(ended.status.code(), Some(4), "{name}: {}", ended.output);
        assert!(ended.output.contains("cannot be written"), "{name}: {}", ended.output);
        assert!(!ended.said.iter().any(|line| line.contains("started")), "{:#?}", ended.said);
    }
    assert_eq!(studio.files(), [studio.out("file")]);
    Ok(())
}

#[test]
fn a_disk_that_fills_up_ends_in_a_clear_error_and_no_file() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let ended = render_confined(&studio, 160, &[])?;
    assert_full(&ended, &studio.cache());
    assert_eq!(studio.files(), Vec::<PathBuf>::new());
    Ok(())
}

#[test]
fn a_disk_that_is_full_when_the_video_is_joined_or_copied_costs_nothing_but_that() -> Result<()> {
    let undisturbed = Studio::start(crate::PROGRAM)?;
    let keep = ["--keep-work"];
    undisturbed.render("video.mp4", &keep)?.finish()?.result()?;
    let reference = delivered(&undisturbed)?;
    let video_bytes = reference["video.mp4"].len() as u64;
    let sizes = undisturbed.files().into_iter().map(|file| Ok(file.metadata()?.len()));
    let sizes = sizes.collect::<Result<Vec<_>>>()?.into_iter().filter(|size| *size != video_bytes);
    let part_bytes = sizes.max().context("no parts")?;
    // Room for every part but not for the whole, and for all but its last bytes (the index).
    let parts_fit = part_bytes.div_ceil(BLOCK_BYTES);
    let almost = (video_bytes - 1) / BLOCK_BYTES;
    assert!(parts_fit < almost, "{part_bytes} bytes of {video_bytes}: too little between them");

    let studio = Studio::start(crate::PROGRAM)?;
    let mut before = BTreeMap::new();
    for blocks in [parts_fit, almost] {
        let ended = render_confined(&studio, blocks, &keep)?;
        assert_full(&ended, &studio.cache());
        assert!(ended.output.contains("stage `render`"), "{}", ended.output);
        assert_eq!(delivered(&studio)?, BTreeMap::new(), "{blocks} blocks");
        assert_eq!(half_written(&studio), Vec::<PathBuf>::new(), "{blocks} blocks");
        let after = kept(&studio)?;
        assert!(before.is_empty() || before == after, "parts were made again");
        before = after;
    }
    studio.render("video.mp4", &keep)?.finish()?.result()?;
    let after = kept(&studio)?;
    assert!(before.iter().all(|(file, at)| after.get(file) == Some(at)), "parts were made again");
    assert!(delivered(&studio)? == reference, "another video after a full disk");

    // All of it is made: what remains is to copy it, over the video of the day before.
    let old = NAMES.map(|name| (name.to_owned(), format!("yesterday's {name}").into_bytes()));
    let old = BTreeMap::from(old);
    for (name, bytes) in &old {
        std::fs::write(studio.out(name), bytes)?;
    }
    let ended = render_confined(&studio, almost, &keep)?;
    assert_full(&ended, &studio.out("video.mp4"));
    assert!(delivered(&studio)? == old, "yesterday's video is gone");
    let result = studio.render("video.mp4", &keep)?.finish()?.result()?;
    let resumed = |stage: &serde_json::Value| stage["resumed"] == true;
    assert!(result["stages"].as_array().is_some_and(|all| all.iter().all(resumed)), "{result}");
    assert!(delivered(&studio)? == reference, "another video after a full disk");
    Ok(())
}

#[test]
fn an_output_folder_that_refuses_at_the_end_leaves_what_was_there_before() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let mut run = studio.render("video.mp4", &["--keep-work"])?;
    run.wait_for("render: started")?;
    // It was all right when the run began; now a folder has the name of a file in the middle.
    for name in NAMES {
        std::fs::write(studio.out(name), format!("yesterday's {name}"))?;
    }
    std::fs::remove_file(studio.out("video.vtt"))?;
    std::fs::create_dir(studio.out("video.vtt"))?;
    let before = delivered(&studio)?;
    let ended = run.finish()?;
    assert_eq!(ended.status.code(), Some(4), "{}\n{:#?}", ended.output, ended.said);
    let named = format!("writing {}", studio.out("video.vtt").display());
    assert!(ended.output.contains(&named), "{}", ended.output);
    assert!(ended.output.contains("move that folder away"), "{}", ended.output);
    assert_eq!(delivered(&studio)?, before);

    std::fs::remove_dir(studio.out("video.vtt"))?;
    studio.render("video.mp4", &["--keep-work"])?.finish()?.result()?;
    let after = delivered(&studio)?;
    assert_eq!(after.keys().map(String::as_str).collect::<Vec<_>>(), {
        let mut names = NAMES;
        names.sort_unstable();
        names
    });
    assert!(after.iter().all(|(name, bytes)| before.get(name) != Some(bytes)));
    Ok(())
}
