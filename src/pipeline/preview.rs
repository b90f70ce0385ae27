//! What an import would change: it is applied in a transaction that is then taken back.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::answer::gone;
use super::apply::state;
use super::{By, Difference, EntityChange, Failure, Pipeline, computed};
use crate::merge::{self, Change};
use crate::store::public::{Shown, public_values};

impl Pipeline {
    /// What applying an import would change, the first `limit` entities of it. Changes nothing. An applied
    /// import would change nothing more: its difference is empty.
    pub async fn preview(&self, import: Uuid, limit: i64) -> Result<Difference, Failure> {
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let state = state(&mut tx, import).await?;
        let mut out = Difference::default();
        if state != "APPLIED" {
            self.differ(&mut tx, import, limit, &mut out).await?;
        }
        (out.rows_unchanged, out.rows_quarantined) =
            sqlx::query_as("select rows_unchanged, rows_quarantined from import where id = $1")
                .bind(import)
                .fetch_one(&mut *tx)
                .await?;
        tx.rollback().await?;
        Ok(out)
    }

    /// Applies, looks, and takes it back; the lock stays.
    async fn differ(
        &self,
        db: &mut PgConnection,
        import: Uuid,
        limit: i64,
        out: &mut Difference,
    ) -> Result<(), Failure> {
        let doubtful: i64 = doubtful(db).await?;
        sqlx::raw_sql("savepoint before").execute(&mut *db).await?;
        let by = By::operator();
        let change = Change { take: vec![import], ..Change::new(self.cause("IMPORT", &by, &[import])) };
        let applied = merge::apply_in(db, &self.catalog, &change).await?;
        let withdrawn = applied.withdrawn.get(&import).cloned().unwrap_or_default();
        out.must_confirm = withdrawn.values().any(|gone| gone.is_much());
        out.withdrawn = gone(&withdrawn);
        out.entities = applied.entities;
        out.to_review = i64::try_from(applied.doubtful).unwrap_or_default() - doubtful;
        (out.changes, out.change_count) = changes(db, limit).await?;
        let looked = computed::looked_at(db, &self.catalog, &out.changes).await?;
        let after = computed::values(db, &self.catalog, &looked).await?;
        mask(db, &mut out.changes).await?;
        sqlx::raw_sql("rollback to savepoint before").execute(&mut *db).await?;
        let before = computed::values(db, &self.catalog, &looked).await?;
        computed::add(&mut out.changes, before, after);
        mask(db, &mut out.changes).await?;
        Ok(())
    }
}

async fn doubtful(db: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("select count(*) from doubtful_match").fetch_one(db).await
}

type Row =
    (String, Uuid, String, Option<Json<BTreeMap<String, Value>>>, Option<Json<BTreeMap<String, Value>>>);

/// The log of this transaction, and how much of it there is.
async fn changes(db: &mut PgConnection, limit: i64) -> sqlx::Result<(Vec<EntityChange>, i64)> {
    let count = sqlx::query_scalar("select count(*) from entity_change where xid = pg_current_xact_id()")
        .fetch_one(&mut *db)
        .await?;
    let rows: Vec<Row> = sqlx::query_as(
        "select entity, entity_id, kind, old_values, new_values from entity_change
         where xid = pg_current_xact_id()
         order by seq
         limit $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok((rows.into_iter().map(change).collect(), count))
}

fn change((entity, id, kind, old, new): Row) -> EntityChange {
    let mut fields: BTreeMap<String, (Value, Value)> = BTreeMap::new();
    for (field, value) in old.map(|json| json.0).unwrap_or_default() {
        fields.entry(field).or_default().0 = value;
    }
    for (field, value) in new.map(|json| json.0).unwrap_or_default() {
        fields.entry(field).or_default().1 = value;
    }
    EntityChange { entity, id, kind, fields, public: BTreeMap::new() }
}

/// Masks what changes as the tables stand, and, where it was masked before, further: whose owners' names are left out
/// depends on who owns what, before and after.
async fn mask(db: &mut PgConnection, changes: &mut [EntityChange]) -> sqlx::Result<()> {
    let mut values: Vec<Shown> = Vec::new();
    for change in &*changes {
        for (field, (old, new)) in &change.fields {
            let masked = change.public.get(field).cloned();
            let (old, new) = masked.unwrap_or_else(|| (shown(old), shown(new)));
            for value in [old, new] {
                values.push((change.entity.clone(), change.id, field.clone(), value));
            }
        }
    }
    let mut shown = public_values(db, &values).await?.into_iter();
    for change in changes {
        for field in change.fields.keys() {
            let pair = (shown.next().flatten(), shown.next().flatten());
            change.public.insert(field.clone(), pair);
        }
    }
    Ok(())
}

/// A value of a field as text.
pub fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
