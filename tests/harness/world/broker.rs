//! A virtual host for one test: queues and exchanges that no other test sees.

use anyhow::{Context, Result, ensure};
use cutline_core::queue::{Outgoing, Queue, QueueError};
use url::Url;
use uuid::Uuid;

use crate::{servers::Servers, tasks::eventually};

/// A virtual host on the broker.
#[derive(Debug)]
pub struct VirtualHost {
    servers: Servers,
    name: String,
}

/// A queue and what lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueDepth {
    /// Its name.
    pub name: String,
    /// Messages that wait.
    pub ready: u64,
    /// Messages given out and not acknowledged.
    pub unacknowledged: u64,
}

/// Publishes a message as everybody does: again where the broker refuses it. A quorum queue on a
/// busy machine refuses the first messages when it was declared just now.
///
/// # Errors
/// Whatever else the broker says, or that it goes on refusing.
pub async fn published(queue: &Queue, message: &Outgoing) -> Result<()> {
    eventually("the broker takes the message", async || match queue.publish(message).await {
        Err(QueueError::Full) => Ok(None),
        other => Ok(Some(other?)),
    })
    .await
}

impl VirtualHost {
    /// Creates it, empty, with every right for the user of the servers' address.
    ///
    /// # Errors
    /// When the broker refuses.
    pub async fn create(servers: &Servers) -> Result<Self> {
        let name = format!("test_{}", Uuid::now_v7().simple());
        let user = servers.amqp.username();
        if servers.folder.is_some() {
            let erlang = format!(
                "ok = rabbit_vhost:add(<<\"{name}\">>, <<\"{user}\">>),
                 rabbit_auth_backend_internal:set_permissions(<<\"{user}\">>, <<\"{name}\">>,
                     <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"{user}\">>)."
            );
            let answer = servers.ask_broker(&erlang).await?;
            ensure!(answer == "ok", "creating a virtual host: {answer}");
        } else {
            rabbitmqctl(&["add_vhost", &name]).await?;
            rabbitmqctl(&["set_permissions", "-p", &name, user, ".*", ".*", ".*"]).await?;
        }
        Ok(Self { servers: servers.clone(), name })
    }

    /// The address of this virtual host.
    #[must_use]
    pub fn url(&self) -> Url {
        let mut url = self.servers.amqp.clone();
        url.set_path(&self.name);
        url
    }

    /// What lies in every queue at this moment.
    ///
    /// # Errors
    /// When the broker does not say.
    pub async fn depths(&self) -> Result<Vec<QueueDepth>> {
        let text = if self.servers.folder.is_some() {
            let answer = self.servers.ask_broker(&depths_in_erlang(&self.name)).await?;
            // No queue at all is an empty list to Erlang, and so is an empty text.
            let answer = if answer == "[]" { String::new() } else { answer };
            answer.trim_matches('"').replace("\\n", "\n").replace("\\t", "\t")
        } else {
            let columns = ["name", "messages_ready", "messages_unacknowledged"];
            let command = ["-q", "list_queues", "--no-table-headers", "-p", &self.name];
            rabbitmqctl(&[&command[..], &columns[..]].concat()).await?
        };
        text.lines().map(|line| depth(line).with_context(|| format!("{line:?}"))).collect()
    }

    /// Removes it with everything in it.
    ///
    /// # Errors
    /// When the broker refuses.
    pub async fn remove(&self) -> Result<()> {
        let name = &self.name;
        if self.servers.folder.is_none() {
            return rabbitmqctl(&["delete_vhost", name]).await.map(drop);
        }
        let erlang = format!("rabbit_vhost:delete(<<\"{name}\">>, <<\"test\">>).");
        self.servers.ask_broker(&erlang).await.map(drop)
    }
}

/// Quorum queues publish their depths only every few seconds; the queue's own state machine is
/// asked instead, so that the answer is of this moment.
fn depths_in_erlang(vhost: &str) -> String {
    format!(
        "Ask = fun(Pid, Query) -> {{ok, {{_, Found}}, _}} = ra:leader_query(Pid, Query),
             if is_map(Found) -> maps:size(Found); true -> Found end end,
         Depth = fun(Queue) ->
             Pid = amqqueue:get_pid(Queue),
             {{resource, _, queue, Name}} = amqqueue:get_name(Queue),
             {{Ready, Unacked}} = case amqqueue:get_type(Queue) of
                 rabbit_quorum_queue ->
                     {{Ask(Pid, fun rabbit_fifo:query_messages_ready/1),
                      Ask(Pid, fun rabbit_fifo:query_messages_checked_out/1)}};
                 _ ->
                     [{{_, R}}, {{_, U}}] = rabbit_amqqueue:info(Queue,
                         [messages_ready, messages_unacknowledged]),
                     {{R, U}}
             end,
             io_lib:format(\"~s\\t~b\\t~b~n\", [Name, Ready, Unacked])
         end,
         lists:flatten([Depth(Queue) || Queue <- rabbit_amqqueue:list(<<\"{vhost}\">>)])."
    )
}

fn depth(line: &str) -> Option<QueueDepth> {
    let mut fields = line.split('\t');
    Some(QueueDepth {
        name: fields.next()?.to_owned(),
        ready: fields.next()?.parse().ok()?,
        unacknowledged: fields.next()?.trim().parse().ok()?,
    })
}

/// For a broker that is not of our making: needs the right to administer it.
async fn rabbitmqctl(arguments: &[&str]) -> Result<String> {
    let mut command = tokio::process::Command::new("rabbitmqctl");
    let output = command.args(arguments).output().await.context("rabbitmqctl")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "rabbitmqctl {arguments:?}: {said}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
