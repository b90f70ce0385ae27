//! Who asks and what they may see: the one place where rules of access stand. Until keys and sign-on
//! exist, everybody is the public, and who may act is decided by [`Desk`].

mod desk;

pub use desk::{Caller, Desk};

/// Who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Whether they may see personal data.
    pub personal_data: bool,
}

impl Viewer {
    /// Anybody: no personal data.
    pub const PUBLIC: Viewer = Viewer { personal_data: false };
}

/// Who acts: the name that decisions are signed with. Until keys and sign-on exist it is what the caller says;
/// this is the one place where it will be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(pub String);

impl Actor {
    /// Somebody at the hub's own command line.
    pub fn operator() -> Self {
        Self("operator".to_owned())
    }
}
