//! One source over HTTP: requests out, bytes in, within limits. What comes is not looked into but for the list
//! of a page.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use serde_json::Value;

use super::page;
use super::source::{Pages, Source};
use super::state::State;
use crate::error::Fault;
use crate::pipeline::Failure;

/// Redirects followed, to the same host alone: headers may hold passwords.
const REDIRECTS: usize = 5;
/// Longest a whole answer may take.
const WHOLE: Duration = Duration::from_secs(600);
/// Begins the fingerprints that we made, which are no business of the other side.
pub(super) const OWN: &str = "sha256:";

/// What came.
#[derive(Debug)]
pub(super) enum Fetched {
    /// Nothing has changed.
    Unchanged,
    /// A file, and what to remember once it is taken in.
    File {
        bytes: Vec<u8>,
        etag: Option<String>,
        last_modified: Option<String>,
        newest: Option<String>,
        media_type: Option<String>,
    },
}

/// Why nothing came: words, and how long the other side asks to be left alone.
#[derive(Debug)]
pub(super) struct Refused {
    pub fault: Fault,
    pub wait: Option<Duration>,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self { fault, wait: None }
    }
}

/// Fetches a source.
pub(super) async fn fetch(source: &Source, state: &State) -> Result<Result<Fetched, Refused>, Failure> {
    let client = client(source)?;
    let mut url = Url::parse(&source.url).map_err(anyhow::Error::from)?;
    if let (Some(watermark), Some(newest)) = (&source.watermark, &state.watermark) {
        url.query_pairs_mut().append_pair(&watermark.parameter, &Source::since(watermark, newest));
    }
    Ok(match &source.pages {
        None => whole(&client, source, state, url).await,
        Some(pages) => in_pages(&client, source, state, pages, url).await,
    })
}

fn client(source: &Source) -> Result<Client, Failure> {
    // The first in the process stays; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut headers = HeaderMap::new();
    for (name, value) in &source.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong_header(name))?;
        let mut value = HeaderValue::from_str(value).map_err(|_| wrong_header(name.as_str()))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    let silence = Duration::from_secs(source.timeout_seconds.clamp(1, 600).into());
    let same_host = Policy::custom(|attempt| {
        let first = attempt.previous().first();
        let same = first.is_some_and(|first| {
            first.host_str() == attempt.url().host_str()
                && (first.scheme() == attempt.url().scheme() || attempt.url().scheme() == "https")
        });
        match same && attempt.previous().len() <= REDIRECTS {
            true => attempt.follow(),
            false => attempt.stop(),
        }
    });
    let client = Client::builder()
        .default_headers(headers)
        .redirect(same_host)
        .connect_timeout(silence.min(Duration::from_secs(30)))
        .read_timeout(silence)
        .timeout(WHOLE)
        .user_agent(concat!("lienthong/", env!("CARGO_PKG_VERSION")));
    Ok(client.build().map_err(anyhow::Error::from)?)
}

