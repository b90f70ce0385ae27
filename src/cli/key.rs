//! `lienthong key …`: keys made, listed, rotated, revoked. What a key may be is decided in `access`.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ask::{table, uuid_of};
use super::audited::audited;
use super::opened::with_hub;
use super::output::say;
use crate::access::{Caller, Key, KeyFailure, KeyWish, NewKey, Role, Scopes};
use crate::config::{Config, Settings};
use crate::error::Fault;
use crate::hub::Hub;
use crate::store::id;

/// Make, list, rotate and revoke keys
///
/// Programs show a key as Authorization: Bearer lt_…. It is shown once, when it is made. While a hub runs on a
/// private database, the mutations createKey, rotateKey and revokeKey do the same.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) what: What,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    Create(Create),
    List(List),
    Rotate(Rotate),
    Revoke(Revoke),
}

/// Make a key and show it, this once
#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// Role: PARTNER, AGENCY, STEWARD, ADMIN (or PUBLIC, which merely names a program)
    #[arg(long, value_parser = role)]
    role: Role,

    /// What it is for [default: the organisation or the role]
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,

    /// Organisation whose it is; PARTNER keys name one
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,

    /// Narrow it to this scope, as often as needed [default: all that the role brings]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,

    /// Kind of office it speaks for; AGENCY keys name one
    #[arg(long, value_name = "OFFICE")]
    office: Option<String>,

    /// Code of the province it speaks for; AGENCY keys name one
    #[arg(long, value_name = "CODE")]
    province: Option<String>,

    /// Network it may come from, as often as needed [default: any]
    #[arg(long = "network", value_name = "CIDR")]
    networks: Vec<String>,

    /// Until when it counts: a day (2027-06-30), or a span from now on (90d, 12h) [default: until revoked]
    #[arg(long, value_name = "WHEN", value_parser = expiry)]
    expires: Option<Expiry>,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

/// List keys, newest first
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

/// Make another key of the same kind; the old one counts on for a while
#[derive(Debug, clap::Args)]
pub(super) struct Rotate {
    /// Key: its id or its prefix, lt_…
    key: String,

    /// How long the old key counts on: 7d, 12h, 0d
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = span)]
    overlap: TimeDelta,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

/// Revoke a key, for good
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    /// Key: its id or its prefix, lt_…
    key: String,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

impl What {
    pub(super) fn settings(&self) -> &Settings {
        match self {
            What::Create(Create { settings, .. })
            | What::List(List { settings, .. })
            | What::Rotate(Rotate { settings, .. })
            | What::Revoke(Revoke { settings, .. }) => settings,
        }
    }
}

/// Until when a key counts.
#[derive(Debug, Clone, Copy)]
enum Expiry {
    /// To the end of a day in Vietnam.
    Day(NaiveDate),
    /// For so long.
    Span(TimeDelta),
}

pub(super) async fn run(config: Config, what: What) -> anyhow::Result<()> {
    with_hub(config, async |hub| match &what {
        What::Create(wish) => create(hub, wish).await,
        What::List(wish) => list(hub, wish.json).await,
        What::Rotate(wish) => {
            let key = found(hub, &wish.key).await?;
            let rotate =
                async || hub.keys.rotate(&Caller::operator(), key, wish.overlap).await.map_err(failed);
            let new =
                audited(hub, "operator", "key rotate", Some(id::encode("api_key", key)), rotate).await?;
            shown(&new, wish.json)
        }
        What::Revoke(wish) => {
            let key = found(hub, &wish.key).await?;
            let revoke = async || hub.keys.revoke(&Caller::operator(), key).await.map_err(failed);
            let prefix =
                audited(hub, "operator", "key revoke", Some(id::encode("api_key", key)), revoke).await?;
            say(&match wish.json {
                true => format!("{}\n", json!({ "key": id::encode("api_key", key), "prefix": prefix })),
                false => format!("The key {prefix} is revoked.\n"),
            })
        }
    })
    .await
}

async fn create(hub: &Hub, wish: &Create) -> anyhow::Result<()> {
    let label = wish.label.clone().or_else(|| wish.organisation.clone());
    let expires_at = wish.expires.map(|expiry| match expiry {
        Expiry::Day(day) => {
            (day + TimeDelta::days(1)).and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::hours(7)
        }
        Expiry::Span(span) => hub.clock.now() + span,
    });
    let wish_of = KeyWish {
        label: label.unwrap_or_else(|| wish.role.name().to_owned()),
        organisation: wish.organisation.clone(),
        role: wish.role,
        scopes: Some(wish.scopes.clone()).filter(|scopes| !scopes.is_empty()),
        office: wish.office.clone(),
        province: wish.province.clone(),
        networks: wish.networks.clone(),
        expires_at,
    };
    let new = make(hub, &wish_of).await?;
    shown(&new, wish.json)
}

