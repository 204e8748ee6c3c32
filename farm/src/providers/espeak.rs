//! espeak-ng (GPL-3.0), run as a process and never linked: the stand-in voice for any language it
//! has, and the source of IPA for words and languages that Kokoro has no dictionary for.

use std::{collections::BTreeSet, process::Stdio, time::Duration};

use async_trait::async_trait;
use cutline_speech::{
    Spoken, audio, estimate,
    g2p::IpaSource,
    text::{self, Sentence, Word},
};
use tokio::io::AsyncWriteExt;
use tokio_util::sync::CancellationToken;

use super::{ProviderError, Speech, SpeechRequest, VoiceEngine, VoiceInfo, spoken};
use crate::{context::Handling, tasks};

const PROGRAM: &str = "espeak-ng";
/// It speaks a line in milliseconds; a run this long hangs.
const RUN_S_MAX: u64 = 20;
/// Words a minute at speed 1: a little slower than its default 175, clearer.
const WORDS_PER_MIN: f32 = 160.0;
/// Rate assumed when the WAV header is unreadable.
const RATE_HZ: u32 = 22_050;
/// Written in characters that it spells out in English instead of reading.
const UNREADABLE: [&str; 4] = ["ja", "zh", "cmn", "yue"];

/// The installed espeak-ng.
#[derive(Clone, Debug)]
pub struct Espeak {
    languages: BTreeSet<String>,
}

impl Espeak {
    /// Asks the program for its languages; `None` when it is not installed.
    pub async fn open() -> Option<Self> {
        let listing = run(&["--voices"], None).await.ok()?;
        let listing = String::from_utf8(listing).ok()?;
        let languages = listing.lines().skip(1).filter_map(|line| line.split_whitespace().nth(1));
        Some(Self { languages: languages.map(str::to_owned).collect() })
    }

    /// Its own name for a BCP 47 language, or `None`.
    fn language(&self, language: &str) -> Option<&str> {
        let tag = language.to_lowercase();
        let primary = text::primary(&tag);
        if UNREADABLE.contains(&primary) {
            return None;
        }
        let usual = match primary {
            "en" if tag != "en-gb" => "en-us",
            "fr" => "fr-fr",
            "pt" if tag != "pt-pt" => "pt-br",
            "no" => "nb",
            "tl" | "fil" => return None,
            other => other,
        };
        [tag.as_str(), usual, primary]
            .into_iter()
            .find_map(|name| self.languages.get(name))
            .map(String::as_str)
    }

    async fn say(&self, request: &SpeechRequest) -> Result<Spoken, ProviderError> {
        let language = self
            .language(&request.language)
            .ok_or_else(|| failure(format!("no voice for {}", request.language)))?;
        let voice = match request.voice.split_once('+') {
            Some((_, variant)) => format!("{language}+{variant}"),
            None => language.to_owned(),
        };
        let rate = (WORDS_PER_MIN * request.speed.clamp(0.5, 2.0)).round().to_string();
        let sentences = text::read(&request.text, &request.language);
        let mut clip = Clip::default();
        for phrase in phrases(&sentences) {
            let line = line(phrase);
            let wav = run(&["-v", &voice, "-s", &rate, "-z", "--stdout"], Some(&line)).await?;
            let weights = weights(phrase, &voice).await;
            clip.append(&wav, phrase, &weights, request.speed);
        }
        clip.finish()
    }
}

#[async_trait]
impl VoiceEngine for Espeak {
    fn name(&self) -> &'static str {
        "espeak-ng"
    }

    fn version(&self) -> &'static str {
        "espeak-ng-1"
    }

    fn speaks(&self, language: &str) -> bool {
        self.language(language).is_some()
    }

    fn voices(&self, language: &str) -> Vec<VoiceInfo> {
        let Some(name) = self.language(language) else { return Vec::new() };
        let voice = |variant: &str, gender: &str, tones: &[&str]| VoiceInfo {
            name: format!("{name}+{variant}"),
            gender: gender.to_owned(),
            tones: tones.iter().map(|&tone| tone.to_owned()).collect(),
        };
        vec![
            voice("m3", "male", &["serious", "dark", "curious", "calm"]),
            voice("f2", "female", &["warm", "playful", "energetic"]),
        ]
    }

    async fn speak(
        &self,
        request: &SpeechRequest,
        cancel: &CancellationToken,
    ) -> Result<Speech, ProviderError> {
        // Dropping the future kills the process.
        let said = tokio::select! {
            said = self.say(request) => said?,
            () = cancel.cancelled() => return Err(failure("cancelled".to_owned())),
        };
        Ok(spoken(&request.text, said))
    }
}

/// A clip made of phrases spoken one by one, at the program's rate.
#[derive(Default)]
struct Clip {
    samples: Vec<f32>,
    rate_hz: u32,
    words: Vec<cutline_speech::WordSpan>,
    pause_s: f64,
}

impl Clip {
    fn append(&mut self, wav: &[u8], phrase: &[Word], weights: &[f64], speed: f32) {
        let (samples, rate_hz) = decode(wav);
        self.rate_hz = rate_hz;
        let (phrase_samples, _) = audio::trim(&samples, rate_hz);
        if !self.samples.is_empty() {
            self.samples.extend(audio::silence(self.pause_s, rate_hz));
        }
        let start_s = self.samples.len() as f64 / f64::from(rate_hz);
        if let Some((first, last)) = audio::sounding(&phrase_samples, rate_hz) {
            let at = |sample: usize| start_s + sample as f64 / f64::from(rate_hz);
            let words: Vec<&Word> = phrase.iter().collect();
            self.words.extend(estimate::spread(&words, weights, at(first), at(last)));
        }
        self.samples.extend(phrase_samples);
        let mark = phrase.last().and_then(|word| word.mark);
        self.pause_s =
            mark.map_or(0.05, |m| f64::from(m.pause_ms()) / 1000.0) / f64::from(speed) - 0.05;
    }

