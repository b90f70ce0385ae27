//! Values that people let stand, whoever else says what: what may be pinned, and pinning it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::decide::node_of;
use super::sense::sense;
use super::{By, Failure, Outcome, PinWish, Pipeline, reason_needed, unknown};
use crate::catalog::{Column, Entity, LinkKind, Scalar};
use crate::error::Fault;
use crate::merge;
use crate::store::id;

impl Pipeline {
    /// Pins a value: it stands as long as the offices say what they say now. Answers the pin's id.
    pub async fn pin(&self, by: &By, wish: &PinWish) -> Result<(Uuid, Outcome), Failure> {
        reason_needed(by)?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let value = self.checked(&mut tx, wish).await?;
        let node = node_of(&mut tx, &self.catalog, &wish.entity, wish.id).await?;
        let pin = keep(&mut tx, by, wish, (node, &value), self.clock.now()).await?;
        let outcome = self.touch(&mut tx, by, "PIN", pin, &wish.entity, &[node]).await?;
        tx.commit().await?;
        self.follow_demands().await;
        Ok((pin, outcome))
    }

    /// Takes a pin back.
    pub async fn unpin(&self, by: &By, pin: Uuid) -> Result<Outcome, Failure> {
        reason_needed(by)?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let found: Option<(String, Uuid)> = sqlx::query_as(
            "update pin set retracted_by = $2, retracted_at = $3, retract_reason = $4
             where id = $1 and (retracted_at is null or retracted_by = $2 and retracted_at >= $5)
             returning entity, node_id",
        )
        .bind(pin)
        .bind(&by.actor.0)
        .bind(self.clock.now())
        .bind(&by.reason)
        .bind(by.once)
        .fetch_optional(&mut *tx)
        .await?;
        let (entity, node) = found.ok_or_else(|| unknown("pin", "giá trị ghim", pin))?;
        let outcome = self.touch(&mut tx, by, "PIN", pin, &entity, &[node]).await?;
        tx.commit().await?;
        self.follow_demands().await;
        Ok(outcome)
    }

    /// The value of a wish in canonical form, or what is wrong with it.
    async fn checked(&self, db: &mut PgConnection, wish: &PinWish) -> Result<Value, Failure> {
        let entity = self.catalog.entities.get(&wish.entity).filter(|e| e.is_merged());
        let entity = entity.ok_or_else(|| no_type(&wish.entity))?;
        if let Some((target, nullable)) = self.link(entity, &wish.field) {
            return match wish.value.is_null() && nullable {
                true => Ok(Value::Null),
                false => self.linked(db, &wish.field, target, &wish.value).await,
            };
        }
        let column = entity.columns.get(&wish.field).filter(|c| c.function.is_none());
        let column = column.ok_or_else(|| no_field(&wish.field, &known(entity)))?;
        if wish.value.is_null() && column.nullable {
            return Ok(Value::Null);
        }
        let value = self.canonical(column, &wish.value).ok_or_else(|| self.wrong_value(column))?;
        let today = self.clock.today();
        sense(&self.registers, (&wish.entity, &wish.field), &column.ty, &value, today)?;
        Ok(value)
    }

    /// Where a link to one leads, and whether it may be empty.
    fn link(&self, entity: &Entity, field: &str) -> Option<(&Entity, bool)> {
        let link = entity.links.get(field)?;
        match link.kind {
            LinkKind::ToOne { nullable, .. } => Some((self.catalog.entities.get(&link.target)?, nullable)),
            LinkKind::ToMany { .. } => None,
        }
    }

    /// The uuid, as text, of what an id of `target` leads to today.
    async fn linked(
        &self,
        db: &mut PgConnection,
        field: &str,
        target: &Entity,
        value: &Value,
    ) -> Result<Value, Failure> {
        let text = value.as_str().unwrap_or_default();
        let given = id::decode(text).filter(|(prefix, _)| *prefix == target.id_prefix).map(|(_, uuid)| uuid);
        let given = given.ok_or_else(|| no_link(field, target))?;
        let sql = format!(
            "select t.id from {} t
             where t.id = coalesce(
                 (select n.entity_id from address a join node n on n.id = a.node_id where a.id = $1), $1)",
            merge::quoted(&target.table)
        );
        let leads: Option<Uuid> =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(given).fetch_optional(db).await?;
        let leads = leads.ok_or_else(|| unknown(&target.id_prefix, "đối tượng", given))?;
        Ok(leads.to_string().into())
    }

