//! What the command line does stands in the audit log, and how far the log proves itself.

use serde_json::Value;

use super::Place;
use crate::http::doors::HALF_GOOD;

#[test]
fn what_is_done_by_hand_is_noted() {
    let place = Place::new();
    let file = place.write("list.csv", HALF_GOOD.as_bytes());
    let run = |command: &str, arguments: &[&str]| {
        let seen = place.run(command, arguments);
        assert_eq!(seen.code, Some(0), "{command}: {}", seen.err);
        seen.out
    };
    run("import", &[file.to_str().unwrap()]);
    let imports: Value = serde_json::from_str(&run("imports", &["--json"])).unwrap();
    let import = imports["nodes"][0]["id"].as_str().unwrap();
    run("errors", &[import, "--out", place.path("back.csv").to_str().unwrap()]);
    run("rebuild", &[]);
    let listed: Value = serde_json::from_str(&run("audit", &["list", "--json"])).unwrap();
    let mut told: Vec<String> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| format!("{} {}", entry["stage"].as_str().unwrap(), entry["action"].as_str().unwrap()))
        .collect();
    told.reverse();
    assert_eq!(
        told,
        [
            "BEGUN lienthong import",
            "DONE lienthong import",
            "READ lienthong errors",
            "BEGUN lienthong rebuild",
            "DONE lienthong rebuild",
        ]
    );
    assert_eq!(listed[2]["record"], import);
    let head = listed[0]["hash"].as_str().unwrap();
    let alone = run("audit", &["verify"]);
    assert!(alone.starts_with("5 entries") && alone.contains("is not proven"), "{alone}");
    let with_head = run("audit", &["verify", "--head", head]);
    assert!(!with_head.contains("is not proven") && with_head.contains(head), "{with_head}");
}
