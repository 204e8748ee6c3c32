//! Operators' verbs, all of them: what the chats' tests say one by one, to an operator and to
//! somebody who is none.

use anyhow::{Context, Result, ensure};
use cutline_tests::tasks::eventually;
use tokio_postgres::Client;

/// What an operator says, and what is then in the audit log.
#[derive(Debug)]
pub(crate) struct Verb {
    /// Behind `/admin`, as it is typed; `{person}` and `{job}` stand for somebody's.
    pub(crate) words: &'static str,
    /// The same as options of a slash command.
    pub(crate) options: &'static [(&'static str, &'static str)],
    /// Asked about before it is done.
    pub(crate) asked: bool,
    /// The action that is written down.
    pub(crate) audited: &'static str,
}

const fn verb(
    words: &'static str,
    options: &'static [(&'static str, &'static str)],
    audited: &'static str,
) -> Verb {
    Verb { words, options, asked: false, audited }
}

const fn asked(
    words: &'static str,
    options: &'static [(&'static str, &'static str)],
    audited: &'static str,
) -> Verb {
    Verb { words, options, asked: true, audited }
}

const PERSON: (&str, &str) = ("person_named", "{person}");
const JOB: (&str, &str) = ("reference", "{job}");

/// In an order in which each can be done, to a job that waits for a worker.
pub(crate) const VERBS: [Verb; 20] = [
    verb("account {person}", &[PERSON], "look"),
    asked(
        "plan {person} professional thanks",
        &[("plan", "professional"), PERSON, ("reason", "thanks")],
        "set_plan",
    ),
    verb(
        "credits {person} 5 goodwill",
        &[("amount", "5"), PERSON, ("reason", "goodwill")],
        "adjust_credits",
    ),
    asked(
        "credits {person} -2 mistake",
        &[("amount", "-2"), PERSON, ("reason", "mistake")],
        "adjust_credits",
    ),
    verb("job {job}", &[JOB], "look"),
    verb("queues", &[], "look"),
    verb("farm", &[], "look"),
    verb("formats", &[], "look"),
    verb("spend", &[], "look"),
    verb("dead list", &[], "look"),
    verb("dead replay {job}", &[("which", "{job}")], "dead_replay"),
    asked("dead replay all", &[("which", "all")], "dead_replay"),
    asked("dead drop {job}", &[("which", "{job}")], "dead_drop"),
    asked("dead drop all", &[("which", "all")], "dead_drop"),
    asked("cancel {job}", &[JOB], "cancel"),
    verb("retry {job}", &[JOB], "retry"),
    asked("maintenance on Soon", &[("on", "true"), ("words", "Soon")], "maintenance"),
    verb("maintenance off", &[("on", "false")], "maintenance"),
    asked("ban {person} spam", &[PERSON, ("reason", "spam")], "ban"),
    verb("unban {person}", &[PERSON], "unban"),
];

/// The one that needs a worker, of that name.
pub(crate) const DRAIN: Verb = asked("drain worker", &[("worker", "worker")], "drain");

impl Verb {
    /// The command without what it is about: `dead drop`.
    pub(crate) fn command(&self) -> String {
        let words = self.words.split(' ');
        let depth = if self.words.starts_with("dead ") { 2 } else { 1 };
        words.take(depth).collect::<Vec<_>>().join(" ")
    }
}

/// A text with somebody and a job of theirs in it.
pub(crate) fn about(text: &str, person: &str, job: &str) -> String {
    text.replace("{person}", person).replace("{job}", job)
}

/// What is in the audit log.
pub(crate) struct Log {
    owner: Client,
    seen: i64,
}

impl Log {
    /// From now on.
    pub(crate) async fn open(owner: Client) -> Result<Self> {
        let mut log = Self { owner, seen: 0 };
        log.seen = log.rows().await?;
        Ok(log)
    }

    async fn rows(&self) -> Result<i64> {
        let sql = "SELECT count(*) FROM cutline.audit_log";
        Ok(self.owner.query_one(sql, &[]).await?.get(0))
    }

    /// Nothing was done since.
    pub(crate) async fn is_silent(&self, about: &Verb) -> Result<()> {
        let rows = self.rows().await?;
        ensure!(rows == self.seen, "{}: something was done", about.words);
        Ok(())
    }

    /// This was done since, by this operator, and nothing else.
    pub(crate) async fn tells(&mut self, verb: &Verb, operator: &str) -> Result<()> {
        eventually(&format!("{} in the audit log", verb.words), async || {
            Ok((self.rows().await? > self.seen).then_some(()))
        })
        .await?;
        let sql = "SELECT actor, action FROM cutline.audit_log ORDER BY id DESC LIMIT 1";
        let row = self.owner.query_one(sql, &[]).await.context("the last entry")?;
        let last: (String, String) = (row.get(0), row.get(1));
        assert_eq!((last.0.as_str(), last.1.as_str()), (operator, verb.audited), "{}", verb.words);
        assert_eq!(self.rows().await?, self.seen + 1, "{}", verb.words);
        self.seen += 1;
        Ok(())
    }
}

#[test]
fn no_verb_is_missing() {
    for name in cutline_bots::command::admin::NAMES {
        let mut all = VERBS.iter().chain([&DRAIN]);
        assert!(all.any(|verb| verb.words.split(' ').next() == Some(name)), "{name}");
    }
    let parts = cutline_bots::admin::VERBS.len();
    assert!(VERBS.len() + 1 >= parts, "{parts}");
}
