//! Looks at a scene: reads its JSON on standard input and writes PNG stills.
//! `still OUT_PREFIX [--size WxH] [--picture NAME=FILE.png]… FRAME…` writes `OUT_PREFIX-FRAME.png`.

use std::fs::File;
use std::io::{BufWriter, Read};
use std::sync::Arc;

use cutline_compositor::frame::Frame;
use cutline_compositor::pictures::Pictures;
use cutline_compositor::renderer::Renderer;
use cutline_compositor::scene::Scene;
use cutline_compositor::text::Fonts;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let prefix = arguments.next().ok_or("usage: still OUT_PREFIX FRAME… < scene.json")?;
    let mut size = (1080, 1920);
    let mut frames: Vec<u32> = Vec::new();
    let mut pictures = Pictures::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--size" => {
                let text = arguments.next().ok_or("--size WxH")?;
                let (width, height) = text.split_once('x').ok_or("--size WxH")?;
                size = (width.parse()?, height.parse()?);
            }
            "--picture" => {
                let text = arguments.next().ok_or("--picture NAME=FILE.png")?;
                let (name, file) = text.split_once('=').ok_or("--picture NAME=FILE.png")?;
                let pixmap = tiny_skia::Pixmap::load_png(file)?;
                let (width, height) = (pixmap.width(), pixmap.height());
                pictures.insert(name, width, height, pixmap.take_demultiplied())?;
            }
            _ => frames.push(argument.parse()?),
        }
    }
    let mut json = String::new();
    std::io::stdin().read_to_string(&mut json)?;
    let scene: Scene = serde_json::from_str(&json)?;
    let mut renderer = Renderer::new(Arc::new(Fonts::load()), size.0, size.1, Arc::new(pictures))?;
    for number in frames {
        let mut frame = Frame::new(size.0, size.1)?;
        renderer.compose(&scene, number, &mut frame.as_mut())?;
        write_png(&format!("{prefix}-{number}.png"), &frame)?;
    }
    Ok(())
}

fn write_png(path: &str, frame: &Frame) -> Result<(), Failure> {
    let (width, height) = (frame.width_px() as u32, frame.height_px() as u32);
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&frame.to_rgb())?;
    Ok(())
}
