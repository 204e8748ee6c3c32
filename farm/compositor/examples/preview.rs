//! Looks at a storyboard: reads its JSON on standard input and writes one contact sheet.
//! `preview OUT.png [--at 0,0.5,0.9] [--shots 0,2] [--width 270] [--time]`: one row a shot, one
//! column a moment (a fraction of the shot's length); `--time` prints milliseconds a frame,
//! `--layers` those of the dearest layers as well.

use std::fs::File;
use std::io::{BufWriter, Read};
use std::sync::Arc;

use cutline_compositor::{
    frame::Frame, pictures::Pictures, renderer::Renderer, scene::Scene, story::Storyboard,
    text::Fonts, treatments,
};

type Failure = Box<dyn std::error::Error>;

struct Options {
    out: String,
    moments: Vec<f32>,
    shots: Option<Vec<usize>>,
    width: usize,
    time: bool,
    layers: bool,
}

fn main() -> Result<(), Failure> {
    let options = options()?;
    let mut json = String::new();
    std::io::stdin().read_to_string(&mut json)?;
    let story: Storyboard = serde_json::from_str(&json)?;
    let fonts = Arc::new(Fonts::load());
    let pictures = Arc::new(Pictures::default());
    let (width, height) = (options.width, options.width * 16 / 9);
    let mut small = Renderer::new(Arc::clone(&fonts), width, height, Arc::clone(&pictures))?;
    let full = Renderer::new(Arc::clone(&fonts), 1080, 1920, pictures)?;
    let shots = options.shots.unwrap_or_else(|| (0..story.shots.len()).collect());
    let (columns, rows) = (options.moments.len(), shots.len());
    let (sheet_width, sheet_height) = (columns * (width + 6), rows * (height + 6));
    let mut sheet = vec![128_u8; sheet_width * sheet_height * 3];
    for (row, shot) in shots.into_iter().enumerate() {
        let scene = treatments::scene(&story, shot, &fonts);
        for (column, moment) in options.moments.iter().enumerate() {
            let number = (scene.frames.saturating_sub(1) as f32 * moment) as u32;
            let mut frame = Frame::new(width, height)?;
            small.compose(&scene, number, &mut frame.as_mut())?;
            for (y, line) in frame.to_rgb().chunks_exact(width * 3).enumerate() {
                let at = ((row * (height + 6) + y) * sheet_width + column * (width + 6)) * 3;
                sheet[at..at + width * 3].copy_from_slice(line);
            }
        }
        if options.time {
            // As a render does: a renderer for the shot, which shares what was rasterised before.
            let mut full = full.fork();
            let mut frame = Frame::new(1080, 1920)?;
            let mut costs_ms = Vec::new();
            for number in 0..scene.frames {
                let begun = std::time::Instant::now();
                full.compose(&scene, number, &mut frame.as_mut())?;
                costs_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
            let total_ms: f64 = costs_ms.iter().sum();
            costs_ms.sort_by(f64::total_cmp);
            println!(
                "shot {shot}: {} layers, {:.2} ms a frame, median {:.2} ms, dearest {:.0} ms",
                scene.layers.len(),
                total_ms / f64::from(scene.frames.max(1)),
                costs_ms.get(costs_ms.len() / 2).copied().unwrap_or_default(),
                costs_ms.last().copied().unwrap_or_default()
            );
            if options.layers {
                print_layer_costs(&mut full, &scene)?;
            }
        }
    }
    let file = BufWriter::new(File::create(&options.out)?);
    let mut encoder = png::Encoder::new(file, sheet_width as u32, sheet_height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&sheet)?;
    Ok(())
}

/// Each layer drawn alone over thirty frames from the middle of the shot, dearest first.
fn print_layer_costs(renderer: &mut Renderer, scene: &Scene) -> Result<(), Failure> {
    let mut frame = Frame::new(1080, 1920)?;
    let mut costs: Vec<(f64, &str)> = Vec::new();
    for layer in &scene.layers {
        let alone = Scene { layers: vec![layer.clone()], ..scene.clone() };
        let from = scene.frames / 2;
        renderer.compose(&alone, from, &mut frame.as_mut())?;
        let begun = std::time::Instant::now();
        for number in from..from + 30 {
            renderer.compose(&alone, number, &mut frame.as_mut())?;
        }
        costs.push((begun.elapsed().as_secs_f64() * 1000.0 / 30.0, &layer.name));
    }
    costs.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (each_ms, name) in costs.iter().take(6) {
        println!("    {each_ms:6.2} ms {name}");
    }
    Ok(())
}

fn options() -> Result<Options, Failure> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("usage: preview OUT.png < storyboard.json")?;
    let mut options = Options {
        out,
        moments: vec![0.0, 0.15, 0.5, 0.95],
        shots: None,
        width: 270,
        time: false,
        layers: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--at" => {
                options.moments =
                    value()?.split(',').map(str::parse).collect::<Result<Vec<f32>, _>>()?;
            }
            "--shots" => {
                options.shots =
                    Some(value()?.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>()?);
            }
            "--width" => options.width = value()?.parse()?,
            "--time" => options.time = true,
            "--layers" => (options.time, options.layers) = (true, true),
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    Ok(options)
}
