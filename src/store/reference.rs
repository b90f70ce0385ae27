//! Reference data: administrative units, product groups, agencies. (under construction)

use sqlx::PgPool;

/// Loads the reference data; running it again changes nothing.
pub async fn load(_pool: &PgPool) -> anyhow::Result<()> {
    Ok(())
}