fn shown(new: &NewKey, as_json: bool) -> anyhow::Result<()> {
    let NewKey { id, prefix, text } = new;
    say(&match as_json {
        true => {
            format!("{}\n", json!({ "key": id::encode("api_key", *id), "prefix": prefix, "secret": text }))
        }
        false => format!(
            "{text}\n\nKeep it now: it is not shown again (hãy lưu lại, khóa chỉ hiển thị một lần).\n\
             Journals call it {prefix}.\n"
        ),
    })
}

async fn list(hub: &Hub, as_json: bool) -> anyhow::Result<()> {
    let keys = hub.keys.all().await.map_err(failed)?;
    if as_json {
        return say(&format!("{}\n", Value::Array(keys.iter().map(as_value).collect())));
    }
    let moment = |at: Option<DateTime<Utc>>| at.map(|at| at.format("%F %R").to_string()).unwrap_or_default();
    let now = hub.clock.now();
    let row = |key: &Key| {
        let state = match (key.revoked_at, key.expires_at) {
            (Some(_), _) => "revoked",
            (None, Some(end)) if end <= now => "expired",
            _ => "counts",
        };
        let office = [key.office.clone(), key.province.clone()].into_iter().flatten().collect::<Vec<_>>();
        vec![
            key.prefix.clone(),
            key.label.clone(),
            key.role.name().to_owned(),
            key.scopes.map(names).unwrap_or_default().join(" "),
            office.join("/"),
            state.to_owned(),
            moment(key.expires_at),
            moment(key.last_used_at),
        ]
    };
    let rows: Vec<_> = keys.iter().map(row).collect();
    let headings =
        ["Prefix", "Label", "Role", "Scopes", "Office", "State", "Expires (UTC)", "Last used (UTC)"];
    say(&table(&headings, &rows))
}

fn as_value(key: &Key) -> Value {
    json!({
        "id": id::encode("api_key", key.id), "prefix": key.prefix, "label": key.label,
        "organisation": key.organisation, "role": key.role.name(), "scopes": key.scopes.map(names),
        "office": key.office, "provinceCode": key.province,
        "networks": key.networks.as_ref().map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>()),
        "createdAt": key.created_at, "expiresAt": key.expires_at, "revokedAt": key.revoked_at,
        "lastUsedAt": key.last_used_at,
    })
}

fn names(scopes: Scopes) -> Vec<&'static str> {
    scopes.each().map(|scope| scope.name()).collect()
}

async fn found(hub: &Hub, text: &str) -> anyhow::Result<Uuid> {
    let by_prefix = hub.keys.named(text).await.map_err(failed)?;
    let known = by_prefix.or_else(|| uuid_of(text).ok());
    Ok(known.ok_or_else(|| {
        Fault::new(
            "NOT_FOUND",
            format!("there is no key {text:?}; `key list` shows those there are"),
            format!("không có khóa truy cập {text:?}; xem `key list`"),
        )
    })?)
}

fn failed(failure: KeyFailure) -> anyhow::Error {
    match failure {
        KeyFailure::Fault(fault) => fault.into(),
        KeyFailure::Internal(error) => error,
    }
}

fn role(text: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::name).join(", ");
    Role::named(text).ok_or_else(|| format!("there is no role {text:?}; known: {}", known()))
}

fn expiry(text: &str) -> Result<Expiry, String> {
    match text.parse::<NaiveDate>() {
        Ok(day) if (1..=9999).contains(&day.year()) => Ok(Expiry::Day(day)),
        Ok(_) => Err(format!("{text:?} is no day of four-digit years; expected e.g. 2027-06-30")),
        Err(_) => span(text).map(Expiry::Span),
    }
}

/// `7d` or `12h`.
fn span(text: &str) -> Result<TimeDelta, String> {
    let expected = || format!("{text:?} is no span of days or hours; expected e.g. 7d or 12h");
    let read = |unit: char| text.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok());
    let span = match (read('d'), read('h')) {
        (Some(days), _) => TimeDelta::try_days(days.into()),
        (_, Some(hours)) => TimeDelta::try_hours(hours.into()),
        _ => None,
    };
    span.filter(|span| *span <= TimeDelta::days(36_500)).ok_or_else(expected)
}

/// Makes a key.
pub(super) async fn make(hub: &Hub, wish: &KeyWish) -> anyhow::Result<NewKey> {
    let create = async || hub.keys.create(&Caller::operator(), wish).await.map_err(failed);
    audited(hub, "operator", "key create", Some(wish.label.clone()), create).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_counts_until_a_day_or_for_a_span() {
        assert!(matches!(expiry("9999-12-31"), Ok(Expiry::Day(_))));
        assert!(matches!(expiry("90d"), Ok(Expiry::Span(span)) if span == TimeDelta::days(90)));
        for odd in ["+262142-12-31", "-0001-01-01", "2027-02-30", "90", "4000000000d", "1000000d"] {
            assert!(expiry(odd).is_err(), "{odd}");
        }
    }
}
