//! Every hostile request of `tests/cases/hostile` to a hub that listens: the answer it must get, and the next caller is
//! served.

use std::net::SocketAddr;
use std::time::Duration;

use lienthong::http::serve;
use tokio::net::TcpListener;

use super::doors::{GOOD, Hub};
use crate::raw::{Answer, cases};

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_request_is_answered_as_it_must() {
    let hub = Hub::with(true, |options| {
        options.request_timeout = Duration::from_secs(3);
        options.connected.header_timeout = Duration::from_secs(2);
    })
    .await;
    assert_eq!(hub.upload("apply=true", GOOD).await.status.as_u16(), 201);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let state = hub.state.clone();
    let asked = async { stopped.await.unwrap_or_default() };
    let served = tokio::spawn(serve(state, listener, asked, Duration::from_secs(1)));

    let all = cases();
    assert!(all.len() >= 100, "{} cases", all.len());
    let mut wrong = Vec::new();
    for case in &all {
        let came = case.send(address).await;
        println!("{} | {} | {came:?}", case.file, case.name);
        wrong.extend(case.differs(&came));
        assert_eq!(good(address).await, 200, "after {}: {}", case.file, case.name);
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}

/// The status that a good request gets.
async fn good(address: SocketAddr) -> u16 {
    let body = r#"{"query": "{ producers(first: 3) { totalCount nodes { name } } }"}"#;
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    let answers: Vec<Answer> = crate::raw::Case::of(request.as_bytes()).send(address).await.unwrap();
    answers.first().map_or(0, |answer| answer.status)
}
