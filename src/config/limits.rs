//! The table `[limits]` of the settings file: how much one may ask.

use std::time::Duration;

use serde::Deserialize;

use super::values;
use crate::access::Role;
use crate::access::budget::{Rule, Rules};
use crate::error::Fault;
use crate::graph::Trust;
use crate::graph::limits::Limits;
use crate::http::{AtOnce, Connected};

/// The table as written; what is absent is as usual.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    document_bytes: Option<usize>,
    variables_bytes: Option<usize>,
    tokens: Option<usize>,
    depth: Option<usize>,
    fields: Option<usize>,
    aliases: Option<usize>,
    root_fields: Option<usize>,
    directives: Option<usize>,
    operations: Option<usize>,
    rows: Option<i64>,
    statements: Option<usize>,
    requests_at_once: Option<usize>,
    requests_waiting: Option<usize>,
    #[serde(deserialize_with = "values::optional_duration")]
    longest_wait: Option<Duration>,
    connections: Option<usize>,
    connections_from_one: Option<usize>,
    #[serde(deserialize_with = "values::optional_duration")]
    header_timeout: Option<Duration>,
    #[serde(deserialize_with = "values::optional_duration")]
    stall_timeout: Option<Duration>,
    public: RoleSettings,
    partner: RoleSettings,
    agency: RoleSettings,
    steward: RoleSettings,
    admin: RoleSettings,
}

/// What one of a role may ask.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RoleSettings {
    /// Units of cost; 0: as many as they like.
    budget: Option<i64>,
    /// Units that come back each second.
    refill: Option<i64>,
    at_once: Option<usize>,
    /// What becomes of documents that no known client has.
    documents: Trust,
}

/// The limits that hold.
#[derive(Debug, Clone)]
pub struct LimitConfig {
    /// Of documents, variables and plans.
    pub graph: Limits,
    /// Of requests at once.
    pub at_once: AtOnce,
    /// Of connections.
    pub connected: Connected,
    /// Of what requests cost.
    pub budgets: Rules,
    /// Of documents that no known client has.
    pub trust: [(Role, Trust); 5],
}

impl LimitSettings {
    /// The limits that hold, or which cannot.
    pub(super) fn resolve(&self) -> Result<LimitConfig, Fault> {
        let (usual, mut at_once, mut connected) =
            (Limits::default(), AtOnce::default(), Connected::default());
        let graph = Limits {
            document_bytes: at_least_one("document_bytes", self.document_bytes, usual.document_bytes)?,
            variables_bytes: self.variables_bytes.unwrap_or(usual.variables_bytes),
            tokens: at_least_one("tokens", self.tokens, usual.tokens)?,
            depth: bounded("depth", self.depth, usual.depth, 100)?,
            fields: at_least_one("fields", self.fields, usual.fields)?,
            aliases: self.aliases.unwrap_or(usual.aliases),
            root_fields: at_least_one("root_fields", self.root_fields, usual.root_fields)?,
            directives: self.directives.unwrap_or(usual.directives),
            operations: at_least_one("operations", self.operations, usual.operations)?,
            rows: self.rows.unwrap_or(usual.rows),
            statements: at_least_one("statements", self.statements, usual.statements)?,
        };
        at_once.requests = bounded("requests_at_once", self.requests_at_once, at_once.requests, 100_000)?;
        at_once.waiting = self.requests_waiting.unwrap_or(at_once.waiting);
        at_once.longest_wait = self.longest_wait.unwrap_or(at_once.longest_wait);
        connected.connections = at_least_one("connections", self.connections, connected.connections)?;
        connected.from_one =
            at_least_one("connections_from_one", self.connections_from_one, connected.from_one)?;
        connected.header_timeout = self.header_timeout.unwrap_or(connected.header_timeout);
        connected.stall_timeout = self.stall_timeout.unwrap_or(connected.stall_timeout);
        let mut budgets = Rules::default();
        for (role, rule) in &mut budgets.0 {
            *rule = self.of(*role).rule(role.name(), *rule)?;
        }
        for (role, most) in &mut at_once.of_one {
            let name = format!("{}.at_once", role.name().to_lowercase());
            *most = at_least_one(&name, self.of(*role).at_once, *most)?;
        }
        let trust = Role::ALL.map(|role| (role, self.of(role).documents));
        Ok(LimitConfig { graph, at_once, connected, budgets, trust })
    }

    fn of(&self, role: Role) -> &RoleSettings {
        match role {
            Role::Public => &self.public,
            Role::Partner => &self.partner,
            Role::Agency => &self.agency,
            Role::Steward => &self.steward,
            Role::Admin => &self.admin,
        }
    }
}

impl RoleSettings {
    fn rule(&self, role: &str, usual: Option<Rule>) -> Result<Option<Rule>, Fault> {
        let capacity = self.budget.or(usual.map(|rule| rule.capacity)).unwrap_or(0);
        let refill = self.refill.or(usual.map(|rule| rule.refill)).unwrap_or(0);
        if capacity < 0 || refill < 0 {
            return Err(wrong(&format!("{}.budget and refill", role.to_lowercase()), "0 …"));
        }
        Ok((capacity > 0).then_some(Rule { capacity, refill }))
    }
}

fn at_least_one(name: &str, given: Option<usize>, usual: usize) -> Result<usize, Fault> {
    bounded(name, given, usual, usize::MAX)
}

fn bounded(name: &str, given: Option<usize>, usual: usize, most: usize) -> Result<usize, Fault> {
    let value = given.unwrap_or(usual);
    match (1..=most).contains(&value) {
        true => Ok(value),
        false if most == usize::MAX => Err(wrong(name, "1 …")),
        false => Err(wrong(name, &format!("1 … {most}"))),
    }
}

fn wrong(name: &str, range: &str) -> Fault {
    super::out_of_range(&format!("limits.{name}"), range)
}
