//! Answers on their way. What a caller does not read stands in the hub's memory: there is so much room for it, of all and
//! of one caller, and a request counts as under way until its answer is written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::json;

use super::admission::{Kind, Pass, overloaded, too_many};
use super::refusal::Refusal;
use crate::access::{Caller, Subject};
use crate::error::Fault;

/// Bytes of one answer, of all that one caller has not read, and of all.
const LARGEST: usize = 16 << 20;
const OF_ONE: usize = 32 << 20;
const OF_ALL: usize = 64 << 20;

/// How it is told that there is no room.
const ANSWERS: Kind = Kind {
    en: "bytes of answers",
    vi: "byte câu trả lời",
    limits: ("answers_at_once", "answers_of_one"),
    later: "1",
};

/// Room for answers on their way; cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Sending(Arc<Mutex<Bodies>>);

#[derive(Debug, Default)]
struct Bodies {
    all: usize,
    of_one: HashMap<Subject, usize>,
}

/// An answer until it is written: its bytes, their room, and its request's place.
struct Answer {
    body: Vec<u8>,
    of: Subject,
    room: Sending,
    _pass: Pass,
}

impl AsRef<[u8]> for Answer {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let mut bodies = self.room.bodies();
        bodies.all -= self.body.len();
        if let Some(own) = bodies.of_one.get_mut(&self.of) {
            *own -= self.body.len();
            if *own == 0 {
                bodies.of_one.remove(&self.of);
            }
        }
    }
}

impl Sending {
    /// An answer's bytes, which hold its room until they are gone. What tells of a deed that is `done` is sent in any
    /// case.
    pub fn send(&self, caller: &Caller, body: Vec<u8>, pass: Pass, done: bool) -> Result<Bytes, Refusal> {
        let (of, size) = (Subject::of(caller), body.len());
        if size > LARGEST && !done {
            return Err(too_large(size));
        }
        let mut bodies = self.bodies();
        let own = bodies.of_one.get(&of).copied().unwrap_or_default();
        if own + size > OF_ONE && !done {
            return Err(too_many(&ANSWERS, OF_ONE));
        }
        if bodies.all + size > OF_ALL && !done {
            return Err(overloaded(&ANSWERS, OF_ALL));
        }
        bodies.all += size;
        *bodies.of_one.entry(of.clone()).or_default() += size;
        drop(bodies);
        Ok(Bytes::from_owner(Answer { body, of, room: self.clone(), _pass: pass }))
    }

    fn bodies(&self) -> MutexGuard<'_, Bodies> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_large(size: usize) -> Refusal {
    let fault = Fault::new(
        "ANSWER_TOO_LARGE",
        format!(
            "The answer has {size} bytes; the limit is {LARGEST}. Ask for smaller pages or fewer fields."
        ),
        format!("Câu trả lời dài {size} byte, tối đa {LARGEST}. Hãy giảm số dòng mỗi trang hoặc số trường."),
    );
    let limit = json!({ "name": "answer_bytes", "given": size, "allowed": LARGEST });
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, fault).with_detail("limit", limit)
}

#[cfg(test)]
mod tests {
    use super::super::admission::{Admission, AtOnce};
    use super::*;

    #[tokio::test]
    async fn what_is_not_read_takes_room_until_it_is_gone() {
        let (admission, sending) = (Admission::new(AtOnce::of(100, 100)), Sending::default());
        let at = |last: u8| Caller { address: Some([10, 0, 0, last].into()), ..Caller::default() };
        let send = async |caller: &Caller, size: usize, done: bool| {
            let Ok(pass) = admission.enter(caller).await else { panic!("no place") };
            sending.send(caller, vec![b'x'; size], pass, done)
        };
        let code = |sent: Result<Bytes, Refusal>| sent.err().map(|refusal| refusal.code());
        assert_eq!(code(send(&at(1), LARGEST + 1, false).await), Some("ANSWER_TOO_LARGE"));
        let mut held = Vec::new();
        for caller in [1, 1, 2, 2] {
            let Ok(sent) = send(&at(caller), LARGEST, false).await else { panic!("no room") };
            held.push(sent);
        }
        assert_eq!(code(send(&at(1), 1, false).await), Some("TOO_MANY_REQUESTS_AT_ONCE"));
        assert_eq!(code(send(&at(3), 1, false).await), Some("OVERLOADED"));
        assert_eq!(send(&at(3), 1, true).await.map(|sent| sent.len()).ok(), Some(1), "a deed is told of");
        // A part of it that is kept keeps all of it.
        let part = held[0].slice(..10);
        drop(held);
        assert_eq!(part.len(), 10);
        assert!(code(send(&at(1), LARGEST, false).await).is_none());
        assert!(code(send(&at(3), LARGEST, false).await).is_none());
    }
}
