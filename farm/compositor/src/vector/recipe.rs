//! Reads an SVG filter as a short list of steps on coverage and pictures, where it is one of the
//! kinds that illustration sets are made of: blurs, inner shadows, drop shadows. Draws nothing.

use resvg::usvg::{
    BlendMode,
    filter::{ColorInterpolation, ColorMatrixKind, CompositeOperator, Filter, Input, Kind},
};

/// What a step works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// What the group draws.
    Source,
    /// Nothing at all.
    Clear,
    /// The outcome of an earlier step.
    Step(usize),
}

/// One step; lengths are in the filter's own units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// One colour, wherever something covers: its coverage times `gain`.
    Stain { of: Of, gain: f32, colour: [u8; 3] },
    /// Moved.
    Shift { of: Of, by: (f32, f32) },
    /// Blurred by a Gaussian.
    Blur { of: Of, sigma: (f32, f32) },
    /// Coverage of `whole` less that of `less`, black.
    Minus { whole: Of, less: Of },
    /// `of` where `by` does not cover.
    Outside { of: Of, by: Of },
    /// One over another.
    Over { above: Of, below: Of },
}

/// A filter as steps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Recipe {
    pub(super) steps: Vec<Step>,
    pub(super) outcome: Of,
}

impl Recipe {
    /// The steps of `filter`, unless it holds something that has no step.
    pub(super) fn of(filter: &Filter) -> Option<Self> {
        let mut recipe = Self { steps: Vec::new(), outcome: Of::Source };
        let mut names: Vec<(&str, Of)> = Vec::new();
        for primitive in filter.primitives() {
            let (own, all) = (primitive.rect(), filter.rect());
            let slack = 1e-3 * all.width().max(all.height());
            let same = |a: f32, b: f32| (a - b).abs() <= slack;
            let whole = same(own.left(), all.left())
                && same(own.top(), all.top())
                && same(own.right(), all.right())
                && same(own.bottom(), all.bottom());
            let plain = primitive.color_interpolation() == ColorInterpolation::SRGB
                || matches!(primitive.kind(), Kind::Flood(_) | Kind::Offset(_));
            if !whole || !plain {
                return None;
            }
            let find = |input: &Input| match input {
                // Coverage is all that is taken of it: see `add`.
                Input::SourceGraphic | Input::SourceAlpha => Some(Of::Source),
                Input::Reference(name) => {
                    let named = names.iter().rev().find(|(known, _)| known == name);
                    named.map(|(_, of)| *of)
                }
            };
            let outcome = recipe.add(primitive.kind(), find)?;
            names.push((primitive.result(), outcome));
            recipe.outcome = outcome;
        }
        (!names.is_empty()).then_some(recipe)
    }

    fn add(&mut self, kind: &Kind, find: impl Fn(&Input) -> Option<Of>) -> Option<Of> {
        let step = match kind {
            Kind::Flood(flood) if flood.opacity().get() == 0.0 => return Some(Of::Clear),
            Kind::Blend(blend) if blend.mode() == BlendMode::Normal => {
                if *blend.input1() == Input::SourceAlpha || *blend.input2() == Input::SourceAlpha {
                    return None;
                }
                let (above, below) = (find(blend.input1())?, find(blend.input2())?);
                match (above, below) {
                    (Of::Clear, other) | (other, Of::Clear) => return Some(other),
                    _ => Step::Over { above, below },
                }
            }
            Kind::ColorMatrix(matrix) => {
                let ColorMatrixKind::Matrix(m) = matrix.kind() else { return None };
                let (gain, colour) = stain(m)?;
                Step::Stain { of: find(matrix.input())?, gain, colour }
            }
            Kind::Offset(offset) if *offset.input() != Input::SourceAlpha => {
                let of = find(offset.input())?;
                if offset.dx() == 0.0 && offset.dy() == 0.0 {
                    return Some(of);
                }
                Step::Shift { of, by: (offset.dx(), offset.dy()) }
            }
            Kind::GaussianBlur(blur) if *blur.input() != Input::SourceAlpha => {
                let sigma = (blur.std_dev_x().get(), blur.std_dev_y().get());
                Step::Blur { of: find(blur.input())?, sigma }
            }
            Kind::Composite(composite) => {
                let (first, second) = (find(composite.input1())?, find(composite.input2())?);
                match composite.operator() {
                    CompositeOperator::Arithmetic { k1, k2, k3, k4 }
                        if (k1, k2, k3, k4) == (0.0, -1.0, 1.0, 0.0)
                            && self.is_black(first)
                            && self.is_black(second) =>
                    {
                        Step::Minus { whole: second, less: first }
                    }
                    CompositeOperator::Out if self.is_stain(first) => {
                        Step::Outside { of: first, by: second }
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        self.steps.push(step);
        Some(Of::Step(self.steps.len() - 1))
    }

    /// Whether the outcome is one colour throughout.
    pub(super) fn is_stain(&self, of: Of) -> bool {
        self.colour(of).is_some()
    }

    fn is_black(&self, of: Of) -> bool {
        self.colour(of) == Some([0; 3])
    }

    /// Its colour, where it has but one.
    pub(super) fn colour(&self, of: Of) -> Option<[u8; 3]> {
        let Of::Step(index) = of else { return None };
        match self.steps.get(index)? {
            Step::Stain { colour, .. } => Some(*colour),
            Step::Shift { of, .. } | Step::Blur { of, .. } | Step::Outside { of, .. } => {
                self.colour(*of)
            }
            Step::Minus { .. } => Some([0; 3]),
            Step::Over { .. } => None,
        }
    }

    /// Sigma of a filter that does nothing but blur what the group draws.
    pub(super) fn plain_blur(&self) -> Option<(f32, f32)> {
        match self.steps[..] {
            [Step::Blur { of: Of::Source, sigma }] if self.outcome == Of::Step(0) => Some(sigma),
            _ => None,
        }
    }

    /// How far from a place its outcome may come from.
    pub(super) fn reach(&self) -> f32 {
        let reach = |step: &Step| match step {
            Step::Shift { by, .. } => by.0.abs().max(by.1.abs()),
            Step::Blur { sigma, .. } => 3.0 * sigma.0.max(sigma.1),
            _ => 0.0,
        };
        self.steps.iter().map(reach).sum()
    }
}

/// Gain and colour of a colour matrix that keeps nothing but coverage.
fn stain(matrix: &[f32]) -> Option<(f32, [u8; 3])> {
    let &[_, _, _, _, r, _, _, _, _, g, _, _, _, _, b, ar, ag, ab, gain, a] = matrix else {
        return None;
    };
    let mixes = [0, 5, 10].iter().any(|&row| matrix[row..row + 4].iter().any(|&mix| mix != 0.0));
    if mixes || [ar, ag, ab, a].iter().any(|&mix| mix != 0.0) || gain < 0.0 {
        return None;
    }
    Some((gain, [r, g, b].map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8)))
}
