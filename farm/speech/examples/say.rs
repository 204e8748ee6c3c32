//! Says a line with Kokoro and writes a WAV, printing when each word sounds:
//! `cargo run -p cutline-speech --example say -- DATA_DIR VOICE LANGUAGE "Text" out.wav`

use std::path::Path;

use cutline_speech::{
    audio,
    g2p::IpaSource,
    kokoro::{Kokoro, Line, Stop},
    text,
};

/// espeak-ng for words and languages without a dictionary; waits for it, as an example may.
struct Espeak;

impl IpaSource for Espeak {
    fn ipa(&self, voice: &str, lines: &[String]) -> Option<Vec<String>> {
        let say = |line: &String| {
            let output = std::process::Command::new("espeak-ng")
                .args(["-q", "--ipa", "--tie=^", "-v", voice, line])
                .output()
                .ok()?;
            let ipa = String::from_utf8(output.stdout).ok()?;
            Some(ipa.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        lines.iter().map(say).collect()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, voice, language, line, out] = &arguments[..] else {
        return Err("usage: say DATA_DIR VOICE LANGUAGE TEXT OUT.wav".into());
    };
    for sentence in text::read(line, language) {
        let said: Vec<String> = sentence.words.iter().map(|w| w.spoken.join(" ")).collect();
        println!("{}", said.join(" | "));
    }
    let kokoro = Kokoro::open(Path::new(data))?.ok_or("Kokoro's files are not there")?;
    let start = std::time::Instant::now();
    let mut model = kokoro.load()?;
    println!("loaded in {:.2} s", start.elapsed().as_secs_f64());
    let start = std::time::Instant::now();
    let request = Line { text: line, language, voice, speed: 1.0 };
    let spoken = kokoro.speak(&mut model, &request, &Espeak, &Stop::default())?;
    let seconds = spoken.samples.len() as f64 / f64::from(audio::RATE_HZ);
    let phonemes: String = spoken.phonemes.iter().map(|p| p.symbol).collect();
    println!("{phonemes}");
    println!("{seconds:.2} s spoken in {:.2} s", start.elapsed().as_secs_f64());
    for word in &spoken.words {
        println!("{:7.3} {:7.3}  {}", word.start_s, word.end_s, &line[word.span.clone()]);
    }
    std::fs::write(out, audio::wav(&spoken.samples))?;
    Ok(())
}
