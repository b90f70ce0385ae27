//! Values that people pinned. A pin holds as long as the offices say what they said when it was made.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::field::Field;
use crate::catalog::Entity;
use crate::matching::Clusters;

/// A pinned value.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// Id.
    pub id: Uuid,
    /// Entity type.
    pub entity: String,
    /// Node whose entity it is on.
    pub node: Uuid,
    /// Field.
    pub field: String,
    /// Value, canonical JSON; null: empty.
    pub value: Value,
    /// Of a link to what is merged: a node of it, and the entity that was in before.
    pub to: Option<(Uuid, Uuid)>,
    /// What the offices said when it was made; empty while it has not been used.
    pub said: String,
}

impl Pin {
    /// The entity of today that a pinned link leads to.
    pub fn leads(&self, clusters: &Clusters) -> Option<Uuid> {
        self.to.map(|(node, entity)| clusters.entity_of_node.get(&node).copied().unwrap_or(entity))
    }

    /// It and the value that shall stand; none where the entity it leads to is no more: then offices' words count.
    pub fn stands(
        &self,
        field: &Field,
        clusters: &Clusters,
        standing: &HashMap<String, BTreeSet<Uuid>>,
    ) -> Option<(&Self, Value)> {
        match field.target.filter(|target| target.is_merged() && !self.value.is_null()) {
            None => Some((self, self.value.clone())),
            Some(Entity { name, .. }) => {
                let to = self.leads(clusters)?;
                standing.get(name).is_some_and(|ids| ids.contains(&to)).then(|| (self, to.to_string().into()))
            }
        }
    }
}

type Row = (Uuid, String, Uuid, String, Json<Value>, String, Option<Uuid>, Option<Uuid>);

/// Pins that stand, in the order in which they were made.
pub async fn load(db: &mut PgConnection) -> sqlx::Result<Vec<Pin>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select p.id, p.entity, p.node_id, p.field, p.value, p.said, n.id, n.entity_id
         from pin p
         left join address a on a.id = case
             when p.value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (p.value #>> '{}')::uuid end
         left join node n on n.id = a.node_id
         where p.retracted_at is null
         order by p.pinned_at, p.id",
    )
    .fetch_all(db)
    .await?;
    let pin = |(id, entity, node, field, Json(value), said, to_node, to_entity): Row| Pin {
        id,
        entity,
        node,
        field,
        value,
        to: to_node.zip(to_entity),
        said,
    };
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
