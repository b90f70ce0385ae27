//! What people decide on entities: two are one or are not.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{By, Failure, Outcome, Pipeline, Verdict, reason_needed, unknown};
use crate::catalog::Catalog;
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
        let one = node_of(&mut tx, &self.catalog, entity, left).await?;
        let other = node_of(&mut tx, &self.catalog, entity, right).await?;
        if one == other {
            return Err(the_same().into());
        }
        let (one, other, left, right) =
            if one < other { (one, other, left, right) } else { (other, one, right, left) };
        let pair = [(one, left), (other, right)];
        let judgement = keep(&mut tx, by, entity, pair, verdict, self.clock.now()).await?;
        let outcome = self.touch(&mut tx, by, "JUDGEMENT", judgement, entity, &[one, other]).await?;
        tx.commit().await?;
        self.follow_demands().await;
        Ok((judgement, outcome))
    }

    /// Takes a judgement back.
    pub async fn retract_judgement(&self, by: &By, judgement: Uuid) -> Result<Outcome, Failure> {
        reason_needed(by)?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let found: Option<(String, Uuid, Uuid)> = sqlx::query_as(
            "update judgement set retracted_by = $2, retracted_at = $3, retract_reason = $4
             where id = $1 and (retracted_at is null or retracted_by = $2 and retracted_at >= $5)
             returning entity, left_node, right_node",
        )
        .bind(judgement)
        .bind(&by.actor.0)
        .bind(self.clock.now())
        .bind(&by.reason)
        .bind(by.once)
        .fetch_optional(&mut *tx)
        .await?;
        let (entity, one, other) = found.ok_or_else(|| unknown("judgement", "phán quyết", judgement))?;
        let outcome = self.touch(&mut tx, by, "JUDGEMENT", judgement, &entity, &[one, other]).await?;
        tx.commit().await?;
        self.follow_demands().await;
        Ok(outcome)
    }

    /// Lets the entities follow a decision on some nodes.
    pub(super) async fn touch(
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
    let moment = by.moment(now);
    let judgement = id::stable(moment.date_naive(), &format!("judgement|{one}|{other}|{moment}"));
    if is_kept(db, judgement).await? {
        return Ok(judgement);
    }
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

async fn is_kept(db: &mut PgConnection, judgement: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from judgement where id = $1)")
        .bind(judgement)
        .fetch_one(db)
        .await
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
pub(super) async fn node_of(
    db: &mut PgConnection,
    catalog: &Catalog,
    entity: &str,
    id: Uuid,
) -> Result<Uuid, Failure> {
    let found: Option<(Uuid, String)> = sqlx::query_as(
        "select n.id, n.entity from address a join node n on n.id = a.node_id where a.id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    match found {
        None => Err(nothing(&shown(catalog, entity, id)).into()),
        Some((_, other)) if other != entity => {
            Err(mismatch(&shown(catalog, &other, id), &other, entity).into())
        }
        Some((node, _)) => Ok(node),
    }
}

fn the_same() -> Fault {
    Fault::new("SAME_ENTITY", "both ids name one and the same part", "hai mã chỉ cùng một phần dữ liệu")
}

/// An id as callers know it.
fn shown(catalog: &Catalog, entity: &str, id: Uuid) -> String {
    let prefix = catalog.entities.get(entity).map(|entity| entity.id_prefix.as_str());
    id::encode(prefix.unwrap_or_default(), id)
}

fn nothing(id: &str) -> Fault {
    Fault::new("NOT_FOUND", format!("there is no entity {id}"), format!("không có đối tượng {id}"))
}

fn mismatch(id: &str, is: &str, wanted: &str) -> Fault {
    Fault::new(
        "TYPE_MISMATCH",
        format!("{id} is of type {is}, not {wanted}"),
        format!("{id} thuộc loại {is}, không phải {wanted}"),
    )
}
