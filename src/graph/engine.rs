//! The engine: one document in, one answer out. Documents are parsed, priced and validated once, plans
//! made once for each shape of variables.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use apollo_compiler::executable::{Field, Operation as Executable};
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tracing::Instrument;

use super::act::{Acting, Acts};
use super::answer::{Answer, Cost, Outcome, Refusal, Request, Stats};
use super::ask::Asking;
use super::cache::Cache;
use super::document::Documents;
use super::limits::{self, Limits};
use super::loader::Loader;
use super::lower::{Lowering, lower};
use super::place::Places;
use super::plan::Plan;
use super::run::{DeskOf, Running, Written};
use super::sorting::Sorting;
use super::turns::{Turn, Turns};
use super::{charge, indicator, picked, refusal, schema, shape};
use crate::access::budget::Budgets;
use crate::access::{Audit, Keys, Role, Viewer};
use crate::catalog::{Catalog, Operation};
use crate::clock::Clock;
use crate::pipeline::Pipeline;
use crate::store::connections::Connections;
use crate::store::id::hexadecimal;

/// Documents and plans kept; in two generations, so at most twice as many.
const KEPT: usize = 1000;
/// Bytes of documents kept. A parsed one takes some hundred times as much as its text.
const KEPT_TEXT: usize = 512 << 10;
/// Bytes of statements kept in plans.
const KEPT_SQL: usize = 8 << 20;

pub(super) type DocumentKey = [u8; 32];
type PlanKey = (DocumentKey, Option<String>, String, Viewer, bool);

/// Answers GraphQL requests over one catalog and one database.
pub struct Engine {
    pub(super) catalog: Arc<Catalog>,
    /// Where it reads the time.
    pub(super) clock: Clock,
    /// Types whose values are part of the shape of variables.
    structural: HashSet<String>,
    pub(super) database: Connections,
    pub(super) loader: Loader,
    pub(super) places: Arc<Places>,
    pub(super) sorting: Sorting,
    /// So that nobody keeps others waiting.
    turns: Turns,
    /// Who read personal data, and who did what.
    pub(super) audit: Arc<Audit>,
    /// Operations bound by hand; none: this engine only reads.
    acts: Option<Acts>,
    /// Judges documents by the published SDL.
    pub(super) judge: Documents,
    /// For introspection and what is unusual.
    pub(super) executor: async_graphql::dynamic::Schema,
    /// Answers of the executor are large, and made without a pause: one at a time.
    pub(super) introspecting: Semaphore,
    sdl: String,
    limits: Limits,
    /// What callers may ask for; none: as much as they like.
    pub(super) budgets: Option<Budgets>,
    documents: Cache<DocumentKey, Arc<Valid<ExecutableDocument>>>,
    plans: Cache<PlanKey, Arc<Plan>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

/// A request error: execution did not begin.
pub(super) struct Refused {
    pub refusal: Refusal,
    pub errors: Vec<serde_json::Value>,
}

/// What a request is before anything is sent.
pub(super) struct Ready {
    pub document: Arc<Valid<ExecutableDocument>>,
    pub variables: Valid<JsonMap>,
    pub plan: Arc<Plan>,
}

impl Engine {
    /// An engine over `catalog`, reading from `pool`, under the customary limits.
    pub fn new(catalog: Arc<Catalog>, pool: PgPool) -> anyhow::Result<Self> {
        Self::limited(catalog, pool, Limits::default())
    }

    /// An engine under these limits.
    pub fn limited(catalog: Arc<Catalog>, pool: PgPool, limits: Limits) -> anyhow::Result<Self> {
        let executor = schema::build(&catalog, &limits)?;
        let sdl = schema::sdl(&executor);
        let judge = Documents::new(&sdl)?.limited(limits);
        let (documents, plans) = (Cache::new(KEPT, KEPT_TEXT), Cache::new(KEPT, KEPT_SQL));
        let database = Connections::beside(&pool)?;
        let (loader, places) = (Loader::new(database.clone()), Arc::new(Places::new(database.clone())));
        let sorting = Sorting::new(database.clone());
        let turns = Turns::new(pool.options().get_max_connections());
        let structural = schema::structural(&catalog);
        let (acts, clock) = (None, Clock::System);
        indicator::check(&catalog, &judge)?;
        Ok(Self {
            catalog,
            clock,
            structural,
            database,
            loader,
            places,
            sorting,
            turns,
            audit: Audit::new(&pool, clock),
            acts,
            judge,
            executor,
            introspecting: Semaphore::new(1),
            sdl,
            limits,
            budgets: None,
            documents,
            plans,
        })
    }

    /// The same engine, which also runs operations, by `pipeline` and on `keys`.
    pub fn acting(self, pipeline: Arc<Pipeline>, keys: Arc<Keys>) -> Self {
        let (places, clock) = (Arc::clone(&self.places), pipeline.clock);
        let audit = Arc::clone(&pipeline.audit);
        let acts = Some(Acts::new(pipeline, places, keys, Arc::clone(&audit)));
        Self { clock, audit, acts, ..self }
    }

