//! One world a format: a shot of the storyboard becomes a scene. Dispatch, and the view of a shot
//! that every world is handed; what worlds share is in [`pieces`].

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use crate::{
    palette::Palette,
    scene::{Camera, Scene, TextBlock, Track},
    story::{ShotRole, StoryShot, Storyboard, Treatment},
    text::Fonts,
};

pub mod ai_story;
pub mod cartoon;
pub mod educational;
pub mod end_card;
pub mod fake_text;
pub mod filmed;
pub mod listicle;
pub mod pieces;
pub mod quote;
pub mod stick_animation;

/// A shot in its context: what every treatment and every piece is handed.
#[derive(Clone, Copy)]
pub struct Take<'a> {
    /// The whole video.
    pub story: &'a Storyboard,
    /// Which shot.
    pub index: usize,
    /// That shot.
    pub shot: &'a StoryShot,
    /// Its colours.
    pub palette: Palette,
    /// What measures text.
    pub fonts: &'a Fonts,
}

/// Turns one shot into a scene. A shot that does not exist gives an empty scene of no frames.
#[must_use]
pub fn scene(story: &Storyboard, shot: usize, fonts: &Fonts) -> Scene {
    let Some(take) = Take::new(story, shot, fonts) else {
        return Scene { frames: 0, camera: still_camera(), layers: Vec::new() };
    };
    match story.treatment {
        Treatment::AiStory => ai_story::scene(&take),
        Treatment::Educational => educational::scene(&take),
        Treatment::Listicle => listicle::scene(&take),
        Treatment::Quote => quote::scene(&take),
        Treatment::FakeText => fake_text::scene(&take),
        Treatment::StickAnimation => stick_animation::scene(&take),
        Treatment::Cartoon => cartoon::scene(&take),
        Treatment::Filmed => filmed::scene(&take),
    }
}

impl<'a> Take<'a> {
    /// The view of shot `index`, if there is one.
    #[must_use]
    pub fn new(story: &'a Storyboard, index: usize, fonts: &'a Fonts) -> Option<Self> {
        let shot = story.shots.get(index)?;
        Some(Self { story, index, shot, palette: shot.palette.colours(), fonts })
    }

    /// Randomness for one purpose within this shot: the same story, shot and purpose give the same.
    #[must_use]
    pub fn rng(&self, purpose: &str) -> ChaCha8Rng {
        seeded(self.story.seed, self.look_index() as u64 + 1, purpose)
    }

    /// Randomness for one purpose that all shots of the video share.
    #[must_use]
    pub fn story_rng(&self, purpose: &str) -> ChaCha8Rng {
        seeded(self.story.seed, 0, purpose)
    }

    /// The shot whose look this one wears: its own, except that the close echoes the first.
    #[must_use]
    pub fn look_index(&self) -> usize {
        if self.is_close() { 0 } else { self.index }
    }

    /// True for the first shot: what it shows stands on frame 0.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.index == 0
    }

    /// True for a closing shot that is not also the first.
    #[must_use]
    pub fn is_close(&self) -> bool {
        self.index > 0
            && (self.shot.role == ShotRole::Close || self.index + 1 == self.story.shots.len())
    }

    /// A choice of `0..options` that differs from the neighbouring shots' choices (for two options
    /// or more) and whose order depends on the seed; the close repeats the first shot's.
    #[must_use]
    pub fn variant(&self, purpose: &str, options: usize) -> usize {
        use rand::Rng as _;
        if options < 2 {
            return 0;
        }
        let mut rng = self.story_rng(purpose);
        let start = rng.random_range(0..options);
        let coprime: Vec<usize> = (1..options).filter(|step| gcd(*step, options) == 1).collect();
        let step = coprime[rng.random_range(0..coprime.len())];
        (start + step * self.look_index()) % options
    }

    /// Width and height of a text block as set, plate included, outline not.
    #[must_use]
    pub fn measure(&self, block: &TextBlock) -> [f32; 2] {
        let size = self.fonts.measure(block);
        [size.width_px, size.height_px]
    }

    /// The spoken words of the shot in order.
    pub fn words(&self) -> impl Iterator<Item = &'a crate::story::SpokenWord> {
        self.shot.lines.iter().flat_map(|line| line.words.iter())
    }
}

fn seeded(seed: u64, shot: u64, purpose: &str) -> ChaCha8Rng {
    // FNV-1a over the purpose, so that each purpose has a stream of its own.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in purpose.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    ChaCha8Rng::seed_from_u64(seed ^ hash ^ shot.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn still_camera() -> Camera {
    Camera {
        zoom: Track::fixed(1.0),
        pan_x_px: Track::fixed(0.0),
        pan_y_px: Track::fixed(0.0),
        focus_px: [540.0, 760.0],
    }
}
