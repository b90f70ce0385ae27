//! A hub under requests made to stop it: it answers the next one, and its memory stays where it was.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Place, memory};
use crate::http::hostile::bodies;

/// How much more memory the hub may have held at a time than before the first hostile request, MiB; and how much in
/// all.
const MORE: u64 = 200;
const MOST: u64 = 300;

#[test]
fn the_hub_stays_up_and_its_memory_bounded() {
    let place = Place::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hub = place.start("serve", &["--listen", &format!("127.0.0.1:{port}")]);
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(300), "the hub does not start");
        sleep(Duration::from_millis(100));
    }
    let alive = br#"{"query": "{ products(first: 1) { nodes { id } } }"}"#;
    assert!(ask(port, alive).contains("\"data\""));
    let before = memory(hub.child.id());
    // Side by side and again and again: what one leaves behind would add up.
    for _ in 0..3 {
        let askers: Vec<_> = bodies()
            .into_iter()
            .map(|(name, body)| (name, std::thread::spawn(move || ask(port, &body))))
            .collect();
        for (name, asker) in askers {
            let answer = asker.join().unwrap();
            assert!(
                answer.starts_with("HTTP/1.1 4"),
                "{name}: {}",
                answer.chars().take(300).collect::<String>()
            );
        }
    }
    raw_requests(port);
    // Documents that are good, and each another: what is kept of them has to stay bounded.
    for n in 0..150 {
        let long = format!(
            "{{ __typename products(where: {{name: {{eq: \\\"{n}{}\\\"}}}}) {{ nodes {{ id }} }} }}",
            "a".repeat(250_000)
        );
        let wide = format!("query Q{n} {{ {} }}", "__typename ".repeat(190));
        for query in [long, wide] {
            let answer = ask(port, format!("{{\"query\": \"{query}\"}}").as_bytes());
            assert!(
                answer.contains("\"__typename\":\"Query\""),
                "{}",
                answer.chars().take(500).collect::<String>()
            );
        }
    }
    assert!(ask(port, alive).contains("\"data\""));
    let after = memory(hub.child.id());
    if let (Some(before), Some(after)) = (before, after) {
        assert!(after < before + MORE && after < MOST, "{before} MiB before, {after} MiB after");
        println!("{before} MiB before, {after} MiB at most");
    }
    let ended = hub.ask_to_stop();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
}

/// All requests of the table at once.
fn raw_requests(port: u16) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let cases = crate::raw::cases();
        let sent = cases.iter().map(|case| case.send(([127, 0, 0, 1], port).into()));
        for (case, came) in cases.iter().zip(futures_util::future::join_all(sent).await) {
            let failed = came.iter().flatten().any(|answer| answer.status >= 500 && answer.status != 503);
            assert!(!failed, "{}: {}: {came:?}", case.file, case.name);
        }
    });
}

/// The whole answer to a POST.
fn ask(port: u16, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The hub may answer and close before all of it is sent.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
