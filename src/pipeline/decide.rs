//! What people decide on entities: two are one or are not, a value stands.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{By, Failure, Outcome, PinWish, Pipeline, Verdict, reason_needed, unknown};
use crate::catalog::{Column, Scalar};
use crate::error::Fault;
use crate::merge::{self, Cause, Change};
use crate::store::id;

impl Verdict {
    /// As the store writes it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Same => "SAME",
            Verdict::Different => "DIFFERENT",
            Verdict::Unsure => "UNSURE",
        }
    }
}

impl Pipeline {
    /// Decides on two entities of one type, each named by an id it has or had; by the ids that two parts of
    /// one entity have alone (`partId` of its origins), it can be taken apart. Answers the judgement's id.
    pub async fn judge(
        &self,
        by: &By,
        entity: &str,
        left: Uuid,
        right: Uuid,
        verdict: Verdict,
    ) -> Result<(Uuid, Outcome), Failure> {
        reason_needed(by)?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let one = node_of(&mut tx, entity, left).await?;
        let other = node_of(&mut tx, entity, right).await?;
        if one == other {
            return Err(the_same().into());
        }
        let (one, other, left, right) =
            if one < other { (one, other, left, right) } else { (other, one, right, left) };
        let pair = [(one, left), (other, right)];
        let judgement = keep(&mut tx, by, entity, pair, verdict, self.clock.now()).await?;
        let outcome = self.touch(&mut tx, by, "JUDGEMENT", judgement, entity, &[one, other]).await?;
        tx.commit().await?;
        Ok((judgement, outcome))
    }

