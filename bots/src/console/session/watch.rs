//! Watching a job: in the foreground until it ends or Ctrl-C asks what to do, in the background
//! while the person goes on talking.

use cutline_core::card::Card;

use super::Session;
use crate::console::{
    exit::ConsoleError,
    follow::{Following, is_under_way},
    prompt::Line,
};

const CHOICE: &str = "[1] keep watching  [2] go on in the chat  [3] cancel the video › ";

/// What to do with a job that is being watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Watch,
    Chat,
    Cancel,
}

impl Session {
    /// Watches a job; Ctrl-C asks what to do about it.
    pub(super) async fn follow(&mut self, card: Card) -> Result<(), ConsoleError> {
        self.learn(&card);
        self.screen.forget();
        self.screen.live(&card);
        let desk = self.front.desk.clone();
        let actor = self.actor.clone();
        let mut ear = self.hub.subscribe();
        let Some(mut following) = Following::new(&desk, &actor, card) else { return Ok(()) };
        loop {
            tokio::select! {
                card = following.to_its_end(&mut ear, &mut self.screen) => {
                    self.show(card);
                    return Ok(());
                }
                Some(card) = self.ended.recv() => {
                    if card.reference.clone().is_none_or(|job| self.told.insert(job)) {
                        self.screen.settle(&card);
                    }
                    continue;
                }
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => return Ok(()),
            }
            self.screen.forget();
            match self.wish().await? {
                Wish::Watch => {}
                Wish::Chat => {
                    let reference = following.reference().clone();
                    self.leave_to_itself(following.card().clone());
                    self.screen.say(&format!(
                        "{reference} goes on being made; you are told when it is done. /status \
                         watches it again."
                    ));
                    return Ok(());
                }
                Wish::Cancel => {
                    match desk.cancel(&actor, following.reference()).await {
                        Ok(card) if !is_under_way(&card) => {
                            self.show(card);
                            return Ok(());
                        }
                        // A worker has it: the last card comes when it has stopped.
                        Ok(_) => self.screen.say("Stopping it."),
                        Err(error) => self.refused(&error),
                    }
                    following.look_now();
                }
            }
        }
    }

    async fn wish(&mut self) -> Result<Wish, ConsoleError> {
        loop {
            let line = match self.prompt.ask(CHOICE).await? {
                Line::Interrupted | Line::Ended => return Ok(Wish::Chat),
                Line::Typed(line) => line.trim().to_lowercase(),
            };
            match line.as_str() {
                "" | "1" | "watch" | "keep watching" => return Ok(Wish::Watch),
                "2" | "chat" | "go on" => return Ok(Wish::Chat),
                "3" | "cancel" | "/cancel" | "cancel the video" => return Ok(Wish::Cancel),
                _ => self.screen.say("Please answer 1, 2 or 3."),
            }
        }
    }

    /// Follows a job in the background and tells when it has ended.
    fn leave_to_itself(&mut self, card: Card) {
        let (desk, actor) = (self.front.desk.clone(), self.actor.clone());
        let (mut ear, ended) = (self.hub.subscribe(), self.ended_tx.clone());
        self.away.start(async move {
            if let Some(mut following) = Following::new(&desk, &actor, card) {
                let _ = ended.send(following.in_silence(&mut ear).await);
            }
        });
    }
}
