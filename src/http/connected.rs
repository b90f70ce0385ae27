//! How many connections stand, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::access::{Caller, Subject};

/// How many connections stand, and how slow they may be.
#[derive(Debug, Clone)]
pub struct Connected {
    /// In all.
    pub connections: usize,
    /// From one address.
    pub from_one: usize,
    /// Longest a request's head may take, and a connection may stand without a request.
    pub header_timeout: Duration,
    /// Longest a caller may leave unread what was written.
    pub stall_timeout: Duration,
}

impl Default for Connected {
    fn default() -> Self {
        Self {
            connections: 2000,
            from_one: 1000,
            header_timeout: Duration::from_secs(20),
            stall_timeout: Duration::from_secs(30),
        }
    }
}

/// Counts connections.
#[derive(Debug, Clone, Default)]
pub(super) struct Count(Arc<Mutex<Standing>>);

#[derive(Debug, Default)]
struct Standing {
    all: usize,
    from: HashMap<Subject, usize>,
}

/// One connection, counted until it is dropped.
#[derive(Debug)]
pub(super) struct Counted {
    count: Count,
    from: Subject,
}

impl Count {
    /// Counts a connection; none: there are too many.
    pub fn add(&self, address: IpAddr, most: &Connected) -> Option<Counted> {
        let from = Subject::of(&Caller { address: Some(address), ..Caller::default() });
        let mut standing = self.lock();
        let here = standing.from.get(&from).copied().unwrap_or_default();
        if standing.all >= most.connections || here >= most.from_one {
            return None;
        }
        standing.all += 1;
        standing.from.insert(from.clone(), here + 1);
        drop(standing);
        Some(Counted { count: self.clone(), from })
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut standing = self.count.lock();
        standing.all -= 1;
        if let Some(here) = standing.from.get_mut(&self.from) {
            *here -= 1;
            if *here == 0 {
                standing.from.remove(&self.from);
            }
        }
    }
}
