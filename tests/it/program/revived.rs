//! The private PostgreSQL is ended under a hub that serves: the hub tells its callers to come again, and starts it again.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Place, Running};

#[test]
fn a_private_server_that_ends_is_started_again() {
    let place = Place::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut hub = place.start("serve", &["--listen", &format!("127.0.0.1:{port}")]);
    until_answered(&mut hub, port, "the hub does not start");
    // In order, as an operator might; and outright.
    for name in ["-INT", "-KILL"] {
        let before = postmaster(&place);
        assert!(Command::new("kill").args([name, &before]).status().unwrap().success());
        let ended = Instant::now();
        let mut refused = 0;
        while ask(port).0 != 200 || postmaster(&place) == before {
            let (status, answer) = ask(port);
            assert!(matches!(status, 200 | 503), "{answer}");
            if status == 503 {
                refused += 1;
                assert!(
                    answer.contains("UNAVAILABLE") && answer.to_lowercase().contains("retry-after: 1"),
                    "{answer}"
                );
            }
            assert!(hub.child.try_wait().unwrap().is_none(), "the hub ended");
            assert!(ended.elapsed() < Duration::from_secs(60), "it is not started again");
            sleep(Duration::from_millis(10));
        }
        println!("{name}: answered again after {:?}, {refused} refusals", ended.elapsed());
    }
    let ended = hub.ask_to_stop();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
    assert!(!place.path("data/cluster/postmaster.pid").exists(), "a server is left behind");
}

fn postmaster(place: &Place) -> String {
    let text = std::fs::read_to_string(place.path("data/cluster/postmaster.pid")).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

fn until_answered(hub: &mut Running, port: u16, why: &str) {
    let begun = Instant::now();
    while ask(port).0 != 200 {
        assert!(
            hub.child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(300),
            "{why}"
        );
        sleep(Duration::from_millis(100));
    }
}

/// Status and text of an answer that needs the database; 0 where nobody listens.
fn ask(port: u16) -> (u16, String) {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return (0, String::new()) };
    let body = r#"{"query": "{ adminUnits(first: 1) { nodes { id } } }"}"#;
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    let mut answer = String::new();
    if stream
        .write_all(request.as_bytes())
        .and_then(|()| stream.read_to_string(&mut answer).map(drop))
        .is_err()
    {
        return (0, answer);
    }
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0), answer)
}