    fn finish(mut self) -> Result<Spoken, ProviderError> {
        if self.words.is_empty() {
            return Err(failure("nothing in the line can be spoken".to_owned()));
        }
        audio::level(&mut self.samples, self.rate_hz);
        let samples = audio::to_rate(&self.samples, self.rate_hz)
            .map_err(|error| failure(error.to_string()))?;
        Ok(Spoken { samples, words: self.words, phonemes: Vec::new() })
    }
}

/// IPA through a process, from a thread that may block.
pub struct EspeakIpa {
    runtime: tokio::runtime::Handle,
}

impl EspeakIpa {
    /// Runs its processes on the current runtime; to be used from a blocking thread.
    #[must_use]
    pub fn new(runtime: tokio::runtime::Handle) -> Self {
        Self { runtime }
    }
}

impl IpaSource for EspeakIpa {
    fn ipa(&self, voice: &str, lines: &[String]) -> Option<Vec<String>> {
        self.runtime.block_on(transcribe(voice, lines))
    }
}

/// IPA of each line; `None` when the program is missing or answers a different number of lines.
async fn transcribe(voice: &str, lines: &[String]) -> Option<Vec<String>> {
    let single = |line: &String| line.replace(['\n', '\r'], " ");
    let text = lines.iter().map(single).collect::<Vec<_>>().join("\n");
    let answer = run(&["-q", "--ipa", "--tie=^", "-v", voice], Some(&text)).await.ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let found: Vec<String> = answer.lines().map(|line| line.trim().to_owned()).collect();
    if found.len() == lines.len() {
        return Some(found);
    }
    // A line that it broke in two: one run each keeps the rest right.
    let mut found = Vec::with_capacity(lines.len());
    for line in lines {
        let answer =
            run(&["-q", "--ipa", "--tie=^", "-v", voice], Some(&single(line))).await.ok()?;
        let answer = String::from_utf8(answer).ok()?;
        found.push(answer.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Some(found)
}

/// Runs the program with text on its standard input and gives its standard output.
async fn run(arguments: &[&str], input: Option<&str>) -> Result<Vec<u8>, ProviderError> {
    let io = |error: std::io::Error| failure(error.to_string());
    let mut child = tasks::program(PROGRAM)
        .args(arguments)
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(io)?;
    let stdin = child.stdin.take();
    let feed = async {
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            stdin.write_all(input.as_bytes()).await?;
            stdin.write_all(b"\n").await?;
        }
        Ok(())
    };
    let finished = async { tokio::join!(feed, child.wait_with_output()) };
    let (fed, output) = tokio::time::timeout(Duration::from_secs(RUN_S_MAX), finished)
        .await
        .map_err(|_| failure(format!("no answer within {RUN_S_MAX} s")))?;
    let output = output.map_err(io)?;
    fed.map_err(io)?;
    if !output.status.success() {
        return Err(failure(format!("ended with {}", output.status)));
    }
    Ok(output.stdout)
}

/// Relative lengths of a phrase's words: their phonemes, vowels and length marks counting more.
async fn weights(phrase: &[Word], voice: &str) -> Vec<f64> {
    let lines: Vec<String> = phrase.iter().map(|word| word.spoken.join(" ")).collect();
    match transcribe(voice, &lines).await {
        Some(ipa) => ipa.iter().map(|ipa| phoneme_weight(ipa)).collect(),
        None => phrase.iter().map(estimate::word_s).collect(),
    }
}

fn phoneme_weight(ipa: &str) -> f64 {
    let weight: f64 = ipa
        .chars()
        .map(|c| match c {
            'ˈ' => 0.4,
            'ː' => 0.5,
            c if "aeiouyɑɐɒæɔəɚɛɜɨɪʊʌøœɯɤ".contains(c) => 1.2,
            c if c.is_alphabetic() => 0.9,
            _ => 0.0,
        })
        .sum();
    weight + 0.3
}

/// Words between punctuation marks, the unit that is spoken in one run.
fn phrases(sentences: &[Sentence]) -> impl Iterator<Item = &[Word]> {
    sentences.iter().flat_map(|sentence| sentence.words.split_inclusive(|word| word.mark.is_some()))
}

fn line(phrase: &[Word]) -> String {
    let mut line = phrase.iter().map(|w| w.spoken.join(" ")).collect::<Vec<_>>().join(" ");
    if let Some(mark) = phrase.last().and_then(|word| word.mark) {
        line.push(mark.symbol());
    }
    line
}

/// Samples and rate of a 16-bit mono WAV whose sizes may be unset (it was piped).
fn decode(wav: &[u8]) -> (Vec<f32>, u32) {
    const HEADER_BYTES: usize = 44;
    let rate_hz = wav
        .get(24..28)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .filter(|rate| (8_000..=96_000).contains(rate))
        .unwrap_or(RATE_HZ);
    let data = wav.get(HEADER_BYTES..).unwrap_or_default();
    let sample = |b: &[u8]| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0;
    (data.chunks_exact(2).map(sample).collect(), rate_hz)
}

fn failure(message: String) -> ProviderError {
    ProviderError { provider: PROGRAM.to_owned(), message, handling: Handling::Fallback }
}
