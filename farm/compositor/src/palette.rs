//! The twelve palettes and the colour arithmetic that treatments need: mixing, luminance, contrast.
//! Knows nothing of layouts. Contrast follows WCAG 2.2, "contrast ratio" and "relative luminance".

use crate::{scene::Rgba, story::PaletteName};

/// Near-black behind captions and inside shadows.
pub const NIGHT_INK: Rgba = Rgba(10, 12, 20, 255);
/// Caption fill.
pub const WHITE: Rgba = Rgba(255, 255, 255, 255);

/// The colours of one shot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Upper background.
    pub bg1: Rgba,
    /// Lower background.
    pub bg2: Rgba,
    /// Light behind the hero; decoration only, nothing is written on its centre.
    pub glow: Rgba,
    /// Text: at least 4.5 : 1 on both backgrounds.
    pub ink: Rgba,
    /// One colour that stands out from ink and backgrounds.
    pub accent: Rgba,
}

impl PaletteName {
    /// Every palette.
    pub const ALL: [Self; 12] = [
        Self::Sea,
        Self::Night,
        Self::Sunrise,
        Self::Forest,
        Self::Paper,
        Self::Candy,
        Self::Ember,
        Self::Slate,
        Self::Gold,
        Self::Ice,
        Self::Meadow,
        Self::Neon,
    ];

    /// Its colours.
    #[must_use]
    pub const fn colours(self) -> Palette {
        match self {
            Self::Sea => palette(0x0E_5AA7, 0x04_1230, 0x2E_9BE6, 0xFF_FFFF, 0xFF_DE4A),
            Self::Night => palette(0x23_2A6E, 0x06_081C, 0x4C_58D0, 0xFF_FFFF, 0xFF_D45C),
            Self::Sunrise => palette(0xC2_402B, 0x55_1250, 0xFF_A05C, 0xFF_FFFF, 0xFF_E36E),
            Self::Forest => palette(0x12_6B45, 0x03_201B, 0x46_C47C, 0xFF_FFFF, 0xFF_E066),
            Self::Paper => palette(0xFF_FCF3, 0xF0_E4CC, 0xFF_FFFF, 0x1E_222B, 0x1C_64E0),
            Self::Candy => palette(0xB0_2C86, 0x3F_1A86, 0xFF_86CB, 0xFF_FFFF, 0xFF_E45C),
            Self::Ember => palette(0x8A_2412, 0x1C_0506, 0xFF_6E2E, 0xFF_FFFF, 0xFF_C64B),
            Self::Slate => palette(0x36_4A66, 0x0F_161F, 0x6E_90B8, 0xFF_FFFF, 0x5C_E4E6),
            Self::Gold => palette(0x74_4A0C, 0x1D_1003, 0xF0_B040, 0xFF_FFFF, 0xFF_D65C),
            Self::Ice => palette(0xEC_F7FF, 0xB4_DAF2, 0xFF_FFFF, 0x0B_2A45, 0xD8_2E2A),
            Self::Meadow => palette(0xF0_F9CF, 0xA6_DC84, 0xFF_FFE4, 0x12_351A, 0xB8_1F62),
            Self::Neon => palette(0x34_1270, 0x07_0214, 0xC0_28FF, 0xFF_FFFF, 0x2F_F2D0),
        }
    }

    /// The palette one step along: related in temperature, different in hue.
    #[must_use]
    pub const fn neighbour(self) -> Self {
        match self {
            Self::Sea => Self::Night,
            Self::Night => Self::Neon,
            Self::Sunrise => Self::Candy,
            Self::Forest => Self::Sea,
            Self::Paper => Self::Ice,
            Self::Candy => Self::Sunrise,
            Self::Ember => Self::Sunrise,
            Self::Slate => Self::Sea,
            Self::Gold => Self::Ember,
            Self::Ice => Self::Meadow,
            Self::Meadow => Self::Paper,
            Self::Neon => Self::Candy,
        }
    }
}

impl Palette {
    /// True when the background is bright and ink is dark.
    #[must_use]
    pub fn is_light(&self) -> bool {
        self.bg1.luminance() > 0.4
    }

    /// The accent on a caption: bright enough to be read on the near-black outline.
    #[must_use]
    pub fn caption_accent(&self) -> Rgba {
        let mut colour = self.accent;
        let mut steps = 0;
        while colour.contrast(NIGHT_INK) < 9.0 && steps < 12 {
            colour = colour.mix(WHITE, 0.12);
            steps += 1;
        }
        colour
    }

