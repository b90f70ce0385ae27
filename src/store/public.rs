//! Values of fields as the public may see them, by the masks that the schema files declare.

use sqlx::PgConnection;
use uuid::Uuid;

/// A value of a field: entity type, entity, field, value as text.
pub type Shown = (String, Uuid, String, Option<String>);

/// The values in the same order, without personal data: also without the names of the owners that the entity has, or
/// its maker, as the tables stand.
pub async fn public_values(db: &mut PgConnection, values: &[Shown]) -> sqlx::Result<Vec<Option<String>>> {
    let entities: Vec<&str> = values.iter().map(|(entity, ..)| entity.as_str()).collect();
    let ids: Vec<Uuid> = values.iter().map(|(_, id, ..)| *id).collect();
    let fields: Vec<&str> = values.iter().map(|(_, _, field, _)| field.as_str()).collect();
    let texts: Vec<Option<&str>> = values.iter().map(|(.., text)| text.as_deref()).collect();
    sqlx::query_scalar(
        "select public_value(k.mask, v.value, v.id)
         from unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) with ordinality as v (entity, id, field, value, at)
         left join field_mask k on k.entity = v.entity and k.field = v.field
         order by v.at",
    )
    .bind(entities)
    .bind(ids)
    .bind(fields)
    .bind(texts)
    .fetch_all(db)
    .await
}
