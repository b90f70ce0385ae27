//! Keys as the hub keeps them: a keyed hash of each, what it is for, and whether it still counts. A key that was looked
//! up is remembered for a second, so that a revoked one is refused within a second by every hub on the database.

mod known;
mod manage;
mod wish;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use ring::hmac;
use sqlx::{PgPool, Row};
use uuid::Uuid;

use super::key::{KeyText, Random};
use super::{Caller, Identity, Role, Scope, Scopes};
use crate::clock::Clock;
use crate::error::Fault;
use known::Known;
pub use manage::{KeyFailure, NewKey};
pub use wish::KeyWish;

/// How long a key is taken as it was when it was last looked up.
const FRESH: Duration = Duration::from_secs(1);
/// How long it is remembered at all.
const REMEMBERED: Duration = Duration::from_secs(60);
/// How often it is noted that a key is used.
const NOTED: TimeDelta = TimeDelta::seconds(60);
/// Bytes of a secret that the hub draws for itself.
const SECRET: usize = 32;

/// All keys.
pub struct Keys {
    pool: PgPool,
    clock: Clock,
    random: Random,
    secret: hmac::Key,
    known: Mutex<Known>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// A key without its text.
#[derive(Debug, Clone)]
pub struct Key {
    /// Id.
    pub id: Uuid,
    /// What names it.
    pub prefix: String,
    /// What it is for, in its maker's words.
    pub label: String,
    /// Whose it is.
    pub organisation: Option<String>,
    /// Role.
    pub role: Role,
    /// What it is narrowed to; none: all that the role brings.
    pub scopes: Option<Scopes>,
    /// Kind of office it speaks for.
    pub office: Option<String>,
    /// Code of the province it speaks for.
    pub province: Option<String>,
    /// Where it may come from; none: anywhere.
    pub networks: Option<Vec<IpNet>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it does not count any more.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    hash: Vec<u8>,
}

/// Why a key opens nothing.
#[derive(Debug)]
pub enum KeyRefused {
    /// It is none of ours, or not as we know it.
    Invalid,
    /// It is ours and does not count, or not from there.
    Fault(Fault),
    /// The database does not tell.
    Unavailable(sqlx::Error),
}

impl Keys {
    /// The keys in the database, hashed with `secret`, else with one that is drawn once and kept there.
    pub async fn open(
        pool: PgPool,
        clock: Clock,
        random: Random,
        secret: Option<&str>,
    ) -> anyhow::Result<Self> {
        let secret = match secret {
            Some(secret) => secret.as_bytes().to_vec(),
            None => kept_secret(&pool, random).await?,
        };
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        Ok(Self { pool, clock, random, secret, known: Mutex::default() })
    }

    /// Whom a key stands for.
    pub async fn caller(&self, text: KeyText<'_>, address: Option<IpAddr>) -> Result<Caller, KeyRefused> {
        let key = match self.remembered(text.prefix, FRESH) {
            Some(key) => Some(key),
            None => self.look_up(text.prefix).await.map_err(KeyRefused::Unavailable)?,
        };
        // As much work for a prefix that nobody has as for one that somebody has.
        let nobody = [0; 32];
        let hash = key.as_ref().map_or(nobody.as_slice(), |key| &key.hash);
        let is_it = hmac::verify(&self.secret, text.whole.as_bytes(), hash).is_ok();
        let Some(key) = key.filter(|_| is_it) else { return Err(KeyRefused::Invalid) };
        let now = self.clock.now();
        refuse(&key, address, now).map_err(KeyRefused::Fault)?;
        self.note_use(&key, now);
        Ok(key.caller())
    }

    /// Whether a text is a key that counts, from anywhere.
    pub async fn opens(&self, text: &str) -> bool {
        match KeyText::read(text) {
            Some(text) => self.caller(text, None).await.is_ok(),
            None => false,
        }
    }

    /// Whether it is a key that opened something within the last minute: told without asking the database.
    pub fn was_good(&self, text: KeyText<'_>) -> bool {
        let key = self.remembered(text.prefix, REMEMBERED);
        key.is_some_and(|key| hmac::verify(&self.secret, text.whole.as_bytes(), &key.hash).is_ok())
    }