async fn whole(client: &Client, source: &Source, state: &State, url: Url) -> Result<Fetched, Refused> {
    let mut request = client.get(url);
    if let Some(etag) = state.etag.as_ref().filter(|etag| !etag.starts_with(OWN)) {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    if let Some(day) = &state.last_modified {
        request = request.header(header::IF_MODIFIED_SINCE, day);
    }
    let response = request.send().await.map_err(|error| unreachable(&error))?;
    if response.status() == StatusCode::NOT_MODIFIED
        && (state.etag.is_some() || state.last_modified.is_some())
    {
        return Ok(Fetched::Unchanged);
    }
    let response = expect_success(response)?;
    let kept = |name: HeaderName| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
    let (etag, last_modified) = (kept(header::ETAG), kept(header::LAST_MODIFIED));
    let media_type = kept(header::CONTENT_TYPE)
        .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let bytes = body(response, limit(source)).await?;
    let newest = match &source.watermark {
        None => None,
        Some(watermark) => {
            let read: Value = serde_json::from_slice(&bytes).map_err(|error| no_list(&error.to_string()))?;
            let items = page::items(&read, None).ok_or_else(|| no_list("no list"))?;
            // Nothing follows what was seen.
            if items.is_empty() {
                return Ok(Fetched::Unchanged);
            }
            page::newest(state.watermark.clone(), items, &watermark.field)
        }
    };
    Ok(Fetched::File { bytes, etag, last_modified, newest, media_type })
}

async fn in_pages(
    client: &Client,
    source: &Source,
    state: &State,
    pages: &Pages,
    first: Url,
) -> Result<Fetched, Refused> {
    let (mut all, mut newest, mut left) = (Vec::<Value>::new(), state.watermark.clone(), limit(source));
    let mut count = pages.first;
    let mut next = Some(counted(&first, pages, count));
    let mut asked = 0;
    while let Some(url) = next.take() {
        asked += 1;
        if asked > pages.most {
            return Err(too_many_pages(pages.most).into());
        }
        let response = client.get(url.clone()).send().await.map_err(|error| unreachable(&error))?;
        let response = expect_success(response)?;
        let link =
            response.headers().get(header::LINK).and_then(|link| link.to_str().ok()).map(str::to_owned);
        let bytes = body(response, left).await?;
        left = left.saturating_sub(bytes.len());
        let read: Value = serde_json::from_slice(&bytes).map_err(|error| no_list(&error.to_string()))?;
        let items =
            page::items(&read, pages.items.as_deref()).ok_or_else(|| no_list("no list at that path"))?;
        if let Some(watermark) = &source.watermark {
            newest = page::newest(newest, items, &watermark.field);
        }
        next = match &pages.next {
            Some(path) => {
                let address = match path.as_str() {
                    "link" => link.as_deref().and_then(page::next_link),
                    path => {
                        page::at(&read, path).and_then(Value::as_str).filter(|address| !address.is_empty())
                    }
                };
                address.map(|address| followed(&url, address)).transpose()?
            }
            None if items.is_empty() => None,
            None => {
                count += pages.step.unwrap_or(items.len() as u64).max(1);
                Some(counted(&first, pages, count))
            }
        };
        all.extend(items.iter().cloned());
    }
    if all.is_empty() && source.watermark.is_some() {
        return Ok(Fetched::Unchanged);
    }
    let bytes = serde_json::to_vec(&all).unwrap_or_default();
    let media_type = Some("application/json".to_owned());
    Ok(Fetched::File { bytes, etag: None, last_modified: None, newest, media_type })
}

fn counted(first: &Url, pages: &Pages, count: u64) -> Url {
    let mut url = first.clone();
    if let Some(parameter) = &pages.parameter {
        url.query_pairs_mut().append_pair(parameter, &count.to_string());
    }
    url
}

/// The next page's address, on the same host: headers may hold passwords.
fn followed(from: &Url, address: &str) -> Result<Url, Fault> {
    let next = from.join(address).ok();
    next.filter(|next| next.origin() == from.origin() && next != from).ok_or_else(|| {
        Fault::new(
            "PULL_PAGE_ELSEWHERE",
            "the next page is no other address of the same host",
            "trang tiếp theo không thuộc cùng máy chủ hoặc lặp lại trang hiện tại",
        )
    })
}

fn limit(source: &Source) -> usize {
    usize::try_from(source.max_mebibytes).unwrap_or(64) << 20
}

/// The whole answer, within `limit`.
async fn body(response: Response, limit: usize) -> Result<Vec<u8>, Refused> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit).into());
    }
    let mut bytes = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| incomplete(&error))?;
        if bytes.len() + piece.len() > limit {
            return Err(too_large(limit).into());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn expect_success(response: Response) -> Result<Response, Refused> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let wait = response.headers().get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
    let code = status.as_u16();
    let fault = match status.is_redirection() {
        true => Fault::new(
            "PULL_REDIRECTED",
            format!("the source answers {code} and leads to another host or in a circle; mend its url"),
            format!("nguồn trả lời {code}, chuyển sang máy chủ khác hoặc lặp vòng; hãy sửa url"),
        ),
        false => Fault::new(
            "PULL_STATUS",
            format!("the source answers {code}"),
            format!("nguồn trả lời mã {code}"),
        ),
    };
    Err(Refused { fault, wait: wait.map(Duration::from_secs) })
}

fn unreachable(error: &reqwest::Error) -> Fault {
    if is_distrust(error) {
        return Fault::new(
            "PULL_NOT_TRUSTED",
            "the source's certificate is not trusted: no authority that this machine knows has signed it for that name",
            "chứng thư của nguồn không được tin cậy: không do tổ chức mà máy này biết cấp cho tên miền đó",
        );
    }
    let what = if error.is_timeout() { "it does not answer in time" } else { "no connection" };
    Fault::new(
        "PULL_UNREACHABLE",
        format!("the source cannot be reached: {what}"),
        "không kết nối được tới nguồn hoặc nguồn không trả lời kịp",
    )
}

/// Whether a connection failed over a certificate, by the words of the one that looked at it.
fn is_distrust(error: &reqwest::Error) -> bool {
    let first: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    std::iter::successors(first, |error| error.source())
        .any(|error| error.to_string().contains("invalid peer certificate"))
}

fn incomplete(error: &reqwest::Error) -> Fault {
    let what = if error.is_timeout() { "it fell silent" } else { "the connection broke" };
    Fault::new(
        "PULL_INCOMPLETE",
        format!("the answer is not whole: {what}"),
        "câu trả lời bị ngắt giữa chừng",
    )
}

fn too_large(limit: usize) -> Fault {
    let limit = limit >> 20;
    Fault::new(
        "PULL_TOO_LARGE",
        format!("the answer is larger than {limit} MiB (max_mebibytes)"),
        format!("câu trả lời lớn hơn {limit} MiB (max_mebibytes)"),
    )
}

fn too_many_pages(most: u32) -> Fault {
    Fault::new(
        "PULL_TOO_MANY_PAGES",
        format!("there are more than {most} pages (pages.most)"),
        format!("có hơn {most} trang (pages.most)"),
    )
}

fn no_list(what: &str) -> Fault {
    Fault::new(
        "PULL_NO_LIST",
        format!("the answer is no JSON with a list of items: {what}"),
        "câu trả lời không phải JSON có danh sách bản ghi",
    )
}

fn wrong_header(name: &str) -> Fault {
    Fault::new(
        "SOURCES_FILE_INVALID",
        format!("the header {name} has a name or value that no header may have"),
        format!("tiêu đề {name} có tên hoặc giá trị không hợp lệ"),
    )
}
