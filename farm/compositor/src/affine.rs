//! Plane geometry in double precision: enough for 1/256 pixel on any frame after any inversion.

/// `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    /// Column of x, first row.
    pub a: f64,
    /// Column of x, second row.
    pub b: f64,
    /// Column of y, first row.
    pub c: f64,
    /// Column of y, second row.
    pub d: f64,
    /// Horizontal shift.
    pub e: f64,
    /// Vertical shift.
    pub f: f64,
}

impl Affine {
    /// Changes nothing.
    pub const IDENTITY: Self = Self { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

    /// A shift.
    #[must_use]
    pub const fn translate(x: f64, y: f64) -> Self {
        Self { e: x, f: y, ..Self::IDENTITY }
    }

    /// A scaling about the origin.
    #[must_use]
    pub const fn scale(x: f64, y: f64) -> Self {
        Self { a: x, d: y, ..Self::IDENTITY }
    }

    /// A clockwise turn (y points down) about the origin; no turn is exact.
    #[must_use]
    pub fn rotate_deg(degrees: f64) -> Self {
        if degrees == 0.0 {
            return Self::IDENTITY;
        }
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self { a: cos, b: sin, c: -sin, d: cos, e: 0.0, f: 0.0 }
    }

    /// First `self`, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let (e, f) = next.apply(self.e, self.f);
        Self {
            a: next.a * self.a + next.c * self.b,
            b: next.b * self.a + next.d * self.b,
            c: next.a * self.c + next.c * self.d,
            d: next.b * self.c + next.d * self.d,
            e,
            f,
        }
    }

    /// Where a point goes.
    #[must_use]
    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        (self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f)
    }

    /// Area factor; its root is the mean scale.
    #[must_use]
    pub fn determinant(&self) -> f64 {
        self.a * self.d - self.b * self.c
    }

    /// The way back, unless the plane collapses.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        let determinant = self.determinant();
        if !determinant.is_finite() || determinant.abs() < 1e-9 {
            return None;
        }
        let (a, b) = (self.d / determinant, -self.b / determinant);
        let (c, d) = (-self.c / determinant, self.a / determinant);
        let (e, f) = (-(a * self.e + c * self.f), -(b * self.e + d * self.f));
        Some(Self { a, b, c, d, e, f })
    }

    /// True when rows stay rows and nothing is mirrored.
    #[must_use]
    pub fn is_upright(&self) -> bool {
        self.b == 0.0 && self.c == 0.0 && self.a > 0.0 && self.d > 0.0
    }

    /// Smallest upright box (left, top, right, bottom) around the image of a box from the origin.
    #[must_use]
    pub fn bounds_of(&self, width: f64, height: f64) -> (f64, f64, f64, f64) {
        let corners = [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)];
        let start = (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
        corners.into_iter().map(|(x, y)| self.apply(x, y)).fold(start, |bounds, (x, y)| {
            (bounds.0.min(x), bounds.1.min(y), bounds.2.max(x), bounds.3.max(y))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_undoes() {
        let there = Affine::scale(1.3, 0.7)
            .then(&Affine::rotate_deg(33.0))
            .then(&Affine::translate(5.0, -9.0));
        let back = there.inverse().expect("not flat");
        let (x, y) = there.then(&back).apply(12.0, 34.0);
        assert!((x - 12.0).abs() < 1e-9 && (y - 34.0).abs() < 1e-9);
        assert!(Affine::scale(0.0, 1.0).inverse().is_none());
    }
}
