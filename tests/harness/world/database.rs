//! A database for one test: a copy of a template to which the migrations were applied once.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use tokio_postgres::{Client, NoTls, error::SqlState};
use url::Url;
use uuid::Uuid;

use crate::{
    servers::Servers,
    tasks::{spawn, within},
    workspace_root,
};

/// Any number, the same in every test: one maker of templates at a time.
const TEMPLATE_LOCK: i64 = 0x6375_746c_7465_7374;
const IN_USE: &SqlState = &SqlState::OBJECT_IN_USE;

/// Which of our processes logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Owns the schema; migrations and the tests' own questions.
    Owner,
    /// The front ends.
    Bots,
    /// The workers.
    Farm,
    /// Operators' commands.
    Admin,
}

/// A database of one test.
#[derive(Debug)]
pub struct Database {
    owner: Url,
    name: String,
}

impl Database {
    /// Copies the template, which the first caller makes.
    ///
    /// # Errors
    /// When the server cannot be reached or a migration fails.
    pub async fn create(servers: &Servers) -> Result<Self> {
        let template = template(&servers.database).await?;
        let name = format!("test_{}", Uuid::now_v7().simple());
        let server = connect(servers.database.as_str()).await?;
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        server.batch_execute(&sql).await.context("copying the template")?;
        Ok(Self { owner: named(&servers.database, &name), name })
    }

    /// The address for one role.
    #[must_use]
    pub fn url(&self, role: Role) -> Url {
        let mut url = self.owner.clone();
        let user = match role {
            Role::Owner => return url,
            Role::Bots => "cutline_bots",
            Role::Farm => "cutline_farm",
            Role::Admin => "cutline_admin",
        };
        // Cannot fail: the address has a host.
        let _ = url.set_username(user);
        url
    }

    /// A connection as the owner.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn owner(&self) -> Result<Client> {
        connect(self.owner.as_str()).await
    }

    /// Removes it, whoever is still connected.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn remove(&self) -> Result<()> {
        let server = connect(named(&self.owner, "postgres").as_str()).await?;
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        server.batch_execute(&sql).await.with_context(|| sql)
    }
}

fn named(url: &Url, database: &str) -> Url {
    let mut url = url.clone();
    url.set_path(database);
    url
}

/// A connection that lives as long as the client.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("PostgreSQL")?;
    // Ends with the client; what breaks it, the client's next call says.
    drop(spawn(connection));
    Ok(client)
}

/// The name of the template for the migrations of this tree.
async fn template(server: &Url) -> Result<String> {
    let name = format!("template_{}", migrations_hash()?);
    let client = connect(server.as_str()).await?;
    // Held until the connection closes, at the end of this function.
    client.execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).await?;
    let sql = "SELECT 1 FROM pg_database WHERE datname = $1";
    if client.query_opt(sql, &[&name]).await?.is_some() {
        return Ok(name);
    }
    let making = format!("{name}_making");
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await?;
    client.batch_execute(&format!("CREATE DATABASE {making}")).await?;
    cutline_core::store::migrate(named(server, &making).as_str()).await.context("migrating")?;
    // The migration's connection may still be closing.
    within(Duration::from_secs(10), "nobody works in the template", async || {
        let sql = format!("ALTER DATABASE {making} RENAME TO {name}");
        match client.batch_execute(&sql).await {
            Ok(()) => Ok(Some(())),
            Err(error) if error.code() == Some(IN_USE) => Ok(None),
            Err(error) => bail!("{sql}: {error:?}"),
        }
    })
    .await?;
    // Whoever connected to it would keep others from copying it.
    client.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await?;
    Ok(name)
}

/// Another text of any migration is another template.
fn migrations_hash() -> Result<String> {
    let mut files: Vec<_> = std::fs::read_dir(workspace_root().join("migrations"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut hash = Sha256::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ext| ext == "sql")) {
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update(std::fs::read(file)?);
    }
    Ok(hex::encode(&hash.finalize()[..8]))
}
