//! A disk that refuses: a clear error, and nothing half-written under a final name.

use anyhow::Result;
use cutline_tests::{Run, SHORT, Studio};

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
    // A limit on file sizes stands for the full disk: writes fail half-way, even for root.
    let limit = "trap '' XFSZ; ulimit -f 160; exec \"$0\" \"$@\"";
    let mut command = studio.wrapped(&["sh", "-c", limit]);
    command.args(SHORT).args(["--json", "-o"]).arg(studio.out("video.mp4"));
    let ended = Run::start(command)?.finish()?;
    assert_eq!(ended.status.code(), Some(4), "{}\n{:#?}", ended.output, ended.said);
    assert!(ended.output.contains("ENVIRONMENT"), "{}", ended.output);
    assert_eq!(studio.files(), Vec::<std::path::PathBuf>::new());
    Ok(())
}
