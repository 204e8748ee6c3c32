//! The gate's report, and how it prints.

use std::fmt;

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

    /// The checks that do not hold, as one line ("loudness: −20.1 LUFS, wanted …").
    #[must_use]
    pub fn failures(&self) -> String {
        let failed = self.checks.iter().filter(|check| !check.passed);
        failed
            .map(|check| format!("{}: {}, wanted {}", check.name, check.found, check.wanted))
            .collect::<Vec<_>>()
            .join("; ")
    }
}

impl fmt::Display for QcReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: fn(&QcCheck) -> &str| {
            self.checks.iter().map(|check| column(check).chars().count()).max().unwrap_or(0)
        };
        let name_width = width(|check| &check.name);
        let found_width = width(|check| &check.found);
        for check in &self.checks {
            let mark = if check.passed { "pass" } else { "FAIL" };
            writeln!(
                f,
                "{mark}  {:name_width$}  {:found_width$}  {}",
                check.name, check.found, check.wanted
            )?;
        }
        write!(f, "{}", if self.passed() { "QC passed" } else { "QC FAILED" })
    }
}
