//! Whose turn it is at the database. Dear questions have half of its connections, and of each caller's only some run at
//! once, so that what one asks in plenty keeps nobody else waiting, nor that caller's own small questions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer::Request;
use super::run::estimate::Bill;
use crate::access::{Caller, Identity, Subject};
use crate::store::turns::Lane;

/// Units from which a question is dear: some thousands of rows looked through.
const LOOKS_THROUGH: i64 = 50;
/// Objects from which it is.
const READS: i64 = 1_000;
/// Callers remembered before those who ask nothing now are forgotten.
const REMEMBERED: usize = 1_024;

/// Who runs, and who waits.
#[derive(Debug)]
pub(super) struct Turns {
    connections: usize,
    /// Statements of all, and those of dear questions.
    quick: Arc<Semaphore>,
    dear: Arc<Semaphore>,
    each: Mutex<HashMap<Subject, Weak<Lanes>>>,
}

/// One caller's.
#[derive(Debug)]
struct Lanes {
    quick: Way,
    dear: Way,
}

/// Questions of one kind: how many are under way, and how many statements of theirs.
#[derive(Debug)]
struct Way {
    questions: Arc<Semaphore>,
    statements: Arc<Semaphore>,
}

/// A question may run until this is dropped.
#[derive(Debug, Default)]
pub(super) struct Turn {
    lane: Option<Lane>,
    _own: Option<(Arc<Lanes>, OwnedSemaphorePermit)>,
}

impl Turn {
    /// Runs a question.
    pub async fn run<T>(&self, question: impl Future<Output = T>) -> T {
        match self.lane.clone() {
            Some(lane) => lane.run(question).await,
            None => question.await,
        }
    }
}

fn room(places: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(places))
}

impl Turns {
    /// Turns at a database with so many connections.
    pub fn new(connections: u32) -> Self {
        let connections = usize::try_from(connections).unwrap_or(1).clamp(1, 10_000);
        let (quick, dear) = (room(connections), room(connections.div_ceil(2)));
        Self { connections, quick, dear, each: Mutex::default() }
    }

    /// Waits for the caller's turn. What the hub asks itself, for somebody who has one, waits for none.
    pub async fn take(&self, request: &Request, bill: Bill) -> Turn {
        match request.own {
            true => Turn::default(),
            false => self.of(&request.caller, bill).await,
        }
    }

    async fn of(&self, caller: &Caller, bill: Bill) -> Turn {
        if caller.identity == Identity::Operator {
            return Turn::default();
        }
        let lanes = self.lanes(Subject::of(caller));
        let (way, of_all) = match bill.fixed >= LOOKS_THROUGH || bill.objects >= READS {
            true => (&lanes.dear, &self.dear),
            false => (&lanes.quick, &self.quick),
        };
        let lane = Lane { own: Arc::clone(&way.statements), of_all: Arc::clone(of_all) };
        // It is never closed.
        let Ok(own) = Arc::clone(&way.questions).acquire_owned().await else { return Turn::default() };
        Turn { lane: Some(lane), _own: Some((lanes, own)) }
    }

    fn lanes(&self, subject: Subject) -> Arc<Lanes> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lanes) = each.get(&subject).and_then(Weak::upgrade) {
            return lanes;
        }
        if each.len() >= REMEMBERED {
            each.retain(|_, lanes| lanes.strong_count() > 0);
        }
        let all = self.connections;
        let quarter = all.div_ceil(4);
        // Twice the connections, so that none is idle while an answer is written.
        let quick = Way { questions: room(all * 2), statements: room((all - all / 4).max(1)) };
        let dear = Way { questions: room(quarter), statements: room(quarter) };
        let lanes = Arc::new(Lanes { quick, dear });
        each.insert(subject, Arc::downgrade(&lanes));
        lanes
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const DEAR: Bill = Bill { rows: 0, objects: 0, fixed: LOOKS_THROUGH };
    const SMALL: Bill = Bill { rows: 20, objects: 20, fixed: 1 };

    fn at(address: [u8; 4]) -> Caller {
        Caller { address: Some(address.into()), ..Caller::default() }
    }

    /// What of so many the caller may run at once.
    fn run(turns: &Turns, caller: &Caller, bill: Bill, times: usize) -> Vec<Turn> {
        (0..times).filter_map(|_| turns.of(caller, bill).now_or_never()).collect()
    }

    #[test]
    fn dear_questions_of_one_keep_neither_others_nor_their_own_small_ones_waiting() {
        let (turns, one, other) = (Turns::new(16), at([192, 0, 2, 1]), at([192, 0, 2, 2]));
        let dear = run(&turns, &one, DEAR, 50);
        assert_eq!(dear.len(), 4);
        assert_eq!(run(&turns, &one, Bill { fixed: 0, objects: READS, rows: 0 }, 1).len(), 0, "as dear");
        assert_eq!(run(&turns, &one, SMALL, 50).len(), 32);
        assert_eq!(run(&turns, &other, DEAR, 50).len(), 4);
        drop(dear);
        assert_eq!(run(&turns, &one, DEAR, 50).len(), 4, "turns come back");
    }

    #[test]
    fn statements_of_dear_questions_leave_half_of_the_connections_to_others() {
        let turns = Turns::new(16);
        let all: Vec<Turn> = (1..=9).flat_map(|n| run(&turns, &at([192, 0, 2, n]), DEAR, 3)).collect();
        let turn = || crate::store::turns::turn();
        let held: Vec<_> =
            all.iter().cycle().take(100).filter_map(|t| t.run(turn()).now_or_never()).collect();
        assert_eq!(held.len(), 8, "of nine callers, each with a place for four");
        let small = run(&turns, &at([192, 0, 2, 1]), SMALL, 1);
        let own: Vec<_> = (0..100).filter_map(|_| small[0].run(turn()).now_or_never()).collect();
        assert_eq!(own.len(), 12, "one caller's leave a quarter to others");
        assert_eq!(run(&turns, &Caller::operator(), DEAR, 100).len(), 100, "the hub itself waits for nobody");
    }

    #[test]
    fn who_asks_nothing_is_forgotten() {
        let turns = Turns::new(1);
        for n in 0..=u16::MAX {
            let [high, low] = n.to_be_bytes();
            assert_eq!(run(&turns, &at([192, 0, high, low]), SMALL, 1).len(), 1);
        }
        assert!(turns.each.lock().expect("nobody panicked").len() <= REMEMBERED);
    }
}
