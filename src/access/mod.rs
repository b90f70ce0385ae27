//! Who asks, and what they may see and do: the one place where rules of access are decided. The rules themselves
//! are declared where the data are (`@access` in the schema files).

mod address;
mod audit;
pub mod budget;
mod callers;
mod desk;
mod failures;
mod key;
mod keys;
mod refused;
mod signon;
mod subject;

pub use address::networks;
pub use audit::{Audit, Broken, Chain, Deed, Ended, Stage};
pub use callers::{Callers, NotKnown, Visit};
pub use desk::Door;
pub use key::{Random, system_random};
pub use keys::{Key, KeyFailure, KeyWish, Keys, NewKey};
pub use refused::{allows, denied, refused};
pub use signon::SignOn;
pub use subject::Subject;

pub use crate::catalog::{Role, Scope, Scopes};

use std::net::IpAddr;

use crate::store::reference::provinces_of;

/// What somebody may see: as much of a [`Caller`] as plans depend on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Their role.
    pub role: Role,
    /// What they may do.
    pub scopes: Scopes,
    /// Whether they see personal data: they may, and have said what for.
    pub personal_data: bool,
    /// Whether they are anybody in particular: known people may be of the role PUBLIC, too.
    pub known: bool,
}

/// Who asks, known or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// Who they are.
    pub identity: Identity,
    /// Their role.
    pub role: Role,
    /// What they may do.
    pub scopes: Scopes,
    /// Kind of the office they speak for (`AGRICULTURE`, …).
    pub office: Option<String>,
    /// Code of the province they speak for.
    pub province: Option<String>,
    /// Organisation they speak for.
    pub organisation: Option<String>,
    /// What they read personal data for, in their words.
    pub purpose: Option<String>,
    /// The name a person behind a key gives; what they do is signed with it, too.
    pub acting_as: Option<String>,
    /// Network address they come from.
    pub address: Option<IpAddr>,
}

/// How somebody is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Identity {
    /// Not at all.
    #[default]
    Anonymous,
    /// By a key; its readable prefix.
    Key(String),
    /// By an agency's sign-on.
    Person {
        /// Who vouches for them.
        issuer: String,
        /// Who they are there.
        subject: String,
        /// Their name.
        name: String,
    },
    /// Whoever reaches a hub on a trusted network.
    OpenDesk,
    /// Somebody at the hub's own command line, or the hub itself.
    Operator,
}

impl Caller {
    /// Somebody at the hub's own command line: sees and does everything.
    pub fn operator() -> Self {
        let role = Role::Admin;
        Self { identity: Identity::Operator, role, scopes: role.scopes(), ..Self::default() }
    }

    /// Somebody of a role with all that it brings, for tests and for open desks.
    pub fn of(identity: Identity, role: Role) -> Self {
        Self { identity, role, scopes: role.scopes(), ..Self::default() }
    }

    /// What plans depend on. Personal data are seen with the scope for them and a purpose.
    pub fn viewer(&self) -> Viewer {
        let personal_data = self.scopes.has(Scope::ReadPersonal) && self.purpose.is_some();
        Viewer { role: self.role, scopes: self.scopes, personal_data, known: self.is_known() }
    }

    /// The same person or program, of whom nothing but that is told to logs: no names of people.
    pub fn logged(&self) -> &str {
        match &self.identity {
            Identity::Anonymous => "",
            Identity::Key(prefix) => prefix,
            Identity::Person { subject, .. } => subject,
            Identity::OpenDesk => "desk",
            Identity::Operator => "operator",
        }
    }

    /// Whether they are anybody in particular.
    pub fn is_known(&self) -> bool {
        self.identity != Identity::Anonymous
    }

    /// Codes of the provinces whose registers they answer for: their own, and those that became it.
    pub fn provinces(&self) -> Vec<String> {
        self.province.as_deref().map(provinces_of).unwrap_or_default()
    }

    /// Whether they may import and mend registers of a kind of office in a province.
    pub fn may_import(&self, office: &str, province: &str) -> bool {
        let own =
            || self.office.as_deref() == Some(office) && self.provinces().iter().any(|one| one == province);
        let all = self.role >= Role::Steward;
        Scope::import(office).is_some_and(|scope| self.scopes.has(scope))
            && (all || self.role == Role::Agency && own())
    }

    /// Whether registers of any office are taken from them.
    pub fn imports(&self) -> bool {
        self.role >= Role::Agency && Scope::OFFICES.iter().any(|(_, scope)| self.scopes.has(*scope))
    }

    /// Their name in journals: what their deeds are signed with.
    pub fn actor(&self) -> Actor {
        let known = match &self.identity {
            Identity::Anonymous => "anonymous".to_owned(),
            Identity::Key(prefix) => prefix.clone(),
            Identity::Person { name, subject, .. } if name.is_empty() => subject.clone(),
            // People may choose their names, and two may have one.
            Identity::Person { name, subject, .. } => format!("{name} ({subject})"),
            Identity::OpenDesk => "desk".to_owned(),
            Identity::Operator => "operator".to_owned(),
        };
        match (&self.acting_as, &self.identity) {
            (Some(name), Identity::OpenDesk | Identity::Operator) => Actor(name.clone()),
            (Some(name), Identity::Key(_)) => Actor(format!("{name} ({known})")),
            _ => Actor(known),
        }
    }
}

/// Who acts: the name that decisions are signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(pub String);

impl Actor {
    /// Somebody at the hub's own command line.
    pub fn operator() -> Self {
        Self("operator".to_owned())
    }
}
