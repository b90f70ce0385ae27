//! Reads a request's body up to a limit, without copying it when it comes in one piece. All bodies together take so much
//! room: a thousand callers may send at once, and what they sent is many times as large once it is read.

use std::sync::Arc;

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::admission::Kind;

/// Bytes of a body that count for nothing: hardly a request is larger, so that whoever holds all room by sending slowly
/// keeps hardly anybody waiting.
const FREE: usize = 32 << 10;
/// Bytes of all others, in all.
const ROOM: usize = 8 << 20;

/// How it is told that there is none left.
pub(super) const ROOM_OF_ALL: Kind = Kind {
    en: "bytes of bodies",
    vi: "byte thân yêu cầu",
    limits: ("bodies_at_once", "body_bytes"),
    later: "1",
};

/// Room for the bodies of requests until they are answered.
#[derive(Debug)]
pub(super) struct Room {
    bytes: usize,
    free: Arc<Semaphore>,
}

/// What a body takes of it.
#[derive(Debug, Default)]
pub(super) struct Taken(Option<OwnedSemaphorePermit>);

impl Room {
    /// For bodies of at most so many bytes.
    pub fn new(largest: usize) -> Self {
        let bytes = ROOM.max(largest).min(Semaphore::MAX_PERMITS);
        Self { bytes, free: Arc::new(Semaphore::new(bytes)) }
    }

    /// How much there is in all.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes as much as a body that has grown by a piece to so many bytes needs more.
    fn take(&self, taken: &mut Taken, piece: usize, grown: usize) -> Result<(), BodyError> {
        let more = grown.saturating_sub(FREE).min(piece);
        let more = u32::try_from(more).map_err(|_| BodyError::NoRoom)?;
        if more == 0 {
            return Ok(());
        }
        let permit = Arc::clone(&self.free).try_acquire_many_owned(more).map_err(|_| BodyError::NoRoom)?;
        match &mut taken.0 {
            Some(held) => held.merge(permit),
            none => *none = Some(permit),
        }
        Ok(())
    }
}

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    #[error("the body is larger than the limit")]
    TooLarge,
    #[error("there is no room for the body beside all others")]
    NoRoom,
    #[error("the connection broke while the body was read")]
    Broken(#[source] axum::Error),
}

/// The whole body, and the room it takes; `declared` is its Content-Length, refused before a byte is read when above
/// `limit`.
pub(super) async fn read(
    body: Body,
    declared: Option<u64>,
    limit: usize,
    room: &Room,
) -> Result<(Bytes, Taken), BodyError> {
    if declared.is_some_and(|length| length > limit as u64) {
        return Err(BodyError::TooLarge);
    }
    let (mut chunks, mut taken) = (body.into_data_stream(), Taken::default());
    let Some(first) = next(&mut chunks).await? else { return Ok((Bytes::new(), taken)) };
    if first.len() > limit {
        return Err(BodyError::TooLarge);
    }
    room.take(&mut taken, first.len(), first.len())?;
    let Some(second) = next(&mut chunks).await? else { return Ok((first, taken)) };
    let mut whole = first.to_vec();
    let mut chunk = Some(second);
    while let Some(piece) = chunk {
        if whole.len() + piece.len() > limit {
            return Err(BodyError::TooLarge);
        }
        room.take(&mut taken, piece.len(), whole.len() + piece.len())?;
        whole.extend_from_slice(&piece);
        chunk = next(&mut chunks).await?;
    }
    Ok((whole.into(), taken))
}

async fn next(chunks: &mut BodyDataStream) -> Result<Option<Bytes>, BodyError> {
    chunks.next().await.transpose().map_err(BodyError::Broken)
}
