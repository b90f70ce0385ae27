//! A number or code on paper → what it stands for, whose it is, and whether it is in force. Which types have such
//! codes the catalog says (`@verifiable`); nothing here knows GraphQL or names a type.

mod code;
mod statement;
mod words;

use std::sync::Arc;

use chrono::NaiveDate;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::catalog::{Catalog, Verifiable};
use crate::error::Fault;
use crate::store::connections::Connections;
use crate::store::row::{self, Unreadable};
use crate::store::run::{StoreError, fetch};
use crate::store::select::Param;
use crate::store::{id, today};
pub use code::LONGEST;

/// Codes told that the one asked for may be a slip of.
const NEAR: usize = 10;

/// What a code stands for.
#[derive(Debug, Clone)]
pub struct Verification {
    /// As asked, without blanks around it.
    pub code: String,
    /// The day it was asked on.
    pub on: NaiveDate,
    /// What has this code; several share a number.
    pub documents: Vec<Document>,
    /// Where nothing has it: kinds and codes it may be a slip of.
    pub near: Vec<(String, String)>,
}

/// One document: things that share a number, and whatever makes it unique.
#[derive(Debug, Clone)]
pub struct Document {
    /// Value of the enum of kinds.
    pub kind: String,
    /// Its number or code as the register has it.
    pub code: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// What it says, one for each thing.
    pub items: Vec<Item>,
}

/// One thing that a document speaks of.
#[derive(Debug, Clone)]
pub struct Item {
    /// Entity type and id.
    pub node: (String, Uuid),
    /// What it is about, where that is another thing: type and id.
    pub about: Option<(String, Uuid)>,
    /// Title as the public sees it.
    pub title: Option<String>,
    /// Whose it is: type and id.
    pub holder: Option<(String, Uuid)>,
    /// Their name as the public sees it.
    pub holder_name: Option<String>,
    /// How it stands on the day.
    pub state: State,
    /// First day.
    pub from: Option<NaiveDate>,
    /// First day no longer in force.
    pub stop: Option<NaiveDate>,
    /// Day it was taken back.
    pub revoked: Option<NaiveDate>,
    /// Its status by the register: a value of an enum.
    pub status: Option<String>,
    /// Who says so: kind of office, agency, day.
    pub sources: Vec<(String, Option<Uuid>, NaiveDate)>,
}

/// How a thing stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// In force.
    InForce,
    /// In force by its days, and suspended.
    Suspended,
    /// Some of what it says is in force.
    Partly,
    /// Not yet.
    NotYet,
    /// No more: its time ran out.
    Expired,
    /// No more: it was taken back.
    Revoked,
    /// The register does not tell.
    Unknown,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The caller's mistake.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The database's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value is not what it should be.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// What the code stands for; of a year, where several have it. What nothing has as it is typed is read as it stands on
/// paper, with words around the number, and as the number of a decision alone.
pub async fn verify(
    database: &Connections,
    catalog: &Catalog,
    code: &str,
    year: Option<i64>,
) -> Result<Verification, VerifyError> {
    let code = code::checked(code)?;
    let asked = Asked { database, catalog, year, on: today::read(database).await? };
    let mut found = asked.look(code).await?;
    let bare = code::bare(code);
    if let (Some(bare), true) = (bare, found.documents.is_empty()) {
        found = asked.look(code::checked(bare)?).await?;
    }
    if let (Some(number), true) = (code::number(bare.unwrap_or(code)), found.documents.is_empty()) {
        found = asked.numbered(number).await?.unwrap_or(found);
    }
    Ok(Verification { code: code.to_owned(), ..found })
}

/// A question, whatever the code.
struct Asked<'a> {
    database: &'a Connections,
    catalog: &'a Catalog,
    year: Option<i64>,
    on: NaiveDate,
}

impl Asked<'_> {
    /// What has just this code.
    async fn look(&self, code: &str) -> Result<Verification, VerifyError> {
        let (database, catalog, on) = (self.database, self.catalog, self.on);
        let rows = match named(catalog, code) {
            Some((n, uuid)) => match statement::by_id(catalog, n) {
                Some(sql) => {
                    fetch(database, &Arc::from(sql), &[Param::Uuid(Some(uuid)), Param::Date(on)]).await?
                }
                None => Vec::new(),
            },
            None => {
                let params = [Param::Text(Some(code.to_owned())), Param::Date(on)];
                fetch(database, &Arc::from(statement::by_code(catalog)), &params).await?
            }
        };
        let mut found = Verification { code: code.to_owned(), on, documents: Vec::new(), near: Vec::new() };
        let mut groups: Vec<(usize, String)> = Vec::new();
        for row in &rows {
            read(catalog, row, &mut found, &mut groups, self.year)?;
        }
        if !found.documents.is_empty() {
            found.near.clear();
        }
        found.documents.sort_by_key(|document| (document.state(), std::cmp::Reverse(document.from())));
        Ok(found)
    }

    /// The decision of this number, whoever's it is; where there are several, they are told as near.
    async fn numbered(&self, number: &str) -> Result<Option<Verification>, VerifyError> {
        let listed = self.look(&format!("{number}/QĐ")).await?;
        if !listed.documents.is_empty() {
            return Ok(Some(listed));
        }
        let Some((_, first)) = listed.near.first() else { return Ok(None) };
        let only = listed.near.iter().all(|(_, code)| code::key(code) == code::key(first));
        Ok(Some(if only { self.look(first).await? } else { listed }))
    }
}

/// The rule and uuid of an id that things are verified by.
fn named(catalog: &Catalog, code: &str) -> Option<(usize, Uuid)> {
    let (prefix, uuid) = id::decode(code)?;
    let rules = statement::rules(catalog);
    Some((rules.iter().position(|(entity, _)| entity.id_prefix == prefix)?, uuid))
}

