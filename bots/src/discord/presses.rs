//! Pressed buttons. Which command a button stands for is the conversation's to say; whether it may
//! be done, the desk's, at that moment.

use cutline_core::{
    card::{Action, Card, CardKind},
    job::JobRef,
};
use serenity::model::{application::ComponentInteraction, channel::MessageFlags};

use super::{
    asked::Asked,
    bot::{Acknowledged, Bot},
    buttons::{Pressed, read},
    look,
};
use crate::{
    chat::{confirm, show::is_under_way},
    conversation,
    words::say,
};

impl Bot {
    /// Answers a pressed button.
    pub(super) async fn press(&self, interaction: &ComponentInteraction) {
        let asked = Asked::from(interaction);
        let flags = interaction.message.flags.unwrap_or_default();
        // A card that follows its job is never for one person alone.
        let is_followed = !flags.contains(MessageFlags::EPHEMERAL);
        match read(&interaction.data.custom_id) {
            Some(Pressed::Action { action: Action::Cancel, job: Some(job), .. }) if is_followed => {
                self.call_off(asked, &job).await;
            }
            Some(Pressed::Action { action, job, page }) => {
                let mut about = Card::new(CardKind::Help, "");
                about.reference = job;
                match conversation::pressed(action, &about, page) {
                    Some(command) => {
                        self.converse(asked, acknowledged(action), command, Vec::new()).await;
                    }
                    None => self.locked(asked, action).await,
                }
            }
            Some(Pressed::Confirm { question }) => self.confirmed(asked, &question).await,
            Some(Pressed::Decline) => {
                if self.acknowledge(&asked, Acknowledged::InPlace).await.is_some() {
                    let left = say!(asked.tongue(), "operator-left");
                    self.say(&asked, &look::refusal(&left)).await;
                }
            }
            None => {
                let how = Acknowledged::Privately;
                if let Some(turn) = self.acknowledge(&asked, how).await {
                    self.refuse(&asked, &turn, &say!(asked.tongue(), "old-button")).await;
                }
            }
        }
    }

    /// Calls a job off by the button on its card. The card itself is the board's to draw: an edit
    /// under the press's own token keeps no distance from the others, and one that is late would
    /// put what was before over the job's end.
    async fn call_off(&self, asked: Asked, job: &JobRef) {
        let Some(turn) = self.acknowledge(&asked, Acknowledged::InPlace).await else { return };
        self.suggestions.forget(asked.user);
        let card = match self.front.desk.cancel(&self.actor(&asked), job).await {
            Ok(card) => card,
            Err(refusal) => return self.refuse(&asked, &turn, &refusal.message).await,
        };
        let told = if !is_under_way(&card) {
            // Over already, by this press or before it: the card's first line says which.
            card.lines.first().cloned()
        } else {
            let is_drawn = match asked.address.place() {
                Ok(place) => self.board.redraw(&place, &card).await,
                Err(_) => false,
            };
            (!is_drawn).then(|| say!(asked.tongue(), "stopping"))
        };
        if let Some(words) = told {
            self.tell(&asked, look::refusal(&words)).await;
        }
    }

    /// A button without a command: a feature. Its plan card says why it is locked.
    async fn locked(&self, asked: Asked, action: Action) {
        let Some(turn) = self.acknowledge(&asked, Acknowledged::Privately).await else { return };
        let message = match self.front.desk.plan(&self.actor(&asked)).await {
            Ok(card) => {
                let button = card.buttons.into_iter().find(|button| button.action == action);
                button
                    .and_then(|button| button.locked)
                    .unwrap_or_else(|| say!(asked.tongue(), "not-here"))
            }
            Err(refusal) => refusal.message,
        };
        self.refuse(&asked, &turn, &message).await;
    }

    /// An operator means it: the question is answered once, whoever presses how often.
    async fn confirmed(&self, asked: Asked, question: &str) {
        let Some(turn) = self.acknowledge(&asked, Acknowledged::InPlace).await else { return };
        let actor = self.actor(&asked);
        match confirm::confirmed(&self.front, &actor, question, &asked.key()).await {
            Ok(Ok(card)) => self.show(&asked, &card, 1).await,
            Ok(Err(refusal)) => self.say(&asked, &look::refusal(&refusal.message)).await,
            // The question stands, and can be pressed again.
            Err(refusal) => self.refuse(&asked, &turn, &refusal.message).await,
        }
    }
}

/// Where the answer to a button appears.
const fn acknowledged(action: Action) -> Acknowledged {
    match action {
        Action::Again => Acknowledged::Openly,
        Action::Cancel | Action::Older | Action::Newer => Acknowledged::InPlace,
        _ => Acknowledged::Privately,
    }
}
