//! Keys are made, made anew beside the old one, revoked, listed.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::super::key::{KeyText, draw};
use super::super::{Actor, Caller};
use super::wish::Checked;
use super::{Key, KeyWish, Keys, revoked};
use crate::error::Fault;
use crate::store::id;

/// Longest time that a key outlives its successor's making.
const LONGEST_OVERLAP: TimeDelta = TimeDelta::days(90);

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum KeyFailure {
    /// The caller is at fault.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The hub is.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl From<sqlx::Error> for KeyFailure {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// A key just made: the only time that its text is there.
pub struct NewKey {
    /// Id.
    pub id: Uuid,
    /// What names it.
    pub prefix: String,
    /// The key.
    pub text: String,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, prefix, label, organisation, role, scopes, office, province_code,
     networks::text[] as networks, created_at, expires_at, revoked_at, last_used_at, hash";

impl Keys {
    /// Makes a key.
    pub async fn create(&self, by: &Caller, wish: &KeyWish) -> Result<NewKey, KeyFailure> {
        let mut connection = self.pool.acquire().await?;
        self.make(&mut connection, by, wish, None).await
    }

    /// Makes another key of the same kind. The old one counts on for as long as `overlap`, so that programs can be
    /// given the new one meanwhile. The new one lives as long as the old one was meant to.
    pub async fn rotate(&self, by: &Caller, key: Uuid, overlap: TimeDelta) -> Result<NewKey, KeyFailure> {
        if overlap < TimeDelta::zero() || overlap > LONGEST_OVERLAP {
            let days = LONGEST_OVERLAP.num_days();
            return Err(Fault::new(
                "OVERLAP_INVALID",
                format!("the old key counts on for 0 to {days} days"),
                format!("khóa cũ còn hiệu lực thêm từ 0 đến {days} ngày"),
            )
            .into());
        }
        let mut tx = self.pool.begin().await?;
        let old = self.found(&mut tx, key).await?;
        let now = self.clock.now();
        if old.revoked_at.is_some() {
            return Err(revoked(&old.prefix).into());
        }
        let lifetime = old.expires_at.map(|end| end - old.created_at);
        let new = self.make(&mut tx, by, &old.wish(lifetime.map(|span| now + span)), Some(old.id)).await?;
        sqlx::query("update api_key set expires_at = least(expires_at, $2) where id = $1")
            .bind(old.id)
            .bind(now + overlap)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.forget(&old.prefix);
        Ok(new)
    }

    /// Revokes a key, for good. One that is revoked already stays so.
    pub async fn revoke(&self, by: &Caller, key: Uuid) -> Result<String, KeyFailure> {
        let Actor(name) = by.actor();
        let prefix: Option<String> = sqlx::query_scalar(
            "update api_key set revoked_at = coalesce(revoked_at, $2), revoked_by = coalesce(revoked_by, $3)
             where id = $1 returning prefix",
        )
        .bind(key)
        .bind(self.clock.now())
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        let prefix = prefix.ok_or_else(|| unknown(key))?;
        self.forget(&prefix);
        Ok(prefix)
    }

    /// All keys, newest first.
    pub async fn all(&self) -> Result<Vec<Key>, KeyFailure> {
        let sql = format!("select {COLUMNS} from api_key order by created_at desc, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(Key::of).collect::<sqlx::Result<_>>()?)
    }

    /// The id of the key that a prefix names.
    pub async fn named(&self, prefix: &str) -> Result<Option<Uuid>, KeyFailure> {
        let found = sqlx::query_scalar("select id from api_key where prefix = $1").bind(prefix);
        Ok(found.fetch_optional(&self.pool).await?)
    }

    async fn found(&self, db: &mut PgConnection, key: Uuid) -> Result<Key, KeyFailure> {
        let sql = format!("select {COLUMNS} from api_key where id = $1 for update");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(key).fetch_optional(db).await?;
        Ok(Key::of(&row.ok_or_else(|| unknown(key))?)?)
    }

    async fn make(
        &self,
        db: &mut PgConnection,
        by: &Caller,
        wish: &KeyWish,
        rotated_from: Option<Uuid>,
    ) -> Result<NewKey, KeyFailure> {
        let now = self.clock.now();
        let Checked { label, organisation, scopes, networks } = wish.check(by, now)?;
        let text = draw(self.random)?;
        let prefix = KeyText::read(&text).map(|key| key.prefix.to_owned());
        let prefix = prefix.ok_or_else(|| anyhow::anyhow!("a key that is none was drawn"))?;
        let id = id::stable(now.date_naive(), &format!("api_key|{prefix}"));
        let networks: Option<Vec<String>> =
            networks.map(|networks| networks.iter().map(ToString::to_string).collect());
        let Actor(name) = by.actor();
        sqlx::query(
            "insert into api_key (id, prefix, label, organisation, role, scopes, office, province_code, networks, hash,
                 created_at, created_by, expires_at, rotated_from_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[]::cidr[], $10, $11, $12, $13, $14)",
        )
        .bind(id)
        .bind(&prefix)
        .bind(label)
        .bind(organisation)
        .bind(wish.role.name())
        .bind(scopes)
        .bind(&wish.office)
        .bind(&wish.province)
        .bind(networks)
        .bind(self.hash(&text))
        .bind(now)
        .bind(name)
        .bind(wish.expires_at)
        .bind(rotated_from)
        .execute(db)
        .await?;
        Ok(NewKey { id, prefix, text })
    }
}

impl Key {
    /// A wish for another of the same kind.
    fn wish(&self, expires_at: Option<DateTime<Utc>>) -> KeyWish {
        KeyWish {
            label: self.label.clone(),
            organisation: self.organisation.clone(),
            role: self.role,
            scopes: self.scopes.map(|scopes| scopes.each().map(|scope| scope.name().to_owned()).collect()),
            office: self.office.clone(),
            province: self.province.clone(),
            networks: self.networks.iter().flatten().map(ToString::to_string).collect(),
            expires_at,
        }
    }
}

fn unknown(key: Uuid) -> Fault {
    let key = id::encode("api_key", key);
    Fault::new("NOT_FOUND", format!("there is no key {key}"), format!("không có khóa truy cập {key}"))
}
