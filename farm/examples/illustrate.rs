//! Shows what the illustrator finds: `illustrate DATA_DIR [--png FILE] < phrases` prints the five
//! best pictures of each line (`language<TAB>phrase` or just an English phrase) with their scores,
//! and draws them into a contact sheet.

use std::{io::BufRead, path::PathBuf};

use anyhow::{Context, Result};
use cutline_farm::providers::{Illustrations, fluent::Fluent};
use resvg::{tiny_skia, usvg};

const CELL_PX: u32 = 112;
const COLUMNS: u32 = 5;
const BLOCKS: u32 = 3;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let data_dir =
        PathBuf::from(arguments.next().context("usage: illustrate DATA_DIR [--png FILE]")?);
    let sheet = (arguments.next().as_deref() == Some("--png")).then(|| arguments.next()).flatten();
    let began = std::time::Instant::now();
    let fluent = Fluent::open(&data_dir)?.context("the illustration set is not there")?;
    eprintln!("opened in {:.0} ms: {}", began.elapsed().as_secs_f64() * 1e3, fluent.version());
    let began = std::time::Instant::now();
    let mut rows = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (language, phrase) = line.split_once('\t').unwrap_or(("en", &line));
        let found = fluent.find(phrase, language, COLUMNS as usize);
        let shown: Vec<String> =
            found.iter().map(|one| format!("{} {:.2}", one.id, one.score)).collect();
        println!("{:3} {phrase:28} {}", rows.len(), shown.join(" · "));
        rows.push(found.into_iter().map(|one| one.id).collect::<Vec<_>>());
    }
    eprintln!("{} phrases in {:.0} ms", rows.len(), began.elapsed().as_secs_f64() * 1e3);
    if let Some(sheet) = sheet {
        draw(&fluent, &rows)?.save_png(sheet)?;
    }
    Ok(())
}

fn draw(fluent: &Fluent, rows: &[Vec<String>]) -> Result<tiny_skia::Pixmap> {
    let tall = (rows.len() as u32).div_ceil(BLOCKS).max(1);
    let mut sheet = tiny_skia::Pixmap::new(BLOCKS * (COLUMNS * CELL_PX + 16), tall * CELL_PX)
        .context("a sheet of that size")?;
    sheet.fill(tiny_skia::Color::from_rgba8(40, 60, 90, 255));
    for (row, ids) in rows.iter().enumerate() {
        let (block, line) = (row as u32 / tall, row as u32 % tall);
        for (column, id) in ids.iter().enumerate() {
            let svg = fluent.svg(id).context("a picture of the set")?;
            let tree = usvg::Tree::from_str(&svg, &usvg::Options::default())?;
            let size = if column == 0 { CELL_PX } else { CELL_PX * 2 / 3 };
            let scale = size as f32 / 32.0;
            let x = (block * (COLUMNS * CELL_PX + 16) + column as u32 * CELL_PX) as f32;
            let at = tiny_skia::Transform::from_translate(x, (line * CELL_PX) as f32);
            resvg::render(&tree, at.pre_scale(scale, scale), &mut sheet.as_mut());
        }
    }
    Ok(sheet)
}
