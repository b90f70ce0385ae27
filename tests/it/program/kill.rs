//! A hub that is killed in the middle of an import, again and again, ends up with what one import in peace
//! gives.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use super::{Place, Seen};
use crate::{pipeline, tables};

/// When to kill, as parts of the time that an import in peace takes; later ones are through sooner.
const MOMENTS: [f64; 8] = [0.1, 0.18, 0.26, 0.34, 0.42, 0.5, 0.58, 0.66];
/// When to kill while the database is being made.
const FIRST: Duration = Duration::from_millis(400);
/// Files to import, the smallest ones.
const FILES: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn killed_imports_leave_nothing_half_done() {
    let mut files = pipeline::demo_files(&pipeline::a_province());
    files.sort_by_key(|file| std::fs::metadata(file).unwrap().len());
    files.truncate(FILES);
    let (peace, war) = (Place::new(), Place::new());
    let begun = war.start("import", &arguments(&files));
    sleep(FIRST);
    assert!(begun.kill());
    for place in [&peace, &war] {
        let made = place.run("migrate", &[]);
        assert_eq!(made.code, Some(0), "{}", made.err);
    }
    let whole = import(&peace, &files);
    assert_eq!(whole.code, Some(0), "{}{}", whole.out, whole.err);

    let mut killed = 0;
    for part in MOMENTS {
        let running = war.start("import", &arguments(&files));
        sleep(whole.took.mul_f64(part));
        killed += usize::from(running.kill());
    }
    assert!(killed >= MOMENTS.len() / 2, "{killed} were killed, the others were through before");
    let last = import(&war, &files);
    assert_eq!(last.code, Some(0), "{}{}", last.out, last.err);

    let (peace, war) = (state(&peace).await, state(&war).await);
    assert_eq!(tables::differences(&peace.0, &war.0), [""; 0]);
    assert_eq!(peace.1, war.1, "imports, rows, issues, records");
    assert_eq!(war.2, [("APPLIED".to_owned(), files.len() as i64)]);
}

fn arguments(files: &[PathBuf]) -> Vec<&str> {
    files.iter().map(|file| file.to_str().unwrap()).collect()
}

fn import(place: &Place, files: &[PathBuf]) -> Seen {
    place.run("import", &arguments(files))
}

type Tables = std::collections::BTreeMap<String, (i64, String)>;

/// The computed tables, the numbers of rows kept, the states of imports.
async fn state(place: &Place) -> (Tables, Vec<i64>, Vec<(String, i64)>) {
    let catalog = lienthong::catalog::load_embedded().unwrap();
    place
        .look(async |pool| {
            let mut kept = Vec::new();
            for table in ["import", "raw_row", "row_issue", "source_record"] {
                kept.push(tables::rows(pool, table).await);
            }
            let states = sqlx::query_as("select state, count(*) from import group by 1 order by 1");
            (tables::computed(pool, &catalog).await, kept, states.fetch_all(pool).await.unwrap())
        })
        .await
}
