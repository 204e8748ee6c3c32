//! The cloud providers of a process, and what a job is handed of them: connections, rates and
//! circuit breakers are shared by all jobs, the purse is the job's own.

pub mod check;

use std::{path::PathBuf, sync::Arc};

use cutline_core::{clock::SystemClock, job::Mode, plan::Plan};

use super::{
    ClipSource, FactSource, LanguageModel, Moderator, PhotoAnimator, PictureSource, Providers,
    SceneMaker, VoiceEngine,
    elevenlabs::{self, Eleven},
    fal::{self, Fal},
    heygen::{self, HeyGen},
    http::{NoWire, Vendor, Wire},
    openai::{
        self,
        chat::{Chat, Dialect},
        images::Images,
        moderation::Moderation,
        speech::SpeechModel,
    },
    pexels::{self, Pexels, videos::Videos},
    purse::{Purse, local::LocalBook, vault::Vault},
    unsplash::{self, Unsplash},
    veo::{self, Veo},
    wikipedia::Wikipedia,
};
use crate::config::cloud::CloudConfig;

/// Services under their accounts.
pub struct Cloud {
    config: CloudConfig,
    cache_dir: PathBuf,
    openrouter: Option<Arc<Vendor>>,
    openai: Option<Arc<Vendor>>,
    elevenlabs: Option<Arc<Vendor>>,
    unsplash: Option<Arc<Vendor>>,
    fal: Option<Arc<Vendor>>,
    pexels: Option<Arc<Vendor>>,
    heygen: Option<Arc<Vendor>>,
    veo: Option<Arc<Vendor>>,
    wikipedia: Option<Arc<Wikipedia>>,
}

