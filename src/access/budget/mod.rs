//! How much callers may ask for: a leaky bucket for each, shared by all hubs on a database. A hub takes slices of
//! a bucket and pays requests out of them; what it does not need goes back. So no request waits for the database,
//! and what is granted beyond a bucket is at most a slice for each hub.

mod ledger;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use tokio::task::JoinHandle;

use self::ledger::{Ledger, Return, Taken, Wish};
use super::{Caller, Identity, Role, Subject};

/// How long a hub that stops waits for what it is still being given.
const SETTLING: Duration = Duration::from_secs(2);

/// What a bucket holds and gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Units it holds when full.
    pub capacity: i64,
    /// Units it gains each second.
    pub refill: i64,
}

impl Rule {
    /// What a hub takes of a bucket at once.
    fn slice(self) -> i64 {
        (self.capacity / 50).max(1)
    }

    /// How long an empty bucket takes to be full; none: for ever.
    pub fn window(self) -> Option<Duration> {
        time(self.capacity, self.refill)
    }
}

/// Seconds, rounded up, until so many units have come.
fn time(units: i64, refill: i64) -> Option<Duration> {
    let units = u64::try_from(units).unwrap_or(0);
    match u64::try_from(refill) {
        _ if units == 0 => Some(Duration::ZERO),
        Ok(refill) if refill > 0 => Some(Duration::from_secs(units.div_ceil(refill))),
        _ => None,
    }
}

/// How a caller's bucket stands, as far as this hub knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What it holds and gains.
    pub rule: Rule,
    /// What may still be asked for.
    pub remaining: i64,
}

impl Standing {
    /// How long until it is full; none: never.
    pub fn full_in(&self) -> Option<Duration> {
        time(self.rule.capacity - self.remaining, self.rule.refill)
    }

    /// How long until there is enough for `cost`; none: never.
    pub fn enough_in(&self, cost: i64) -> Option<Duration> {
        if cost > self.rule.capacity {
            return None;
        }
        time(cost - self.remaining, self.rule.refill)
    }
}

/// The rule of each role; none: as much as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules(pub [(Role, Option<Rule>); 5]);

impl Default for Rules {
    fn default() -> Self {
        let known = Some(Rule { capacity: 60_000_000, refill: 1_000_000 });
        Self([
            (Role::Public, Some(Rule { capacity: 15_000_000, refill: 250_000 })),
            (Role::Partner, known),
            (Role::Agency, known),
            (Role::Steward, known),
            (Role::Admin, known),
        ])
    }
}

impl Rules {
    fn of(&self, caller: &Caller) -> Option<Rule> {
        if caller.identity == Identity::Operator {
            return None;
        }
        self.0.iter().find(|(role, _)| *role == caller.role).and_then(|(_, rule)| *rule)
    }
}

/// Everybody's budgets.
#[derive(Debug, Clone)]
pub struct Budgets {
    rules: Rules,
    pool: PgPool,
    ledger: Arc<Mutex<Ledger>>,
}

/// What was paid, and for whom.
#[derive(Debug, Clone)]
pub struct Receipt {
    subject: Subject,
    /// How the bucket stands.
    pub standing: Standing,
}

impl Budgets {
    /// Budgets by these rules, in this database.
    pub fn new(rules: Rules, pool: PgPool) -> Self {
        Self { rules, pool, ledger: Arc::default() }
    }

    /// Pays `cost` for a caller. None: they have no budget; an error: not now.
    pub async fn pay(&self, caller: &Caller, cost: i64) -> Result<Option<Receipt>, Standing> {
        let Some(rule) = self.rules.of(caller) else { return Ok(None) };
        self.sweep();
        let subject = self.ledger().seat(Subject::of(caller));
        let mut taken = self.ledger().take(&subject, rule, cost, false, Instant::now());
        if taken == Taken::Short {
            // In a task of its own: who hangs up meanwhile leaves no half-fetched slice.
            if let Err(error) = self.fetch(&subject, cost).await {
                tracing::error!(%error, "fetching a budget did not end");
            }
            taken = self.ledger().take(&subject, rule, cost, true, Instant::now());
        }
        match taken {
            Taken::Paid { standing, lease } => {
                if lease {
                    self.fetch(&subject, 0);
                }
                Ok(Some(Receipt { subject, standing }))
            }
            Taken::Refused(standing) => Err(standing),
            Taken::Short => Ok(None),
        }
    }