    /// A quiet shape on the background, `strength` 0–1: darker on dark palettes, tinted on light.
    #[must_use]
    pub fn quiet(&self, strength: f32) -> Rgba {
        if self.is_light() {
            self.bg2.mix(self.ink, 0.05 + 0.22 * strength)
        } else {
            self.bg2.mix(self.bg1, 0.55 - 0.45 * strength)
        }
    }

    /// A shape a little lighter than the background it lies on.
    #[must_use]
    pub fn lifted(&self, strength: f32) -> Rgba {
        if self.is_light() {
            self.bg1.mix(WHITE, strength)
        } else {
            self.bg1.mix(self.glow, strength)
        }
    }

    /// The colour of drop shadows, alpha included.
    #[must_use]
    pub fn shadow(&self) -> Rgba {
        let base = if self.is_light() { self.ink } else { self.bg2.mix(NIGHT_INK, 0.6) };
        base.with_alpha(if self.is_light() { 0.28 } else { 0.42 })
    }
}

impl Rgba {
    /// Opaque colour from `0xRRGGBB`.
    #[must_use]
    pub const fn hex(rgb: u32) -> Self {
        Self((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8, 255)
    }

    /// The same colour at another opacity, 0–1.
    #[must_use]
    pub fn with_alpha(self, alpha: f32) -> Self {
        Self(self.0, self.1, self.2, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8)
    }

    /// Straight mix in sRGB: 0 is `self`, 1 is `other`.
    #[must_use]
    pub fn mix(self, other: Self, amount: f32) -> Self {
        let t = amount.clamp(0.0, 1.0);
        let channel =
            |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * t).round() as u8;
        Self(
            channel(self.0, other.0),
            channel(self.1, other.1),
            channel(self.2, other.2),
            channel(self.3, other.3),
        )
    }

    /// WCAG relative luminance, 0–1; alpha is ignored.
    #[must_use]
    pub fn luminance(self) -> f32 {
        let linear = |c: u8| {
            let s = f32::from(c) / 255.0;
            if s <= 0.040_45 { s / 12.92 } else { ((s + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// WCAG contrast ratio, 1–21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// `#rrggbb`, for SVG.
    #[must_use]
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Opacity 0–1, for SVG.
    #[must_use]
    pub fn alpha(self) -> f32 {
        f32::from(self.3) / 255.0
    }
}

const fn palette(bg1: u32, bg2: u32, glow: u32, ink: u32, accent: u32) -> Palette {
    Palette {
        bg1: Rgba::hex(bg1),
        bg2: Rgba::hex(bg2),
        glow: Rgba::hex(glow),
        ink: Rgba::hex(ink),
        accent: Rgba::hex(accent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance between two colours as a deuteranope sees them: red and green fall together, what
    /// is left is lightness and the blue–yellow axis (a coarse form of Viénot et al., 1999).
    fn deuteranope_distance(a: Rgba, b: Rgba) -> f32 {
        let seen = |c: Rgba| {
            let rg = 0.3 * f32::from(c.0) + 0.7 * f32::from(c.1);
            (rg, f32::from(c.2))
        };
        let ((rg_a, blue_a), (rg_b, blue_b)) = (seen(a), seen(b));
        (rg_a - rg_b).hypot(blue_a - blue_b)
    }

    #[test]
    fn ink_is_readable_on_every_background() {
        for name in PaletteName::ALL {
            let p = name.colours();
            assert!(p.ink.contrast(p.bg1) >= 4.5, "{name:?} bg1 {}", p.ink.contrast(p.bg1));
            assert!(p.ink.contrast(p.bg2) >= 4.5, "{name:?} bg2 {}", p.ink.contrast(p.bg2));
            assert!(
                p.accent.contrast(p.bg2) >= 3.0,
                "{name:?} accent {}",
                p.accent.contrast(p.bg2)
            );
        }
    }

    #[test]
    fn accents_differ_from_ink_for_colour_blind_viewers() {
        for name in PaletteName::ALL {
            let p = name.colours();
            assert!(deuteranope_distance(p.accent, p.ink) > 60.0, "{name:?}");
            assert!(deuteranope_distance(p.caption_accent(), WHITE) > 60.0, "{name:?} caption");
            assert!(p.caption_accent().contrast(NIGHT_INK) >= 7.0, "{name:?} caption accent");
        }
    }

    #[test]
    fn palettes_and_their_neighbours_are_different() {
        for (i, a) in PaletteName::ALL.iter().enumerate() {
            assert_ne!(a.neighbour(), *a);
            for b in &PaletteName::ALL[i + 1..] {
                assert_ne!(a.colours(), b.colours());
            }
        }
    }

    #[test]
    fn white_on_black_is_twenty_one_to_one() {
        assert!((WHITE.contrast(Rgba(0, 0, 0, 255)) - 21.0).abs() < 0.01);
    }
}