impl Cloud {
    /// Opens what is set; `None` when nothing is. Nothing is called yet.
    ///
    /// # Errors
    /// [`NoWire`] when this machine cannot open secure connections.
    pub fn open(config: CloudConfig, cache_dir: PathBuf) -> Result<Option<Self>, NoWire> {
        if config.is_empty() {
            return Ok(None);
        }
        let wire = Wire::open(config.contact.as_deref(), config.answer_max)?;
        Ok(Some(Self {
            openrouter: config
                .openrouter
                .as_ref()
                .and_then(|(account, _)| openai::openrouter(&wire, account)),
            openai: config.openai.as_ref().and_then(|one| openai::vendor(&wire, &one.account)),
            elevenlabs: config.elevenlabs.as_ref().and_then(|one| elevenlabs::vendor(&wire, one)),
            unsplash: config.unsplash.as_ref().and_then(|one| unsplash::vendor(&wire, one)),
            fal: config.fal.as_ref().and_then(|one| fal::vendor(&wire, one)),
            pexels: config.pexels.as_ref().and_then(|one| pexels::vendor(&wire, one)),
            heygen: config.heygen.as_ref().and_then(|one| heygen::vendor(&wire, one)),
            veo: config.veo.as_ref().and_then(|one| veo::vendor(&wire, one)),
            wikipedia: config
                .wikipedia
                .as_deref()
                .map(|address| Arc::new(Wikipedia::new(&wire, address))),
            config,
            cache_dir,
        }))
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &CloudConfig {
        &self.config
    }

    /// Which vendors are in use, for operators.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let vendors = [
            &self.openrouter,
            &self.openai,
            &self.elevenlabs,
            &self.unsplash,
            &self.fal,
            &self.pexels,
            &self.heygen,
            &self.veo,
        ];
        let mut names: Vec<&'static str> =
            vendors.into_iter().flatten().map(|vendor| vendor.name()).collect();
        names.extend(self.wikipedia.iter().map(|_| "wikipedia"));
        names
    }

    /// Where what was bought is kept on this machine.
    #[must_use]
    pub fn vault(&self) -> Vault {
        Vault::open(self.cache_dir.join("bought"))
    }

    /// Where the book of a machine without a database lies.
    #[must_use]
    pub fn book_folder(&self) -> PathBuf {
        self.cache_dir.join("paid")
    }

    /// The purse of a render on this machine alone, its book in the cache folder.
    #[must_use]
    pub fn local_purse(&self, plan: Plan, mode: Mode) -> Arc<Purse> {
        let book = LocalBook::new(self.book_folder(), Arc::new(SystemClock));
        Purse::new(Arc::new(book), self.vault(), &self.config.limits, plan, mode)
    }

    /// Whether videos can be made in a mode.
    #[must_use]
    pub fn makes(&self, mode: Mode) -> bool {
        match mode {
            Mode::Standard | Mode::Cartoon => true,
            Mode::Studio => self.heygen.is_some(),
            Mode::Cinematic => self.veo.is_some(),
        }
    }

    /// One job's providers: the cloud's in front of the machine's own, paid for from its purse.
    #[must_use]
    pub fn hand(&self, own: &Providers, purse: &Arc<Purse>) -> Providers {
        let mut language = self.language(purse);
        language.extend(own.language.iter().cloned());
        let mut voices = self.voices(purse);
        voices.extend(own.voices.iter().cloned());
        let mut facts: Vec<Arc<dyn FactSource>> =
            self.wikipedia.iter().map(|one| one.clone() as Arc<dyn FactSource>).collect();
        facts.extend(own.facts.iter().cloned());
        Providers {
            language,
            voices,
            facts,
            pictures: self.pictures(purse),
            animator: self.animator(purse),
            scenes: self.scenes(purse),
            clips: self.clips(),
            moderator: self.moderator(),
            illustrations: own.illustrations.clone(),
            lexicon: own.lexicon.clone(),
            chat_bytes_max: own.chat_bytes_max,
            missing: own.missing.clone(),
        }
    }

    fn language(&self, purse: &Arc<Purse>) -> Vec<Arc<dyn LanguageModel>> {
        let mut writers: Vec<Arc<dyn LanguageModel>> = Vec::new();
        if let (Some(vendor), Some((_, writer))) = (&self.openrouter, &self.config.openrouter) {
            let (writer, dialect) = (writer.clone(), Dialect::OpenRouter);
            writers.push(Arc::new(Chat::new(vendor.clone(), purse.clone(), writer, dialect)));
        }
        let writer = self.config.openai.as_ref().and_then(|one| one.writer.clone());
        if let (Some(vendor), Some(writer)) = (&self.openai, writer) {
            let dialect = Dialect::OpenAi;
            writers.push(Arc::new(Chat::new(vendor.clone(), purse.clone(), writer, dialect)));
        }
        writers
    }

    fn voices(&self, purse: &Arc<Purse>) -> Vec<Arc<dyn VoiceEngine>> {
        let mut voices: Vec<Arc<dyn VoiceEngine>> = Vec::new();
        if let (Some(vendor), Some(settings)) = (&self.elevenlabs, &self.config.elevenlabs) {
            voices.push(Arc::new(Eleven::new(vendor.clone(), purse.clone(), settings.clone())));
        }
        let speech = self.config.openai.as_ref().and_then(|one| one.speech.clone());
        if let (Some(vendor), Some((model, minute))) = (&self.openai, speech) {
            let model = SpeechModel::new(vendor.clone(), purse.clone(), model, minute);
            voices.push(Arc::new(model));
        }
        voices
    }

    /// In the order of the spec (§1): found, made to order, found elsewhere.
    fn pictures(&self, purse: &Arc<Purse>) -> Vec<Arc<dyn PictureSource>> {
        let mut sources: Vec<Arc<dyn PictureSource>> = Vec::new();
        if let Some(vendor) = &self.unsplash {
            sources.push(Arc::new(Unsplash::new(vendor.clone())));
        }
        let images = self.config.openai.as_ref().and_then(|one| one.images.clone());
        if let (Some(vendor), Some((model, quality, price))) = (&self.openai, images) {
            let images = Images::new(vendor.clone(), purse.clone(), model, quality, price);
            sources.push(Arc::new(images));
        }
        if let (Some(vendor), Some(settings)) = (&self.fal, &self.config.fal) {
            sources.push(Arc::new(Fal::new(vendor.clone(), purse.clone(), settings.clone())));
        }
        if let Some(vendor) = &self.pexels {
            sources.push(Arc::new(Pexels::new(vendor.clone())));
        }
        sources
    }

    fn animator(&self, purse: &Arc<Purse>) -> Option<Arc<dyn PhotoAnimator>> {
        let (vendor, settings) = (self.heygen.clone()?, self.config.heygen.clone()?);
        let folder = self.cache_dir.join("avatars");
        Some(Arc::new(HeyGen::new(vendor, purse.clone(), settings, folder)))
    }

    fn scenes(&self, purse: &Arc<Purse>) -> Option<Arc<dyn SceneMaker>> {
        let (vendor, settings) = (self.veo.clone()?, self.config.veo.clone()?);
        Some(Arc::new(Veo::new(vendor, purse.clone(), settings)))
    }

    fn clips(&self) -> Vec<Arc<dyn ClipSource>> {
        let found = self
            .pexels
            .iter()
            .map(|vendor| Arc::new(Videos::new(vendor.clone())) as Arc<dyn ClipSource>);
        found.collect()
    }

    fn moderator(&self) -> Option<Arc<dyn Moderator>> {
        let model = self.config.openai.as_ref().and_then(|one| one.moderation.clone())?;
        Some(Arc::new(Moderation::new(self.openai.clone()?, model)))
    }
}
