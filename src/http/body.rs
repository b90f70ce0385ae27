//! Reads a request's body up to a limit, without copying it when it comes in one piece.

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::StreamExt;

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    #[error("the body is larger than the limit")]
    TooLarge,
    #[error("the connection broke while the body was read")]
    Broken(#[source] axum::Error),
}

/// The whole body; `declared` is its Content-Length, refused before a byte is read when above `limit`.
pub(super) async fn read(body: Body, declared: Option<u64>, limit: usize) -> Result<Bytes, BodyError> {
    if declared.is_some_and(|length| length > limit as u64) {
        return Err(BodyError::TooLarge);
    }
    let mut chunks = body.into_data_stream();
    let Some(first) = next(&mut chunks).await? else { return Ok(Bytes::new()) };
    if first.len() > limit {
        return Err(BodyError::TooLarge);
    }
    let Some(second) = next(&mut chunks).await? else { return Ok(first) };
    let mut whole = first.to_vec();
    let mut chunk = Some(second);
    while let Some(piece) = chunk {
        if whole.len() + piece.len() > limit {
            return Err(BodyError::TooLarge);
        }
        whole.extend_from_slice(&piece);
        chunk = next(&mut chunks).await?;
    }
    Ok(whole.into())
}

async fn next(chunks: &mut BodyDataStream) -> Result<Option<Bytes>, BodyError> {
    chunks.next().await.transpose().map_err(BodyError::Broken)
}
