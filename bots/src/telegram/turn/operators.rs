//! Operators' commands: asked about before anything is taken away, done once.

use cutline_core::error::UserError;

use super::{Asked, Receiver};
use crate::{chat::confirm, command::admin::AdminCommand, telegram::draw, words::say};

impl Receiver {
    pub(super) async fn admin(
        &self,
        asked: &Asked<'_>,
        command: AdminCommand,
        text: &str,
    ) -> Result<(), UserError> {
        // Who is no operator is told so before anything is asked or kept.
        let _allowed = self.front().desk.admin(asked.actor)?;
        if confirm::is_destructive(&command) {
            let question = confirm::ask(&self.front().store, asked.actor, text).await?;
            let drawn = draw::question(&question.card, &question.id);
            self.tell(asked.address, drawn, Some(asked.actor.tongue())).await;
            return Ok(());
        }
        let desk = &self.front().desk;
        let card = crate::admin::answer(desk, asked.actor, command, &asked.key).await?;
        self.show(asked.address, &card, 1).await;
        Ok(())
    }

    pub(super) async fn yes(
        &self,
        asked: &Asked<'_>,
        id: &str,
        message: i32,
    ) -> Result<Option<String>, UserError> {
        let done = confirm::confirmed(self.front(), asked.actor, id, &asked.key).await?;
        let drawn = match &done {
            Ok(card) => draw::card(card, draw::TEXT_MAX, 1),
            Err(refusal) => draw::words(&refusal.message),
        };
        // The question becomes its answer: nobody presses it again.
        if let Err(error) = self.telegram.change(asked.address, message, drawn.clone()).await {
            tracing::info!(?error, "a question was not replaced by its answer");
            self.tell(asked.address, drawn, Some(asked.actor.tongue())).await;
        }
        Ok(None)
    }

    pub(super) async fn no(
        &self,
        asked: &Asked<'_>,
        id: &str,
        message: i32,
    ) -> Result<Option<String>, UserError> {
        confirm::declined(&self.front().store, asked.actor, id).await?;
        let left = draw::words(&say!(asked.actor.tongue(), "operator-left"));
        let changed = self.telegram.change(asked.address, message, left).await;
        if let Err(error) = changed {
            tracing::info!(?error, "a question stands although it was answered");
        }
        Ok(None)
    }
}
