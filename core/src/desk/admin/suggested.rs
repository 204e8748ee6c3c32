//! What an operator may mean while they type. It is no look at anybody's: references, states and
//! times, nothing that somebody wrote; so it is not in the audit log, which a key would fill.

use super::AdminDesk;
use crate::{
    desk::words::{date_short, state},
    error::UserError,
};

/// Jobs that are suggested: those that an operator is likely to have heard of just now.
const JOBS_MAX: u32 = 100;

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// As it is shown.
    pub shown: String,
    /// What it stands for, in a command.
    pub meant: String,
}

impl AdminDesk<'_> {
    /// The latest jobs.
    ///
    /// # Errors
    /// `UNAVAILABLE`.
    pub async fn suggested_jobs(&self) -> Result<Vec<Suggested>, UserError> {
        let tongue = self.tongue();
        let jobs = self.store.admin_latest_jobs(JOBS_MAX).await.map_err(|e| self.broken(&e))?;
        let suggested = jobs.into_iter().map(|job| {
            let (is, at) = (state(tongue, job.state), date_short(tongue, job.created_at));
            Suggested {
                shown: format!("{} · {at} · {is}", job.reference),
                meant: job.reference.to_string(),
            }
        });
        Ok(suggested.collect())
    }

    /// The workers, by name: an order to a name is one to all of that name.
    ///
    /// # Errors
    /// `UNAVAILABLE`.
    pub async fn suggested_workers(&self) -> Result<Vec<Suggested>, UserError> {
        let workers = self.store.admin_workers().await.map_err(|e| self.broken(&e))?;
        let mut names: Vec<String> = workers.into_iter().map(|worker| worker.name).collect();
        // They come in the order of their names.
        names.dedup();
        Ok(names.into_iter().map(|name| Suggested { shown: name.clone(), meant: name }).collect())
    }
}