    /// Takes a judgement back.
    pub async fn retract_judgement(&self, by: &By, judgement: Uuid) -> Result<Outcome, Failure> {
        reason_needed(by)?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let found: Option<(String, Uuid, Uuid)> = sqlx::query_as(
            "update judgement set retracted_by = $2, retracted_at = $3, retract_reason = $4
             where id = $1 and retracted_at is null
             returning entity, left_node, right_node",
        )
        .bind(judgement)
        .bind(&by.actor.0)
        .bind(self.clock.now())
        .bind(&by.reason)
        .fetch_optional(&mut *tx)
        .await?;
        let (entity, one, other) = found.ok_or_else(|| unknown("judgement", "phán quyết", judgement))?;
        let outcome = self.touch(&mut tx, by, "JUDGEMENT", judgement, &entity, &[one, other]).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Pins a value: it stands as long as the offices say what they say now. Answers the pin's id.
    pub async fn pin(&self, by: &By, wish: &PinWish) -> Result<(Uuid, Outcome), Failure> {
        reason_needed(by)?;
        let value = self.checked(wish)?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let node = node_of(&mut tx, &wish.entity, wish.id).await?;
        let now = self.clock.now();
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
        .execute(&mut *tx)
        .await?;
        let pin = id::stable(now.date_naive(), &format!("pin|{node}|{}|{now}", wish.field));
        sqlx::query(
            "insert into pin (id, entity, node_id, entity_id, field, value, said, reason, pinned_by, pinned_at)
             values ($1, $2, $3, $4, $5, $6, '', $7, $8, $9)",
        )
        .bind(pin)
        .bind(&wish.entity)
        .bind(node)
        .bind(wish.id)
        .bind(&wish.field)
        .bind(Json(&value))
        .bind(&by.reason)
        .bind(&by.actor.0)
        .bind(now)
        .execute(&mut *tx)
        .await?;
        let outcome = self.touch(&mut tx, by, "PIN", pin, &wish.entity, &[node]).await?;
        tx.commit().await?;
        Ok((pin, outcome))
    }

    /// Takes a pin back.
    pub async fn unpin(&self, by: &By, pin: Uuid) -> Result<Outcome, Failure> {
        reason_needed(by)?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let found: Option<(String, Uuid)> = sqlx::query_as(
            "update pin set retracted_by = $2, retracted_at = $3, retract_reason = $4
             where id = $1 and retracted_at is null
             returning entity, node_id",
        )
        .bind(pin)
        .bind(&by.actor.0)
        .bind(self.clock.now())
        .bind(&by.reason)
        .fetch_optional(&mut *tx)
        .await?;
        let (entity, node) = found.ok_or_else(|| unknown("pin", "giá trị ghim", pin))?;
        let outcome = self.touch(&mut tx, by, "PIN", pin, &entity, &[node]).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Lets the entities follow a decision on some nodes.
    async fn touch(
        &self,
        db: &mut PgConnection,
        by: &By,
        kind: &'static str,
        decision: Uuid,
        entity: &str,
        nodes: &[Uuid],
    ) -> Result<Outcome, Failure> {
        let cause = Cause { id: Some(decision), ..self.cause(kind, by, &[]) };
        let touch = nodes.iter().map(|node| (entity.to_owned(), *node)).collect();
        let change = Change { touch, ..Change::new(cause) };
        Ok(Outcome::of(merge::apply_in(db, &self.catalog, &change).await?))
    }

    /// The value of a wish in canonical form, or what is wrong with it.
    fn checked(&self, wish: &PinWish) -> Result<Value, Fault> {
        let entity = self.catalog.entities.get(&wish.entity).filter(|e| e.is_merged());
        let entity = entity.ok_or_else(|| no_type(&wish.entity))?;
        let column = entity.columns.get(&wish.field).filter(|c| c.function.is_none());
        let column = column.ok_or_else(|| {
            let known: Vec<&str> =
                entity.columns.values().filter(|c| c.function.is_none()).map(|c| c.name.as_str()).collect();
            no_field(&wish.field, &known.join(", "))
        })?;
        if wish.value.is_null() && column.nullable {
            return Ok(Value::Null);
        }
        self.canonical(column, &wish.value).ok_or_else(|| wrong_value(column))
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
            _ => text.map(str::trim).filter(|t| !t.is_empty() && !t.contains('\0')).map(Value::from),
        }
    }
}

/// Keeps a judgement on two nodes, each with the id it was named by; what was said of the pair before is said anew.
async fn keep(
    db: &mut PgConnection,
    by: &By,
    entity: &str,
    [(one, left), (other, right)]: [(Uuid, Uuid); 2],
    verdict: Verdict,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let with_one = parts_of(db, one, verdict).await?;
    let with_other = parts_of(db, other, verdict).await?;
    sqlx::query(
        "update judgement set retracted_by = $3, retracted_at = $4, retract_reason = 'superseded'
         where left_node = $1 and right_node = $2 and retracted_at is null",
    )
    .bind(one)
    .bind(other)
    .bind(&by.actor.0)
    .bind(now)
    .execute(&mut *db)
    .await?;
    let judgement = id::stable(now.date_naive(), &format!("judgement|{one}|{other}|{now}"));
    sqlx::query(
        "insert into judgement (id, entity, left_node, right_node, left_id, right_id, verdict, reason,
                                decided_by, decided_at, left_nodes, right_nodes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(judgement)
    .bind(entity)
    .bind(one)
    .bind(other)
    .bind(left)
    .bind(right)
    .bind(verdict.word())
    .bind(&by.reason)
    .bind(&by.actor.0)
    .bind(now)
    .bind(&with_one)
    .bind(&with_other)
    .execute(&mut *db)
    .await?;
    Ok(judgement)
}

/// All nodes of the entity that a node is in, where the verdict is on the whole of it.
async fn parts_of(db: &mut PgConnection, node: Uuid, verdict: Verdict) -> sqlx::Result<Vec<Uuid>> {
    if verdict != Verdict::Same {
        return Ok(vec![]);
    }
    sqlx::query_scalar(
        "select n.id from node n join node m on m.entity_id = n.entity_id
         where m.id = $1 and n.id <> $1
         order by n.id",
    )
    .bind(node)
    .fetch_all(db)
    .await
}

/// The node an id of an entity leads to.
async fn node_of(db: &mut PgConnection, entity: &str, id: Uuid) -> Result<Uuid, Failure> {
    let found: Option<(Uuid, String)> = sqlx::query_as(
        "select n.id, n.entity from address a join node n on n.id = a.node_id where a.id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    match found {
        None => Err(unknown("entity", "đối tượng", id).into()),
        Some((_, other)) if other != entity => Err(Fault::new(
            "TYPE_MISMATCH",
            format!("{id} is of type {other}, not {entity}"),
            format!("{id} thuộc loại {other}, không phải {entity}"),
        )
        .into()),
        Some((node, _)) => Ok(node),
    }
}

fn the_same() -> Fault {
    Fault::new("SAME_ENTITY", "both ids name one and the same part", "hai mã chỉ cùng một phần dữ liệu")
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

fn wrong_value(column: &Column) -> Fault {
    let (name, ty) = (&column.name, &column.ty);
    Fault::new(
        "VALUE_INVALID",
        format!("the value is none of {name}: expected {ty:?}"),
        format!("giá trị không hợp với trường {name}: cần {ty:?}"),
    )
}
