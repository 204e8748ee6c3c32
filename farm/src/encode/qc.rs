//! The quality gate: decodes a finished file again and measures it (spec §1, QC).

use serde::{Deserialize, Serialize};

/// What was measured and what failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QcReport {
    /// Every check, in the order of the specification.
    pub checks: Vec<QcCheck>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QcCheck {
    /// "duration", "loudness", …
    pub name: String,
    /// What was found, with its unit.
    pub found: String,
    /// What is wanted.
    pub wanted: String,
    /// Whether it holds.
    pub passed: bool,
}

impl QcReport {
    /// Whether every check holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}
