//! Ids under which something once stood and that lead to another entity now, so that its history tells of them.

use sqlx::PgConnection;
use uuid::Uuid;

/// Follows what a transaction changed: of these entities, or of all.
pub async fn follow(db: &mut PgConnection, entities: Option<&[Uuid]>) -> sqlx::Result<()> {
    sqlx::query(
        "with asked as (
             select c.entity_id as id
             from entity_change c
             where c.kind = 'DELETED' and ($1::uuid[] is null or c.xid = pg_current_xact_id())
             union
             select m.id from former_id m where $1 is null or m.id = any($1) or m.entity_id = any($1)
         ), leads as (
             select a.id, n.entity_id
             from asked k
             join address a on a.id = k.id
             join node n on n.id = a.node_id
             where n.entity_id <> a.id and not exists (select from node s where s.entity_id = a.id)
         ), gone as (
             delete from former_id m using asked k
             where m.id = k.id and not exists (select from leads l where l.id = m.id)
         )
         insert into former_id (id, entity_id)
         select id, entity_id from leads
         on conflict (id) do update set entity_id = excluded.entity_id
         where former_id.entity_id <> excluded.entity_id",
    )
    .bind(entities)
    .execute(db)
    .await
    .map(drop)
}
