//! What a program brings with it so that flows can run.

use core::time::Duration;

use keyhaven_core::keys::ApiOrigin;
use keyhaven_protocol::persona::AccountId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{engine::Engine, kept::Kept, persona::Remembered, transport::Transport};

/// Everything that comes from outside. One value for a page.
pub trait Host {
    /// How requests leave.
    type Transport: Transport;
    /// Who does the slow steps.
    type Engine: Engine;
    /// Where randomness comes from.
    type Rng: CryptoRng;

    /// How requests leave.
    fn transport(&self) -> &Self::Transport;

    /// Who does the slow steps.
    fn engine(&self) -> &Self::Engine;

    /// Draws randomness. Never held across a wait.
    fn with_rng<T>(&self, draw: impl FnOnce(&mut Self::Rng) -> T) -> T;

    /// The time now.
    fn now(&self) -> UnixSeconds;

    /// Waits. Dropping the future ends it.
    fn pause(&self, duration: Duration) -> impl Future<Output = ()>;

    /// What this device remembers of an account, where it keeps anything.
    fn remembered(&self, account: AccountId) -> Option<Remembered>;

    /// Takes content that came back into keeping until it is saved: where it can, outside the memory of the program, so
    /// that as much comes back at once as the device holds. `None` if it says that it has no room.
    fn keep(&self, content: Zeroizing<Vec<u8>>) -> Option<Kept>;

    /// The origin of the API base that the transport sends to. Bound into the salt of every password.
    fn api_origin(&self) -> &ApiOrigin;
}

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixSeconds(pub i64);
