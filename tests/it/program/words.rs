//! What the program says to people who ask it for something it cannot do.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Place, tells};

#[test]
fn the_schema_it_prints_is_the_published_one() {
    let seen = Place::new().start_plain(&["schema"]).end();
    assert_eq!(seen.code, Some(0), "{}", seen.err);
    let published = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/published.graphql");
    assert_eq!(seen.out, std::fs::read_to_string(published).unwrap());
}

#[test]
fn wrong_usage_exits_with_2_and_touches_nothing() {
    let place = Place::new();
    for wrong in [
        &["import"][..],
        &["import", "a.csv", "--colour", "red"],
        &["import", "a.csv", "--as-of", "31/12/2025"],
        &["serve", "--listen", "everywhere"],
        &["fly"],
        &[],
    ] {
        let seen = place.start_plain(wrong).end();
        assert_eq!(seen.code, Some(2), "{wrong:?}");
        assert!(seen.out.is_empty() && seen.err.contains("--help"), "{wrong:?}: {}", seen.err);
    }
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_setting_it_does_not_know_is_named_with_its_line() {
    let place = Place::new();
    place.write("lienthong.toml", b"# settings\nlog = \"info\"\ncolour = \"red\"\n");
    let seen = place.run("import", &["a.csv"]);
    assert_eq!(seen.code, Some(1));
    assert!(tells(&seen.err, "SETTING_UNKNOWN"), "{}", seen.err);
    assert!(seen.err.contains("line 3") && seen.err.contains("dòng 3") && seen.err.contains("colour"));
    assert!(!place.path("data").exists());
}

#[test]
fn a_second_hub_on_a_data_directory_is_turned_away() {
    let place = Place::new();
    let first = place.start("serve", &["--listen", "127.0.0.1:0"]);
    let begun = Instant::now();
    // The directory is taken before the server in it is ready.
    while std::fs::read_to_string(place.path("data/hub.lock")).unwrap_or_default().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", first.kill());
        sleep(Duration::from_millis(20));
    }
    for command in ["serve", "rebuild", "migrate"] {
        let second = place.run(command, &[]);
        assert_eq!(second.code, Some(1), "{command}");
        assert!(tells(&second.err, "DATA_DIR_IN_USE"), "{command}: {}", second.err);
        assert!(second.err.contains(&first.child.id().to_string()), "{command}: {}", second.err);
    }
    let first = first.ask_to_stop();
    assert!(!first.err.contains("panicked"), "{}", first.err);
    // Given back at once.
    assert_eq!(place.run("migrate", &[]).code, Some(0));
}
