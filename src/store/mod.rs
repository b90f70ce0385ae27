//! PostgreSQL: the private cluster, the pool, migrations, reference data, plan → SQL (pure), rows out.
//! Nothing here names async-graphql, and nothing above writes SQL for entity tables.

pub mod apart;
pub mod cluster;
pub mod connections;
pub mod database;
pub mod deadline;
pub mod fields;
pub mod id;
pub mod migrate;
pub mod once;
pub mod pg_type;
pub mod public;
pub mod record;
pub mod redirect;
pub mod reference;
pub mod reference_id;
pub mod row;
pub mod run;
pub mod select;
pub mod sizes;
pub mod sources;
pub mod territory;
pub mod today;
pub mod turns;
