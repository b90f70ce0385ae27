//! How fields are shown to the public, told to the database, so that views over records and changes mask them.

use sqlx::PgConnection;

use super::field::fields;
use crate::catalog::Catalog;

/// Makes the table of masks that of the catalog.
pub async fn publish_masks(db: &mut PgConnection, catalog: &Catalog) -> sqlx::Result<()> {
    let (mut entities, mut names, mut masks, mut prefixes, mut own) =
        (vec![], vec![], vec![], vec![], vec![]);
    for entity in catalog.entities.values().filter(|e| e.is_merged()) {
        for field in fields(catalog, entity) {
            entities.push(entity.name.clone());
            names.push(field.name.to_owned());
            masks.push(field.mask.as_str());
            prefixes.push(field.target.map(|target| target.id_prefix.clone()));
            own.push(entity.id_prefix.clone());
        }
        // Nobody says these: the hub computes them.
        for column in entity.columns.values().filter(|c| c.function.is_some()) {
            entities.push(entity.name.clone());
            names.push(column.name.clone());
            masks.push(if column.personal.is_none() { "open" } else { "hidden" });
            prefixes.push(None);
            own.push(entity.id_prefix.clone());
        }
    }
    sqlx::query(
        "with wanted as (
             select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
                 as w (entity, field, mask, link_prefix, id_prefix)
         ), gone as (
             delete from field_mask m
             where not exists (select from wanted w where w.entity = m.entity and w.field = m.field)
         )
         insert into field_mask (entity, field, mask, link_prefix, id_prefix)
         select * from wanted
         on conflict (entity, field) do update
         set mask = excluded.mask, link_prefix = excluded.link_prefix, id_prefix = excluded.id_prefix
         where (field_mask.mask, field_mask.link_prefix, field_mask.id_prefix)
               is distinct from (excluded.mask, excluded.link_prefix, excluded.id_prefix)",
    )
    .bind(&entities)
    .bind(&names)
    .bind(&masks)
    .bind(&prefixes)
    .bind(&own)
    .execute(db)
    .await
    .map(drop)
}
