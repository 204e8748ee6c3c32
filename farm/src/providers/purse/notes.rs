//! What is known of a call without the book: its answer, and the vendor's id of it.

use super::Purse;

impl Purse {
    /// Whether a call's answer is kept here, as far as its file tells.
    pub async fn has(&self, sha256: &[u8; 32]) -> bool {
        self.vault.has(sha256).await
    }

    /// A short note on a call under way (a vendor's id of it), for whoever takes the job over.
    pub async fn note(&self, sha256: &[u8; 32], note: &str) {
        self.vault.note(sha256, note).await;
    }

    /// The note on a call, if any.
    pub async fn noted(&self, sha256: &[u8; 32]) -> Option<String> {
        self.vault.noted(sha256).await
    }

    /// A call is about to be made: what is noted is of an earlier one, which failed.
    pub async fn note_none(&self, sha256: &[u8; 32]) {
        if self.noted(sha256).await.is_some() {
            self.note(sha256, "").await;
        }
    }
}
