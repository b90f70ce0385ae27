//! Doubtful pairs that a change leaves as they were. Their reasons stand, for nothing of either side was matched
//! anew; the names shown beside them may be others, so both sides are merged anew where one is.

use std::collections::{BTreeSet, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use crate::catalog::Entity;
use crate::matching::DoubtfulPair;
use crate::store::id;

/// Pairs of a type with a side among `merged`, or with one in a pair with such a side and so on, but none among
/// `matched`. Adds the other sides to those that are merged.
pub async fn that_stay(
    db: &mut PgConnection,
    entity: &Entity,
    matched: &HashSet<Uuid>,
    merged: &mut HashSet<Uuid>,
) -> sqlx::Result<BTreeSet<DoubtfulPair>> {
    let mut out = BTreeSet::new();
    let mut frontier: HashSet<Uuid> = merged.difference(matched).copied().collect();
    while !frontier.is_empty() {
        let texts: Vec<String> = frontier.iter().map(|id| id::encode(&entity.id_prefix, *id)).collect();
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select left_id, right_id, reasons from doubtful_match
             where left_id = any($1) or right_id = any($1)",
        )
        .bind(&texts)
        .fetch_all(&mut *db)
        .await?;
        frontier.clear();
        for (left, right, reasons) in rows {
            let (Some((_, left)), Some((_, right))) = (id::decode(&left), id::decode(&right)) else {
                continue;
            };
            if matched.contains(&left) || matched.contains(&right) {
                continue;
            }
            frontier.extend([left, right].into_iter().filter(|side| merged.insert(*side)));
            out.insert(DoubtfulPair { entity: entity.name.clone(), left, right, reasons });
        }
    }
    Ok(out)
}
