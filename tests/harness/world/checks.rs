//! What a world must not leave behind, and what must hold of it at the end.

use anyhow::Result;
use tokio_postgres::Client;

use super::World;

/// Facts of the database that must hold once nothing is under way: what is asked, and the sentence
/// for each row of the answer.
const FACTS: [(&str, &str); 3] = [
    (
        "a job is pending",
        "SELECT ref || ' is ' || state FROM cutline.jobs WHERE finished_at IS NULL",
    ),
    ("a message never left the outbox", "SELECT topic || ' ' || payload FROM cutline.outbox"),
    (
        "money, holds and jobs do not add up",
        "SELECT finding || ': ' || subject FROM cutline.admin_reconcile()",
    ),
];

/// Everything in the database that is not as it should be, one sentence each.
///
/// # Errors
/// When the database does not answer.
pub async fn broken_facts(owner: &Client) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for (sentence, sql) in FACTS {
        for row in owner.query(sql, &[]).await? {
            complaints.push(format!("{sentence}: {}", row.get::<_, String>(0)));
        }
    }
    Ok(complaints)
}

/// Everything that is not as it should be, one sentence each.
pub(super) async fn leftovers(world: &World) -> Result<Vec<String>> {
    let mut complaints = broken_facts(&world.database.owner().await?).await?;
    for queue in world.broker.depths().await? {
        if queue.unacknowledged > 0 || (queue.ready > 0 && queue.name.starts_with("jobs.")) {
            complaints.push(format!("messages left: {queue:?}"));
        }
    }
    for file in temporary_files(world) {
        complaints.push(format!("a file left: {}", file.display()));
    }
    Ok(complaints)
}

/// Files that a process meant to remove.
fn temporary_files(world: &World) -> Vec<std::path::PathBuf> {
    let mut files = files_below(&world.folder("tmp"));
    files.extend(files_below(&world.folder("cache").join("farm/work")));
    files.extend(files_below(&world.folder("objects").join(".tmp")));
    files
}

/// Every file below a folder, sorted.
#[must_use]
pub fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
