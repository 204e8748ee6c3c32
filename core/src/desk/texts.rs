//! A finished video's script, captions and picture credits, to read in the chat.

use super::{
    Desk,
    refusals::{self, Part},
    words::shortened,
};
use crate::{
    actor::Actor,
    card::{Card, CardFile, CardKind, FileKind},
    error::UserError,
    job::{DeliveredVideo, JobRef, JobState},
    objects::{ErrorKind, ObjectKey},
    store::JobView,
    words::{Tongue, say},
};

/// Longest text shown in a card; the file holds all of it.
const SHOWN_CHARACTERS_MAX: usize = 3_000;

impl Desk {
    /// The script, as text and as a file.
    ///
    /// # Errors
    /// `NOT_FOUND`, `NOT_READY`, `EXPIRED`, `RATE_LIMITED`.
    pub async fn script(&self, actor: &Actor, reference: &JobRef) -> Result<Card, UserError> {
        let tongue = actor.tongue();
        let (job, video) = self.finished(actor, reference, Part::Script).await?;
        let text = self.text(tongue, reference, &job, &video.script).await?;
        let title = say!(tongue, "script-title", title = video.title.as_str());
        let mut card = about(CardKind::Script, &job, title, tongue);
        card.lines = paragraphs(&text);
        card.files = vec![file(&video.script, "script.txt")];
        Ok(card)
    }

    /// The captions' words, and both caption files.
    ///
    /// # Errors
    /// As for [`Self::script`].
    pub async fn captions(&self, actor: &Actor, reference: &JobRef) -> Result<Card, UserError> {
        let tongue = actor.tongue();
        let (job, video) = self.finished(actor, reference, Part::Captions).await?;
        let srt = self.text(tongue, reference, &job, &video.captions_srt).await?;
        let title = say!(tongue, "captions-title", title = video.title.as_str());
        let mut card = about(CardKind::Captions, &job, title, tongue);
        card.lines = vec![shortened(&spoken(&srt), SHOWN_CHARACTERS_MAX)];
        card.files = vec![
            file(&video.captions_srt, "captions.srt"),
            file(&video.captions_vtt, "captions.vtt"),
        ];
        Ok(card)
    }

    /// Whose pictures the video shows, shot by shot, with their licences.
    ///
    /// # Errors
    /// As for [`Self::script`].
    pub async fn credits(&self, actor: &Actor, reference: &JobRef) -> Result<Card, UserError> {
        let tongue = actor.tongue();
        let (job, video) = self.finished(actor, reference, Part::Credits).await?;
        let title = say!(tongue, "pictures-title", title = video.title.as_str());
        let mut card = about(CardKind::Credits, &job, title, tongue);
        for line in &video.credits {
            let (shot, source) = (line.shot, line.source.as_str());
            let mut words = vec![say!(tongue, "pictures-shot", shot = shot, source = source)];
            words.extend([&line.licence, &line.credit].into_iter().cloned());
            words.extend(line.url.clone());
            words.retain(|word| !word.is_empty());
            card.lines.push(words.join(" · "));
        }
        if card.lines.is_empty() {
            card.lines.push(say!(tongue, "pictures-drawn"));
        }
        Ok(card)
    }

    async fn finished(
        &self,
        actor: &Actor,
        reference: &JobRef,
        part: Part,
    ) -> Result<(JobView, DeliveredVideo), UserError> {
        let standing = self.look(actor).await?;
        let mut job = self.job_of(&standing, reference).await?;
        let video = match (job.state, job.video.take()) {
            (JobState::Done, Some(video)) => video,
            (state, _) => {
                return Err(refusals::no_file_yet(standing.tongue, reference, state, part));
            }
        };
        match job.expires_at {
            Some(at) if at <= self.now() => Err(refusals::expired(standing.tongue, reference, at)),
            _ => Ok((job, video)),
        }
    }

    async fn text(
        &self,
        tongue: Tongue,
        reference: &JobRef,
        job: &JobView,
        key: &ObjectKey,
    ) -> Result<String, UserError> {
        match self.objects.get(key).await {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                tracing::warn!(job = %job.job, %key, "a finished video's file is gone");
                Err(refusals::expired(tongue, reference, job.expires_at.unwrap_or(self.now())))
            }
            Err(error) => {
                tracing::error!(job = %job.job, %key, %error, "a file cannot be read");
                Err(refusals::out_of_order(tongue))
            }
        }
    }
}

fn about(kind: CardKind, job: &JobView, title: String, tongue: Tongue) -> Card {
    let mut card = Card::new(kind, title).in_tongue(tongue).for_their_eyes();
    card.reference = Some(job.reference.clone());
    card.job = Some(job.job);
    card
}

fn file(key: &ObjectKey, name: &str) -> CardFile {
    CardFile { kind: FileKind::Text, key: key.clone(), name: name.into(), bytes: None }
}

/// Lines up to the length that a card may have.
fn paragraphs(text: &str) -> Vec<String> {
    let shown = shortened(text.trim(), SHOWN_CHARACTERS_MAX);
    shown.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The words of a SubRip file, without numbers and times.
fn spoken(srt: &str) -> String {
    let words = srt.split("\n\n").flat_map(|page| {
        page.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .skip_while(|line| line.chars().all(|c| c.is_ascii_digit()))
            .filter(|line| !line.contains("-->"))
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_shown_as_the_words_that_are_spoken() {
        let srt = "1\n00:00:00,000 --> 00:00:01,000\nWhy cats\n\n2\n00:00:01,000 --> \
                   00:00:02,000\npurr in 1984\n";
        assert_eq!(spoken(srt), "Why cats purr in 1984");
    }

    #[test]
    fn a_long_script_is_cut_where_a_card_ends() {
        let text = "word\n\n".repeat(2_000);
        let shown = paragraphs(&text);
        assert!(shown.iter().map(String::len).sum::<usize>() <= SHOWN_CHARACTERS_MAX + 4);
        assert!(shown.iter().all(|line| !line.is_empty()));
    }
}
