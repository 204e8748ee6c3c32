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
    #[expect(clippy::disallowed_methods, reason = "an example waits for its one child")]
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
    std::fs::write(out, wav(&spoken.samples))?;
    Ok(())
}

/// A 16-bit mono WAV file at [`audio::RATE_HZ`] (RIFF, PCM).
fn wav(samples: &[f32]) -> Vec<u8> {
    const BYTES_PER_SAMPLE: u32 = 2;
    let data_bytes = u32::try_from(samples.len()).unwrap_or(u32::MAX / 4) * BYTES_PER_SAMPLE;
    let mut file = Vec::with_capacity(44 + data_bytes as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data_bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    for field in [1_u16, 1] {
        file.extend_from_slice(&field.to_le_bytes());
    }
    file.extend_from_slice(&audio::RATE_HZ.to_le_bytes());
    file.extend_from_slice(&(audio::RATE_HZ * BYTES_PER_SAMPLE).to_le_bytes());
    for field in [2_u16, 16] {
        file.extend_from_slice(&field.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&data_bytes.to_le_bytes());
    for sample in samples.iter().take((data_bytes / BYTES_PER_SAMPLE) as usize) {
        let value = (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16;
        file.extend_from_slice(&value.to_le_bytes());
    }
    file
}
