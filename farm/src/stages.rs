//! The twelve stages, their order, versions and edges: the only place that knows them.

pub mod arc;
pub mod captions;
pub mod deliver;
pub mod imagery;
pub mod intent;
pub mod motion;
pub mod queries;
pub mod render;
pub mod script;
pub mod shots;
pub mod timing;
pub mod voice;
