//! All vendors at once.

use anyhow::{Result, bail};

use super::{Kind, StandIn};

/// All vendors at once.
#[derive(Debug)]
pub struct Vendors(Vec<StandIn>);

impl Vendors {
    /// All of them, healthy.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> Result<Self> {
        let mut all = Vec::new();
        for kind in Kind::ALL {
            all.push(StandIn::start(kind).await?);
        }
        Ok(Self(all))
    }

    /// One of them.
    ///
    /// # Panics
    /// Never: all are there.
    #[must_use]
    #[expect(clippy::expect_used, reason = "all are there")]
    pub fn of(&self, kind: Kind) -> &StandIn {
        self.0.iter().find(|one| one.kind == kind).expect("all are there")
    }

    /// The settings that lead to these vendors, with little patience.
    #[must_use]
    pub fn settings(&self, kinds: &[Kind]) -> Vec<(String, String)> {
        let wanted = self.0.iter().filter(|one| kinds.contains(&one.kind));
        let mut settings: Vec<_> = wanted.flat_map(StandIn::settings).collect();
        settings.push(("CUTLINE_PROVIDER_TIMEOUT_S".into(), "2".into()));
        settings.push(("CUTLINE_CONTACT".into(), "tests@example.com".into()));
        // It is on unless it is switched off.
        if !kinds.contains(&Kind::Wikipedia) {
            settings.push(("CUTLINE_WIKIPEDIA_URL".into(), "none".into()));
        }
        settings
    }

    /// Ends them.
    ///
    /// # Errors
    /// With every complaint.
    pub fn finish(self) -> Result<()> {
        let complaints: Vec<String> = self
            .0
            .into_iter()
            .filter_map(|one| one.finish().err())
            .map(|e| e.to_string())
            .collect();
        if complaints.is_empty() { Ok(()) } else { bail!("{}", complaints.join("\n")) }
    }
}
