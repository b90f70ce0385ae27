//! Who asks and what they may see: the one place where rules of access stand. Until keys and sign-on
//! exist, everybody is the public.

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