    fn remembered(&self, prefix: &str, span: Duration) -> Option<Arc<Key>> {
        self.known().get(prefix, Instant::now(), span)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn look_up(&self, prefix: &str) -> sqlx::Result<Option<Arc<Key>>> {
        // Taken before the question: what is answered is not newer.
        let since = Instant::now();
        let row = sqlx::query(
            "select id, prefix, label, organisation, role, scopes, office, province_code,
                    networks::text[] as networks, created_at, expires_at, revoked_at, last_used_at, hash
             from api_key
             where prefix = $1",
        )
        .bind(prefix)
        .fetch_optional(&self.pool)
        .await?;
        let key = row.map(|row| Key::of(&row)).transpose()?.map(Arc::new);
        self.known().put(prefix, key.clone(), since);
        Ok(key)
    }

    /// So that a change counts at once where it was made.
    fn forget(&self, prefix: &str) {
        self.known().forget(prefix, Instant::now());
    }

    /// Notes that a key is used, once a minute, without keeping the request waiting.
    fn note_use(&self, key: &Arc<Key>, now: DateTime<Utc>) {
        if key.last_used_at.is_some_and(|last| now - last < NOTED) {
            return;
        }
        self.known().used(&key.prefix, now);
        let (pool, id) = (self.pool.clone(), key.id);
        tokio::spawn(async move {
            let written = sqlx::query(
                "update api_key set last_used_at = $2
                 where id = $1 and (last_used_at is null or last_used_at < $2 - interval '1 minute')",
            )
            .bind(id)
            .bind(now)
            .execute(&pool)
            .await;
            if let Err(error) = written {
                tracing::warn!(%error, "that a key is used cannot be noted");
            }
        });
    }

    fn hash(&self, text: &str) -> Vec<u8> {
        hmac::sign(&self.secret, text.as_bytes()).as_ref().to_vec()
    }
}

impl Key {
    fn of(row: &sqlx::postgres::PgRow) -> sqlx::Result<Self> {
        let role: String = row.try_get("role")?;
        let scopes: Option<Vec<String>> = row.try_get("scopes")?;
        let networks: Option<Vec<String>> = row.try_get("networks")?;
        let odd = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
        let networks =
            networks.map(|all| all.iter().map(|one| one.parse()).collect::<Result<Vec<IpNet>, _>>());
        Ok(Self {
            id: row.try_get("id")?,
            prefix: row.try_get("prefix")?,
            label: row.try_get("label")?,
            organisation: row.try_get("organisation")?,
            role: Role::named(&role).ok_or_else(|| odd(format!("a key of the role {role}").into()))?,
            // A scope that this version does not know opens nothing in it.
            scopes: scopes.map(|all| all.iter().filter_map(|name| Scope::named(name)).collect()),
            office: row.try_get("office")?,
            province: row.try_get("province_code")?,
            networks: networks.transpose().map_err(|error| odd(error.into()))?,
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            revoked_at: row.try_get("revoked_at")?,
            last_used_at: row.try_get("last_used_at")?,
            hash: row.try_get("hash")?,
        })
    }

    fn caller(&self) -> Caller {
        let all = self.role.scopes();
        Caller {
            identity: Identity::Key(self.prefix.clone()),
            role: self.role,
            scopes: self.scopes.map_or(all, |scopes| scopes.within(all)),
            office: self.office.clone(),
            province: self.province.clone(),
            organisation: self.organisation.clone(),
            ..Caller::default()
        }
    }
}

/// Told to whoever has the key alone, so it helps nobody who guesses.
fn refuse(key: &Key, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), Fault> {
    let prefix = &key.prefix;
    if key.revoked_at.is_some() {
        return Err(revoked(prefix));
    }
    if key.expires_at.is_some_and(|end| end <= now) {
        return Err(Fault::new(
            "KEY_EXPIRED",
            format!("The key {prefix} has expired; ask the hub's operator for a new one."),
            format!("Khóa truy cập {prefix} đã hết hạn; hãy xin khóa mới từ đơn vị vận hành."),
        ));
    }
    let from_there = |networks: &Vec<IpNet>| {
        address.is_some_and(|address| networks.iter().any(|network| network.contains(&address)))
    };
    if key.networks.as_ref().is_some_and(|networks| !from_there(networks)) {
        return Err(Fault::new(
            "KEY_NETWORK",
            format!("The key {prefix} is not taken from this network address."),
            format!("Khóa truy cập {prefix} không được dùng từ địa chỉ mạng này."),
        ));
    }
    Ok(())
}

fn revoked(prefix: &str) -> Fault {
    Fault::new(
        "KEY_REVOKED",
        format!("The key {prefix} has been revoked; ask the hub's operator for a new one."),
        format!("Khóa truy cập {prefix} đã bị thu hồi; hãy xin khóa mới từ đơn vị vận hành."),
    )
}

async fn kept_secret(pool: &PgPool, random: Random) -> anyhow::Result<Vec<u8>> {
    let mut drawn = [0; SECRET];
    random(&mut drawn)?;
    sqlx::query("insert into key_secret (secret) values ($1) on conflict do nothing")
        .bind(drawn.as_slice())
        .execute(pool)
        .await?;
    Ok(sqlx::query_scalar("select secret from key_secret").fetch_one(pool).await?)
}
