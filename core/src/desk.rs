//! The front desk: the one door for every front end. A front end says who is there ([`Actor`]) and
//! what they want; it gets a [`Card`] to show or a [`UserError`] to say. All rules are behind it:
//! entitlement here, and once more in the database, whose word is final.

mod account;
mod admin;
mod brand;
mod cancel;
mod cards;
mod entitlement;
mod picture;
mod refusals;
mod status;
mod submit;
mod texts;
mod words;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use admin::{AdminDesk, Person, Suggested};
pub use brand::BrandChange;
pub use submit::SubmitRequest;

use crate::{
    actor::Actor,
    clock::Clock,
    config::DeskConfig,
    error::UserError,
    job::{JobRef, Mode},
    objects::Objects,
    queue::Queue,
    rate_limit::Rate,
    store::{JobView, Standing, Store, StoreError},
    words::Tongue,
};

/// The front desk. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    /// Role `cutline_admin`; without it operators' commands are switched off.
    admin: Option<Store>,
    queue: Queue,
    objects: Objects,
    clock: Arc<dyn Clock>,
    config: Arc<DeskConfig>,
    /// What this farm can make. Photographed and filmed characters come with their providers.
    modes: Vec<Mode>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Desk {
    /// A desk on these connections; nothing is connected to yet.
    #[must_use]
    pub fn new(
        store: Store,
        admin: Option<Store>,
        queue: Queue,
        objects: Objects,
        clock: Arc<dyn Clock>,
        config: DeskConfig,
    ) -> Self {
        let mut modes = vec![Mode::Standard, Mode::Cartoon];
        modes.extend(&config.talkers);
        Self { store, admin, queue, objects, clock, config: Arc::new(config), modes }
    }

    /// The same desk for a farm that can make these modes.
    #[must_use]
    pub fn offering(mut self, modes: &[Mode]) -> Self {
        self.modes = modes.to_vec();
        self
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Who the actor is to us and how they stand, for looking at things: takes one of the minute's
    /// looks.
    async fn look(&self, actor: &Actor) -> Result<Standing, UserError> {
        let (now, tongue) = (self.now(), actor.tongue());
        let standing = self.store.enter(actor, Some(Rate::Status), now).await;
        let standing = standing.map_err(|e| broken(tongue, &e))?;
        match standing.again_at {
            None => Ok(standing),
            Some(again_at) => Err(refusals::too_often(tongue, Rate::Status, again_at, now)),
        }
    }

    /// The actor's job of that reference.
    async fn job_of(&self, standing: &Standing, reference: &JobRef) -> Result<JobView, UserError> {
        let found = self.store.job_by_reference(standing.account, reference).await;
        let tongue = standing.tongue;
        found
            .map_err(|e| broken(tongue, &e))?
            .ok_or_else(|| refusals::no_such_job(tongue, reference))
    }
}

/// What people are told when we are out of order; operators get the cause. Nothing was charged:
/// what did not commit did not happen, and what did is found again under the same key.
fn broken(tongue: Tongue, error: &StoreError) -> UserError {
    tracing::error!(%error, "the desk cannot answer");
    refusals::out_of_order(tongue)
}
