//! Values that people pinned. A pin holds as long as the offices say what they said when it was made.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::matching::Clusters;

/// A pinned value.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// Id.
    pub id: Uuid,
    /// Node whose entity it is on.
    pub node: Uuid,
    /// Field.
    pub field: String,
    /// Value, canonical JSON; null: empty.
    pub value: Value,
    /// What the offices said when it was made; empty while it has not been used.
    pub said: String,
}

/// Pins that stand, in the order in which they were made.
pub async fn load(db: &mut PgConnection) -> sqlx::Result<Vec<Pin>> {
    let rows: Vec<(Uuid, Uuid, String, Json<Value>, String)> = sqlx::query_as(
        "select id, node_id, field, value, said from pin where retracted_at is null order by pinned_at, id",
    )
    .fetch_all(db)
    .await?;
    let pin = |(id, node, field, Json(value), said)| Pin { id, node, field, value, said };
    Ok(rows.into_iter().map(pin).collect())
}

/// Pins by the entity their node is in now.
pub fn by_entity(pins: &[Pin], clusters: &Clusters) -> HashMap<Uuid, Vec<Pin>> {
    let mut out: HashMap<Uuid, Vec<Pin>> = HashMap::new();
    for pin in pins {
        if let Some(id) = clusters.entity_of_node.get(&pin.node) {
            out.entry(*id).or_default().push(pin.clone());
        }
    }
    out
}

/// Notes what the offices said when pins were first used.
pub async fn note(db: &mut PgConnection, fresh: &[(Uuid, String)]) -> sqlx::Result<()> {
    if fresh.is_empty() {
        return Ok(());
    }
    let (ids, said): (Vec<Uuid>, Vec<String>) = fresh.iter().cloned().unzip();
    sqlx::query(
        "update pin p set said = n.said
         from unnest($1::uuid[], $2::text[]) as n (id, said)
         where p.id = n.id",
    )
    .bind(&ids)
    .bind(&said)
    .execute(db)
    .await?;
    Ok(())
}
