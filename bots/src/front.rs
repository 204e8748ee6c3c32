//! What every front end stands on: the desk, and the ways to the broker and the object store.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use cutline_core::{
    clock::{Clock, SystemClock},
    config::Operators,
    desk::Desk,
    objects::{Objects, ObjectsError},
    queue::{Queue, QueueError},
    store::{Store, StoreError},
};

use crate::config::FrontConfig;

/// A front end's connections. Cheap to clone; all of them connect when first used and reconnect by
/// themselves.
#[derive(Clone)]
pub struct Front {
    /// The one door.
    pub desk: Desk,
    /// Where chats remember what they show; rules are the desk's.
    pub store: Store,
    /// The broker.
    pub queue: Queue,
    /// Videos and pictures.
    pub objects: Objects,
    /// Who may use operators' commands.
    pub operators: Operators,
}

/// A setting names something that cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum FrontError {
    /// The database's address.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The broker's address.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The object store.
    #[error("the object store: {0}")]
    Objects(#[from] ObjectsError),
}

impl Front {
    /// Prepares everything; servers that are down now are found when they are back.
    ///
    /// # Errors
    /// [`FrontError`].
    pub async fn open(config: &FrontConfig, name: &'static str) -> Result<Self, FrontError> {
        let store = Store::connect(&config.database)?;
        let admin = config.admin.as_ref().map(Store::connect).transpose()?;
        let queue = Queue::new(&config.amqp_url, name)?;
        let objects = Objects::open(&config.objects).await?;
        let desk = Desk::new(
            store.clone(),
            admin,
            queue.clone(),
            objects.clone(),
            Arc::new(SystemClock),
            config.desk.clone(),
        );
        Ok(Self { desk, store, queue, objects, operators: config.desk.operators.clone() })
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }
}
