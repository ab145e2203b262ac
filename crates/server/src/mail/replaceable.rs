//! A way for letters that can be replaced while they go out.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use super::{Delivery, DeliveryError, Letter};

/// The delivery in force. Letters that are on their way when it is replaced end as they began.
pub struct ReplaceableDelivery(RwLock<Arc<dyn Delivery>>);

impl ReplaceableDelivery {
    /// Begins with this one.
    #[must_use]
    pub fn new(delivery: Arc<dyn Delivery>) -> Self {
        Self(RwLock::new(delivery))
    }

    /// For every letter from here on.
    pub fn replace(&self, delivery: Arc<dyn Delivery>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = delivery;
    }

    fn present(&self) -> Arc<dyn Delivery> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for ReplaceableDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReplaceableDelivery")
            .field(&self.present())
            .finish()
    }
}

#[async_trait::async_trait]
impl Delivery for ReplaceableDelivery {
    async fn deliver(&self, letter: Letter) -> Result<(), DeliveryError> {
        self.present().deliver(letter).await
    }
}
