//! PostgreSQL: the private cluster, the pool, migrations, reference data, plan → SQL (pure), rows out.
//! Nothing here names async-graphql, and nothing above writes SQL for entity tables.

pub mod id;
pub mod record;
pub mod reference_id;