    /// The same engine, which reads the time elsewhere.
    pub fn at(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same engine, which lets callers ask for as much as their budgets allow.
    pub fn budgeted(self, budgets: Budgets) -> Self {
        Self { budgets: Some(budgets), ..self }
    }

    /// Gives back what this hub holds of everybody's budgets.
    pub async fn close(&self) {
        if let Some(budgets) = &self.budgets {
            budgets.settle().await;
        }
    }

    /// The same engine, which tells of the schema to this role and those above, or to nobody.
    pub fn telling(self, least: Option<Role>) -> Self {
        Self { judge: self.judge.telling(least), ..self }
    }

    /// Whether whoever asks may learn of the schema from the hub itself.
    pub fn tells_schema(&self, role: Role) -> bool {
        self.judge.tells_to(role)
    }

    /// Whether the request asks for something to be done, which may take longer than reading, and by somebody
    /// who may act.
    pub fn is_act(&self, request: &Request) -> bool {
        let operations = &self.catalog.operations;
        // Most documents name no operation at all; only the others are looked into.
        let named = |(name, operation): (&String, &Operation)| {
            !operation.reads && request.query.contains(name.as_str())
        };
        if !request.caller.is_known() || !operations.mutations.iter().chain(&operations.queries).any(named) {
            return false;
        }
        let digest: DocumentKey = Sha256::digest(request.query.as_bytes()).into();
        let Ok(document) = self.document(request, digest) else { return false };
        let Ok(operation) = document.operations.get(request.operation_name.as_deref()) else { return false };
        let acts =
            |field: &Node<Field>| operations.queries.get(field.name.as_str()).is_some_and(|o| !o.reads);
        !operation.is_query() || operation.root_fields(&document).any(acts)
    }

    /// The published SDL.
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// Answers one request.
    pub async fn execute(&self, request: Request) -> Answer {
        self.answer(request, false).await
    }

    /// Answers as [`execute`](Self::execute) does, but lets async-graphql's executor pick every value out
    /// of the plan's answer: the other road, for comparison in tests.
    pub async fn execute_by_executor(&self, request: Request) -> Answer {
        self.answer(request, true).await
    }

    /// The SQL that a request would send, each statement before those that continue from its rows, and in the end
    /// what may be sent in the place of two of them. None when the request would be refused.
    pub fn explain(&self, request: &Request) -> Option<Vec<Arc<str>>> {
        let digest: DocumentKey = Sha256::digest(request.query.as_bytes()).into();
        let document = self.document(request, digest).ok()?;
        let operation = document.operations.get(request.operation_name.as_deref()).ok()?;
        let variables = self.judge.variables(operation, request).ok()?;
        let plan = self.plan(request, &document, operation, &variables, false).ok()?;
        Some(plan.statements().into_iter().chain(plan.joint().cloned()).collect())
    }

    async fn answer(&self, request: Request, by_executor: bool) -> Answer {
        let digest: DocumentKey = Sha256::digest(request.query.as_bytes()).into();
        let mut stats = Stats { document_hash: hexadecimal(&digest[..8]), ..Stats::default() };
        let first_code = |errors: &[serde_json::Value]| {
            let code = errors.first().and_then(|e| e["extensions"]["code"].as_str());
            code.unwrap_or_default().to_owned()
        };
        match Box::pin(self.run(&request, digest, by_executor, &mut stats)).await {
            Ok(written) => {
                stats.error_code = first_code(&written.errors);
                let outcome = Outcome::of(&written.errors);
                let body = refusal::executed(&written, self.extensions(&request, &stats).as_ref());
                Answer { outcome, body, stats }
            }
            Err(refused) => {
                stats.error_code = first_code(&refused.errors);
                let outcome = match Outcome::of(&refused.errors) {
                    Outcome::Unavailable => Outcome::Unavailable,
                    _ => Outcome::Refused(refused.refusal),
                };
                let mut body = serde_json::json!({ "errors": refused.errors });
                if let Some(extensions) = self.extensions(&request, &stats) {
                    body["extensions"] = extensions;
                }
                let body = body.to_string().into_bytes();
                Answer { outcome, body, stats }
            }
        }
    }

    pub(super) async fn run(
        &self,
        request: &Request,
        digest: DocumentKey,
        by_executor: bool,
        stats: &mut Stats,
    ) -> Result<Written, Refused> {
        let Ready { document, variables, plan } = self.ready(request, digest, by_executor, stats)?;
        let bill = self.bill(&plan, &variables, request).await?;
        stats.cost = Some(Cost { estimated: bill.total(), ..Cost::default() });
        let sorted = self.sorting.check(&plan.sorts).await;
        sorted.map_err(|error| refusal::one(Refusal::TooLarge, &error, request))?;
        let desk = DeskOf(self.desk(request));
        if desk.0.is_none() && plan.does_something() {
            return Err(refusal::one(Refusal::Forbidden, &refusal::forbidden(), request));
        }
        if request.dry_run {
            return Ok(Written { data: b"null".to_vec(), errors: Vec::new() });
        }
        let receipt = self.begin(&plan, &variables, bill, request, stats).await?;
        // What does something has queues of its own, and may take its time.
        let turn = match plan.does_something() {
            true => Turn::default(),
            false => self.turns.take(request, bill).await,
        };
        let asking = Asking::new(self, request);
        let mut running = Running::new(&self.database, &self.loader, &variables, asking, desk);
        running.find(&plan, &self.places).await;
        if plan.introspects() {
            running.introspected = self.introspected(request, &document, &variables).await?;
        }
        let run = running.run(&plan).instrument(tracing::debug_span!("graph.run"));
        // Figures ask the hub itself from within: what waits stands on the heap, and not on one stack.
        let written = turn.run(Box::pin(run)).await;
        let objects = running.objects.load(Ordering::Relaxed);
        charge::spent(&[running], stats);
        self.settle(bill, objects, receipt, stats);
        match by_executor {
            true => picked::by_executor(&self.executor, request, &document, &variables, written).await,
            false => Ok(written),
        }
    }

    /// Document, variables and plan of a request.
    pub(super) fn ready(
        &self,
        request: &Request,
        digest: DocumentKey,
        by_executor: bool,
        stats: &mut Stats,
    ) -> Result<Ready, Refused> {
        let document = self.document(request, digest)?;
        let operation = document
            .operations
            .get(request.operation_name.as_deref())
            .map_err(|e| refusal::one(Refusal::Invalid, &refusal::no_operation(&e), request))?;
        stats.operation_name = operation.name.as_ref().map(|n| n.to_string());
        stats.operation_type = operation.operation_type.name();
        if request.queries_only && !operation.is_query() {
            return Err(refusal::one(Refusal::NotAQuery, &refusal::not_a_query(), request));
        }
        let bytes = charge::weight(&request.variables);
        let most = self.limits(request).variables_bytes;
        if bytes > most {
            let error = refusal::too_many_bytes("variables_bytes", bytes, most);
            return Err(refusal::one(Refusal::TooLarge, &error, request));
        }
        let variables = self.judge.variables(operation, request)?;
        let named = request.operation_name.clone();
        let key = (
            digest,
            named,
            shape::shape(&variables, operation, &self.structural),
            request.caller.viewer(),
            by_executor,
        );
        let plan = match self.plans.get(&key) {
            Some(plan) => {
                stats.plan_cached = true;
                plan
            }
            None => {
                let _span = tracing::debug_span!("graph.plan").entered();
                let plan = self.plan(request, &document, operation, &variables, by_executor)?;
                // Literals of the document stand in the plan.
                let sql: usize = plan.statements().iter().chain(plan.joint()).map(|sql| sql.len()).sum();
                self.plans.insert(key, Arc::clone(&plan), request.query.len() + sql);
                plan
            }
        };
        Ok(Ready { document, variables, plan })
    }

    /// What binds a request.
    pub(super) fn limits(&self, request: &Request) -> Limits {
        if request.own { Limits::default() } else { self.limits }
    }

    pub(super) fn desk(&self, request: &Request) -> Option<(&Acts, Acting)> {
        let (caller, trace_id) = (Arc::clone(&request.caller), request.trace_id.clone());
        Some((self.acts.as_ref()?, Acting { caller, language: request.language, trace_id, once: None }))
    }

    pub(super) fn document(
        &self,
        request: &Request,
        digest: DocumentKey,
    ) -> Result<Arc<Valid<ExecutableDocument>>, Refused> {
        if let Some(known) = self.documents.get(&digest) {
            return Ok(known);
        }
        let _span = tracing::debug_span!("graph.validate").entered();
        let document = Arc::new(self.judge.validated(request)?);
        self.documents.insert(digest, Arc::clone(&document), request.query.len());
        Ok(document)
    }

    fn plan(
        &self,
        request: &Request,
        document: &ExecutableDocument,
        operation: &Executable,
        variables: &JsonMap,
        by_executor: bool,
    ) -> Result<Arc<Plan>, Refused> {
        let lowering = Lowering {
            catalog: &self.catalog,
            document,
            variables,
            viewer: request.caller.viewer(),
            name_types: by_executor,
            day: Default::default(),
            sorts: Default::default(),
            personal: Default::default(),
        };
        let roots = operation.root_fields(document).count();
        if operation.is_mutation() && roots > limits::MUTATIONS {
            return Err(refusal::one(Refusal::TooLarge, &refusal::too_much_to_do(roots), request));
        }
        let plan = lower(&lowering, operation)
            .map_err(|error| refusal::one(refusal::kind(&error), &error, request))?;
        if let Some(error) = plan.too_many_statements(self.limits(request).statements) {
            return Err(refusal::one(Refusal::TooLarge, &error, request));
        }
        Ok(Arc::new(plan))
    }
}
