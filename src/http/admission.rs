//! How much of a kind (requests, uploads, …) goes on at once, in all and of one caller. A few more wait a little; the
//! others are told at once to come back, before everybody waits for everybody.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{StatusCode, header};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::refusal::Refusal;
use crate::access::{Caller, Identity, Role, Subject};
use crate::error::Fault;

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// In English.
    pub en: &'static str,
    /// In Vietnamese.
    pub vi: &'static str,
    /// Names of the limits: in all, of one caller.
    pub limits: (&'static str, &'static str),
    /// Seconds after which a caller should come back.
    pub later: &'static str,
}

/// Requests that are answered.
const REQUESTS: Kind =
    Kind { en: "requests", vi: "yêu cầu", limits: ("requests_at_once", "at_once"), later: "1" };

/// How many requests run at once.
#[derive(Debug, Clone)]
pub struct AtOnce {
    /// In all.
    pub requests: usize,
    /// That wait for their turn beside these.
    pub waiting: usize,
    /// How long one waits.
    pub longest_wait: Duration,
    /// Of one key, person or address, by role.
    pub of_one: [(Role, usize); 5],
}

impl Default for AtOnce {
    fn default() -> Self {
        let of_one = Role::ALL.map(|role| (role, 256));
        Self { requests: 512, waiting: 512, longest_wait: Duration::from_secs(1), of_one }
    }
}

impl AtOnce {
    /// So many in all and of one caller; nobody waits.
    pub(super) fn of(all: usize, one: usize) -> Self {
        let of_one = Role::ALL.map(|role| (role, one));
        Self { requests: all, waiting: 0, longest_wait: Duration::ZERO, of_one }
    }
}

/// Counts who is in.
#[derive(Debug)]
pub(super) struct Admission {
    kind: Kind,
    options: AtOnce,
    room: Arc<Semaphore>,
    waiting: AtomicUsize,
    of_one: Arc<Mutex<HashMap<Subject, usize>>>,
}

/// Lets one request run; gives its place back when dropped.
#[derive(Debug)]
pub(super) struct Pass {
    _place: OwnedSemaphorePermit,
    _own: Option<Own>,
}

#[derive(Debug)]
struct Own {
    subject: Subject,
    of_one: Arc<Mutex<HashMap<Subject, usize>>>,
}

impl Drop for Own {
    fn drop(&mut self) {
        let mut of_one = lock(&self.of_one);
        if let Some(running) = of_one.get_mut(&self.subject) {
            *running -= 1;
            if *running == 0 {
                of_one.remove(&self.subject);
            }
        }
    }
}

impl Admission {
    /// For requests.
    pub fn new(options: AtOnce) -> Self {
        Self::counting(REQUESTS, options)
    }

    /// For something else.
    pub fn counting(kind: Kind, options: AtOnce) -> Self {
        let room = Arc::new(Semaphore::new(options.requests.min(Semaphore::MAX_PERMITS)));
        Self { kind, options, room, waiting: AtomicUsize::new(0), of_one: Arc::default() }
    }

    /// A place for one of the caller's.
    pub async fn enter(&self, caller: &Caller) -> Result<Pass, Refusal> {
        let own = self.own(caller)?;
        if let Ok(place) = Arc::clone(&self.room).try_acquire_owned() {
            return Ok(Pass { _place: place, _own: own });
        }
        let Some(_waiting) = self.wait() else { return Err(overloaded(&self.kind, self.options.requests)) };
        match timeout(self.options.longest_wait, Arc::clone(&self.room).acquire_owned()).await {
            Ok(Ok(place)) => Ok(Pass { _place: place, _own: own }),
            _ => Err(overloaded(&self.kind, self.options.requests)),
        }
    }

    /// What the caller has running, with this one.
    fn own(&self, caller: &Caller) -> Result<Option<Own>, Refusal> {
        if caller.identity == Identity::Operator {
            return Ok(None);
        }
        let most = self.options.of_one.iter().find(|(role, _)| *role == caller.role);
        let most = most.map_or(usize::MAX, |(_, most)| *most);
        let subject = Subject::of(caller);
        let mut of_one = lock(&self.of_one);
        let running = of_one.entry(subject.clone()).or_default();
        if *running >= most {
            return Err(too_many(&self.kind, most));
        }
        *running += 1;
        Ok(Some(Own { subject, of_one: Arc::clone(&self.of_one) }))
    }

    /// A seat in the waiting room; none: it is full.
    fn wait(&self) -> Option<Seat<'_>> {
        let seat = Seat(&self.waiting);
        (self.waiting.fetch_add(1, Ordering::Relaxed) < self.options.waiting).then_some(seat)
    }
}

struct Seat<'a>(&'a AtomicUsize);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lock(of_one: &Mutex<HashMap<Subject, usize>>) -> MutexGuard<'_, HashMap<Subject, usize>> {
    of_one.lock().unwrap_or_else(PoisonError::into_inner)
}

/// There is no room for anybody's.
pub(super) fn overloaded(kind: &Kind, most: usize) -> Refusal {
    let Kind { en, vi, limits, later } = *kind;
    let fault = Fault::new(
        "OVERLOADED",
        format!("The hub takes {most} {en} at once and cannot take more now; try again in {later} s."),
        format!("Hệ thống chỉ nhận {most} {vi} cùng lúc và đang quá tải; hãy thử lại sau {later} giây."),
    );
    let limit = json!({ "name": limits.0, "given": null, "allowed": most });
    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, fault).with_detail("limit", limit);
    refusal.with_header(header::RETRY_AFTER, later)
}

/// The caller has too much under way.
pub(super) fn too_many(kind: &Kind, most: usize) -> Refusal {
    let Kind { en, vi, limits, later } = *kind;
    let fault = Fault::new(
        "TOO_MANY_REQUESTS_AT_ONCE",
        format!("You have {most} {en} under way, the limit; wait until one is done."),
        format!("Đang có {most} {vi} cùng lúc, là mức tối đa; hãy đợi một việc hoàn tất."),
    );
    let limit = json!({ "name": limits.1, "given": most + 1, "allowed": most });
    let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, fault).with_detail("limit", limit);
    refusal.with_header(header::RETRY_AFTER, later)
}
