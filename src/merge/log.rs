//! The log of changes: what each entity was before and after, and because of what. Written from the staged
//! rows, in the transaction that makes the change.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::field::Field;
use super::sync::{Table, Within, quoted};

/// Why entities change.
#[derive(Debug, Clone)]
pub struct Cause {
    /// `IMPORT`, `REVERT`, `FIX`, `JUDGEMENT`, `PIN` or `REBUILD`.
    pub kind: &'static str,
    /// The import, judgement or pin, where it is one.
    pub id: Option<Uuid>,
    /// The import, where it is one.
    pub import: Option<Uuid>,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The log of one entity type.
#[derive(Debug)]
pub struct Log<'a> {
    entity: &'a str,
    /// GraphQL names and columns, in pieces PostgreSQL takes as arguments.
    fields: Vec<(&'a str, &'a str)>,
    cause: &'a Cause,
}

/// Pairs that fit into one call: PostgreSQL takes 100 arguments.
const PAIRS: usize = 50;

impl<'a> Log<'a> {
    /// For a type with its fields.
    pub fn new(entity: &'a str, fields: &[Field<'a>], generated: &[String], cause: &'a Cause) -> Self {
        let own = fields.iter().filter(|f| !generated.iter().any(|g| g == f.column));
        Self { entity, fields: own.map(|f| (f.name, f.column)).collect(), cause }
    }

    /// Notes staged rows that differ from the table's.
    pub(super) async fn updates(
        &self,
        db: &mut PgConnection,
        table: &Table,
        staged: &str,
        differs: &str,
    ) -> sqlx::Result<()> {
        let sql = format!(
            "{} select $1, o.id, 'UPDATED', jsonb_without(o.old, o.new), jsonb_without(o.new, o.old), {}
             from (select t.id, {} as old, {} as new, n.cause_import
                   from {} t join {staged} n on n.id = t.id where {differs}) as o",
            INSERT,
            CAUSE.replace("$6", "coalesce($6, o.cause_import)"),
            self.json("t"),
            self.json("n"),
            quoted(&table.name),
        );
        self.run(db, sql, Within::All).await
    }

    /// Notes staged rows that the table does not have.
    pub(super) async fn inserts(
        &self,
        db: &mut PgConnection,
        table: &Table,
        staged: &str,
    ) -> sqlx::Result<()> {
        let sql = format!(
            "{} select $1, n.id, 'CREATED', null, jsonb_strip_nulls({}), {}
             from {staged} n where not exists (select from {} t where t.id = n.id)",
            INSERT,
            self.json("n"),
            CAUSE.replace("$6", "coalesce($6, n.cause_import)"),
            quoted(&table.name),
        );
        self.run(db, sql, Within::All).await
    }

    /// Notes rows `t` of the table that are about to go.
    pub(super) async fn deletes(
        &self,
        db: &mut PgConnection,
        table: &Table,
        gone: &str,
        within: Within<'_>,
    ) -> sqlx::Result<()> {
        let sql = format!(
            "{} select $1, t.id, 'DELETED', jsonb_strip_nulls({}), null, {} from {} t where {}",
            INSERT,
            self.json("t"),
            CAUSE,
            quoted(&table.name),
            gone.replace("$1", "$7"),
        );
        self.run(db, sql, within).await
    }

    async fn run(&self, db: &mut PgConnection, sql: String, within: Within<'_>) -> sqlx::Result<()> {
        let cause = self.cause;
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(self.entity)
            .bind(cause.kind)
            .bind(cause.id)
            .bind(&cause.by)
            .bind(cause.at)
            .bind(cause.import);
        let query = match within {
            Within::All => query,
            Within::Ids(_, ids) => query.bind(ids.to_vec()),
            Within::Texts(_, texts) => query.bind(texts.to_vec()),
        };
        query.execute(db).await.map(drop)
    }

    /// A row as JSON under the GraphQL names.
    fn json(&self, row: &str) -> String {
        let call = |pairs: &[(&str, &str)]| {
            let pairs: Vec<String> =
                pairs.iter().map(|(name, column)| format!("'{name}', {row}.{}", quoted(column))).collect();
            format!("jsonb_build_object({})", pairs.join(", "))
        };
        let calls: Vec<String> = self.fields.chunks(PAIRS).map(call).collect();
        format!("({})", calls.join(" || "))
    }
}

const INSERT: &str = "insert into entity_change
    (entity, entity_id, kind, old_values, new_values, cause, cause_id, changed_by, changed_at, import_id)";
const CAUSE: &str = "$2, $3, $4, $5, $6::uuid";