    fn wrong_value(&self, column: &Column) -> Fault {
        let (mut en, mut vi) = match &column.ty {
            Scalar::Int => ("a 32-bit integer".to_owned(), "số nguyên 32 bit".to_owned()),
            Scalar::Float => ("a number".to_owned(), "số".to_owned()),
            Scalar::Boolean => ("true or false".to_owned(), "true hoặc false".to_owned()),
            Scalar::Date => ("a day, 2025-07-01".to_owned(), "ngày theo dạng 2025-07-01".to_owned()),
            Scalar::DateTime => (
                "a moment, 2025-07-01T08:00:00Z".to_owned(),
                "thời điểm theo dạng 2025-07-01T08:00:00Z".to_owned(),
            ),
            Scalar::Decimal => {
                ("a decimal number, \"74.9\"".to_owned(), "số thập phân, ví dụ \"74.9\"".to_owned())
            }
            Scalar::Enum(name) => {
                let known = self.catalog.enums.get(name).into_iter().flat_map(|known| known.values.keys());
                let known = known.map(String::as_str).collect::<Vec<_>>().join(", ");
                (format!("one of {known}"), format!("một trong {known}"))
            }
            Scalar::String => ("a text that is not empty".to_owned(), "văn bản không rỗng".to_owned()),
            Scalar::Json => {
                ("another field: it cannot be pinned".to_owned(), "trường khác: không ghim được".to_owned())
            }
        };
        if column.nullable {
            (en, vi) = (format!("{en}, or null"), format!("{vi}, hoặc null"));
        }
        let name = &column.name;
        Fault::new(
            "VALUE_INVALID",
            format!("the value is none of {name}: expected {en}"),
            format!("giá trị không hợp với trường {name}: cần {vi}"),
        )
    }

    fn canonical(&self, column: &Column, value: &Value) -> Option<Value> {
        let text = value.as_str();
        match &column.ty {
            Scalar::Int => value.as_i64().and_then(|n| i32::try_from(n).ok()).map(Value::from),
            Scalar::Float => value.as_f64().map(Value::from),
            Scalar::Boolean => value.as_bool().map(Value::from),
            Scalar::Date => text?.parse::<chrono::NaiveDate>().ok().map(|day| day.to_string().into()),
            Scalar::DateTime => {
                text?.parse::<chrono::DateTime<chrono::Utc>>().ok().map(|at| at.to_rfc3339().into())
            }
            Scalar::Decimal => {
                let number = value.as_number().map(ToString::to_string).or(text.map(str::to_owned))?;
                number.parse::<rust_decimal::Decimal>().ok().map(|d| d.to_string().into())
            }
            Scalar::Enum(name) => {
                let known = self.catalog.enums.get(name)?;
                text.filter(|word| known.values.contains_key(*word)).map(Value::from)
            }
            Scalar::Json => None,
            Scalar::String => {
                text.map(str::trim).filter(|t| !t.is_empty() && !t.contains('\0')).map(Value::from)
            }
        }
    }
}

/// Keeps a pin on a node's field; what was pinned there before is no more.
async fn keep(
    db: &mut PgConnection,
    by: &By,
    wish: &PinWish,
    (node, value): (Uuid, &Value),
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let moment = by.moment(now);
    let pin = id::stable(moment.date_naive(), &format!("pin|{node}|{}|{moment}", wish.field));
    let kept: bool = sqlx::query_scalar("select exists (select from pin where id = $1)")
        .bind(pin)
        .fetch_one(&mut *db)
        .await?;
    if kept {
        return Ok(pin);
    }
    sqlx::query(
        "update pin p set retracted_by = $3, retracted_at = $4, retract_reason = 'superseded'
         from node n, node m
         where m.id = $1 and n.entity_id = m.entity_id and p.node_id = n.id and p.field = $2
           and p.retracted_at is null",
    )
    .bind(node)
    .bind(&wish.field)
    .bind(&by.actor.0)
    .bind(now)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into pin (id, entity, node_id, entity_id, field, value, said, reason, pinned_by, pinned_at)
         values ($1, $2, $3, $4, $5, $6, '', $7, $8, $9)",
    )
    .bind(pin)
    .bind(&wish.entity)
    .bind(node)
    .bind(wish.id)
    .bind(&wish.field)
    .bind(Json(value))
    .bind(&by.reason)
    .bind(&by.actor.0)
    .bind(now)
    .execute(&mut *db)
    .await?;
    Ok(pin)
}

/// What can be pinned.
fn known(entity: &Entity) -> String {
    let columns = entity.columns.values().filter(|c| c.function.is_none()).map(|c| c.name.as_str());
    let links = entity.links.values().filter(|link| matches!(link.kind, LinkKind::ToOne { .. }));
    columns.chain(links.map(|link| link.name.as_str())).collect::<Vec<_>>().join(", ")
}

fn no_link(field: &str, target: &Entity) -> Fault {
    let (name, prefix) = (&target.name, &target.id_prefix);
    Fault::new(
        "VALUE_INVALID",
        format!("{field} leads to a {name}: expected its id, {prefix}_01h455vb4pex5vsknk084sn02q"),
        format!("{field} dẫn tới {name}: cần mã dạng {prefix}_01h455vb4pex5vsknk084sn02q"),
    )
}

fn no_type(name: &str) -> Fault {
    Fault::new(
        "TYPE_UNKNOWN",
        format!("there is no merged entity type {name}"),
        format!("không có loại đối tượng {name}"),
    )
}

fn no_field(field: &str, known: &str) -> Fault {
    Fault::new(
        "FIELD_UNKNOWN",
        format!("there is no field {field} that can be pinned; there are: {known}"),
        format!("không có trường {field} để ghim; các trường: {known}"),
    )
}