fn read(
    catalog: &Catalog,
    row: &PgRow,
    found: &mut Verification,
    groups: &mut Vec<(usize, String)>,
    year: Option<i64>,
) -> Result<(), Unreadable> {
    let n = row::cell(row, 0)?.ok_or(Unreadable(0))?.integer()?;
    let n = usize::try_from(n).map_err(|_| Unreadable(0))?;
    let rules = statement::rules(catalog);
    let (entity, rule) = rules.get(n).copied().ok_or(Unreadable(0))?;
    let code = text(row, 2)?;
    if code.as_deref().is_some_and(code::is_personal) {
        return Ok(());
    }
    let exact = row::cell(row, 15)?.map_or(Ok(false), |cell| cell.boolean())?;
    if !exact {
        let near = (rule.kind.clone(), code.unwrap_or_default());
        if found.near.len() < NEAR && !found.near.contains(&near) {
            found.near.push(near);
        }
        return Ok(());
    }
    let item = item(catalog, row, entity, rule, found.on)?;
    if year.is_some_and(|year| item.from.is_none_or(|from| year_of(from) != year)) {
        return Ok(());
    }
    let group = (n, format!("{}|{}", text(row, 16)?.unwrap_or_default(), text(row, 3)?.unwrap_or_default()));
    match groups.iter().position(|known| *known == group) {
        Some(at) => found.documents[at].items.push(item),
        None => {
            groups.push(group);
            let issuer = text(row, 8)?;
            found.documents.push(Document { kind: rule.kind.clone(), code, issuer, items: vec![item] });
        }
    }
    Ok(())
}

fn year_of(day: NaiveDate) -> i64 {
    chrono::Datelike::year(&day).into()
}

fn item(
    catalog: &Catalog,
    row: &PgRow,
    entity: &crate::catalog::Entity,
    rule: &Verifiable,
    on: NaiveDate,
) -> Result<Item, Unreadable> {
    let target = |field: Option<&String>| {
        let link = entity.links.get(field?)?;
        Some(link.target.clone())
    };
    let holder_type = rule.whose.as_ref().and_then(|path| {
        let (owner, _) = path.links(catalog, entity)?;
        Some(owner.links.get(path.last())?.target.clone())
    });
    let in_force = row::cell(row, 9)?.map(|cell| cell.boolean()).transpose()?;
    let (from, stop, revoked) = (day(row, 10)?, day(row, 11)?, day(row, 12)?);
    let status = text(row, 13)?;
    let except = entity.validity.as_ref().and_then(|validity| validity.except.as_ref());
    let is = |listed: Option<&Vec<String>>| listed.zip(status.as_ref()).is_some_and(|(l, s)| l.contains(s));
    let state = match () {
        () if in_force == Some(true) && is(rule.paused.as_ref().map(|(_, p)| p)) => State::Suspended,
        () if in_force == Some(true) => State::InForce,
        () if revoked.is_some_and(|day| day <= on) => State::Revoked,
        () if is(Some(&rule.ended)) => State::Expired,
        () if is(except.map(|(_, values)| values)) => State::Revoked,
        () if from.is_some_and(|from| from > on) => State::NotYet,
        () if stop.is_some_and(|stop| stop <= on) => State::Expired,
        () => State::Unknown,
    };
    Ok(Item {
        node: (entity.name.clone(), uuid(row, 1)?.unwrap_or_default()),
        about: target(rule.about.as_ref()).zip(uuid(row, 5)?),
        title: text(row, 4)?,
        holder: holder_type.zip(uuid(row, 6)?),
        holder_name: text(row, 7)?,
        state,
        from,
        stop,
        revoked,
        status,
        sources: sources(&text(row, 14)?.unwrap_or_default()),
    })
}

/// `AGRICULTURE/uuid/2025-06-30,…`
fn sources(listed: &str) -> Vec<(String, Option<Uuid>, NaiveDate)> {
    let one = |source: &str| {
        let mut parts = source.split('/');
        let (office, agency, day) = (parts.next()?, parts.next()?, parts.next()?);
        Some((office.to_owned(), agency.parse().ok(), day.parse().ok()?))
    };
    listed.split(',').filter_map(one).collect()
}

impl Document {
    /// How it stands: as all it says, or partly.
    pub fn state(&self) -> State {
        let first = self.items.first().map_or(State::Unknown, |item| item.state);
        match self.items.iter().all(|item| item.state == first) {
            true => first,
            false if self.items.iter().any(|item| item.state == State::InForce) => State::Partly,
            false => self.items.iter().map(|item| item.state).max().unwrap_or(first),
        }
    }

    /// The first day of what it says.
    pub fn from(&self) -> Option<NaiveDate> {
        self.items.iter().filter_map(|item| item.from).min()
    }

    /// The last day in force of what it says.
    pub fn until(&self) -> Option<NaiveDate> {
        self.items.iter().filter_map(Item::until).max()
    }
}

impl Item {
    /// Last day in force.
    pub fn until(&self) -> Option<NaiveDate> {
        self.stop.and_then(|stop| stop.pred_opt())
    }
}

fn text(row: &PgRow, column: usize) -> Result<Option<String>, Unreadable> {
    Ok(row::cell(row, column)?.map(|cell| cell.text()).transpose()?.map(str::to_owned))
}

fn uuid(row: &PgRow, column: usize) -> Result<Option<Uuid>, Unreadable> {
    row::cell(row, column)?.map(|cell| cell.uuid()).transpose()
}

fn day(row: &PgRow, column: usize) -> Result<Option<NaiveDate>, Unreadable> {
    row::cell(row, column)?.map(|cell| cell.date()).transpose()
}
