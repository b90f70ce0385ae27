//! Values of fields as the public may see them, by the masks that the schema files declare.

use sqlx::PgPool;

/// A value of a field: entity type, field, value as text.
pub type Shown = (String, String, Option<String>);

/// The values in the same order, without personal data.
pub async fn public_values(pool: &PgPool, values: &[Shown]) -> sqlx::Result<Vec<Option<String>>> {
    let entities: Vec<&str> = values.iter().map(|(entity, _, _)| entity.as_str()).collect();
    let fields: Vec<&str> = values.iter().map(|(_, field, _)| field.as_str()).collect();
    let texts: Vec<Option<&str>> = values.iter().map(|(_, _, text)| text.as_deref()).collect();
    sqlx::query_scalar(
        "select public_value(k.mask, v.value)
         from unnest($1::text[], $2::text[], $3::text[]) with ordinality as v (entity, field, value, at)
         left join field_mask k on k.entity = v.entity and k.field = v.field
         order by v.at",
    )
    .bind(entities)
    .bind(fields)
    .bind(texts)
    .fetch_all(pool)
    .await
}
