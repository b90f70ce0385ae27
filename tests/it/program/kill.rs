//! A hub that is killed in the middle of an import, again and again, ends up with what one import in peace
//! gives.

use std::path::PathBuf;
use std::thread::sleep;

use super::{Place, Seen};
use crate::{pipeline, tables};

/// When to kill, as parts of the time that an import in peace takes.
const MOMENTS: [f64; 7] = [0.04, 0.3, 0.5, 0.62, 0.74, 0.86, 0.95];
/// Files to import, the smallest ones.
const FILES: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn killed_imports_leave_nothing_half_done() {
    let mut files = pipeline::demo_files(&pipeline::a_province());
    files.sort_by_key(|file| std::fs::metadata(file).unwrap().len());
    files.truncate(FILES);
    let (peace, war) = (Place::new(), Place::new());
    let whole = import(&peace, &files);
    assert_eq!(whole.code, Some(0), "{}{}", whole.out, whole.err);

    let mut killed = 0;
    for part in MOMENTS {
        let running = war.start("import", &arguments(&files));
        sleep(whole.took.mul_f64(part));
        killed += usize::from(running.kill());
    }
    assert!(killed * 2 > MOMENTS.len(), "the others were through before: {killed}");
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