    /// Gives back what a request turned out not to cost.
    pub fn refund(&self, receipt: &mut Receipt, unspent: i64) {
        if unspent > 0 {
            self.ledger().refund(&receipt.subject, unspent);
            let remaining = receipt.standing.remaining.saturating_add(unspent);
            receipt.standing.remaining = remaining.min(receipt.standing.rule.capacity);
        }
    }

    /// Gives back everything, also what is still being fetched; for a hub that stops.
    pub async fn settle(&self) {
        let until = Instant::now() + SETTLING;
        loop {
            let (back, waits) = {
                let mut ledger = self.ledger();
                (ledger.sweep(Instant::now(), true), ledger.waits())
            };
            give_back(&self.pool, back).await;
            if !waits || Instant::now() >= until {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Fetches a slice, in a task of its own.
    fn fetch(&self, subject: &Subject, cost: i64) -> JoinHandle<()> {
        let (own, subject) = (self.clone(), subject.clone());
        tokio::spawn(async move { own.lease(&subject, cost).await })
    }

    async fn lease(&self, subject: &Subject, cost: i64) {
        let Some(wish) = self.ledger().wish(subject, cost) else { return };
        let given = match lease(&self.pool, &wish).await {
            Ok(given) => Some(given),
            Err(error) => {
                tracing::warn!(%error, "a budget cannot be asked for; granted on credit");
                None
            }
        };
        self.ledger().leased(&wish, given, Instant::now());
    }

    fn sweep(&self) {
        let back = self.ledger().sweep(Instant::now(), false);
        if !back.is_empty() {
            let pool = self.pool.clone();
            tokio::spawn(async move { give_back(&pool, back).await });
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is granted of what is wanted, and what the bucket then holds. What was taken on credit goes first.
async fn lease(pool: &PgPool, wish: &Wish) -> sqlx::Result<(i64, f64)> {
    let (granted, level): (f64, f64) = sqlx::query_as(
        "insert into budget as b (subject, capacity, refill, level, granted, at)
         values ($1, $2, $3, $2 - $4 - greatest(0, least($5, $2 - $4)), greatest(0, least($5, $2 - $4)),
                 clock_timestamp())
         on conflict (subject) do update set (capacity, refill, level, granted, at) = (
           select $2, $3, r.refilled - $4 - g.granted, g.granted, clock_timestamp()
           from (select least($2, b.level + $3 * extract(epoch from clock_timestamp() - b.at)::float8)
                   as refilled) r,
                lateral (select greatest(0, least($5, r.refilled - $4)) as granted) g)
         returning granted, level",
    )
    .bind(wish.subject.as_str())
    .bind(wish.rule.capacity as f64)
    .bind(wish.rule.refill as f64)
    .bind(wish.owed as f64)
    .bind(wish.wanted as f64)
    .fetch_one(pool)
    .await?;
    Ok((granted as i64, level))
}

/// Writes what goes back, and forgets the buckets that are full.
async fn give_back(pool: &PgPool, back: Vec<Return>) {
    let subjects: Vec<&str> = back.iter().map(|one| one.subject.as_str()).collect();
    let numbers = |of: fn(&Return) -> i64| back.iter().map(|one| of(one) as f64).collect::<Vec<f64>>();
    let written = sqlx::query(
        "with full_again as (
           delete from budget
           where level + refill * extract(epoch from now() - at)::float8 >= capacity and subject <> all($1))
         insert into budget as b (subject, capacity, refill, level, at)
         select subject, capacity, refill, capacity + back, now()
         from unnest($1::text[], $2::float8[], $3::float8[], $4::float8[]) as t (subject, capacity, refill, back)
         on conflict (subject) do update
         set level = least(excluded.capacity,
                           b.level + excluded.refill * extract(epoch from now() - b.at)::float8
                             + excluded.level - excluded.capacity),
             at = now()",
    )
    .bind(&subjects)
    .bind(numbers(|one| one.rule.capacity))
    .bind(numbers(|one| one.rule.refill))
    .bind(numbers(|one| one.back))
    .execute(pool)
    .await;
    if let Err(error) = written {
        tracing::warn!(%error, "what is left of budgets cannot be given back");
    }
}
