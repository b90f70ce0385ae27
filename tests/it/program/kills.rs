//! A hub that is killed at fifty moments, over all that is done with registers: after each the sums hold, and what
//! is there in the end is what a hub in peace holds. Takes minutes; run by hand:
//! `cargo test --test it kills -- --ignored --nocapture`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sqlx::PgPool;

use super::{Place, Seen};
use crate::{pipeline, tables};

/// Kills at each step; there are ten steps.
const AT_EACH: usize = 5;
/// Reason of all decisions.
const WHY: [&str; 2] = ["--reason", "thử"];

/// What is done, in this order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Import,
    Upload,
    Apply,
    Fix,
    Judge,
    Pin,
    Revert,
    Again,
    Retract,
    Discard,
}

const STEPS: [Step; 10] = [
    Step::Import,
    Step::Upload,
    Step::Apply,
    Step::Fix,
    Step::Judge,
    Step::Pin,
    Step::Revert,
    Step::Again,
    Step::Retract,
    Step::Discard,
];

/// Ids that both hubs give alike, found in the peaceful one.
#[derive(Default, Debug)]
struct Known {
    uploaded: String,
    first: String,
    /// Import, sheet, row, and a column that stands in it.
    row: (String, String, i32, String),
    pair: (String, String),
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; by hand"]
async fn killed_at_fifty_moments_nothing_is_lost_or_doubled() {
    let mut files = pipeline::demo_files(&pipeline::a_province());
    files.sort_by_key(|file| std::fs::metadata(file).unwrap().len());
    files.truncate(5);
    let (peace, war) = (Place::new(), Place::new());
    for place in [&peace, &war] {
        assert_eq!(place.run("migrate", &[]).code, Some(0));
    }
    let (mut known, mut took) = (Known::default(), Vec::new());
    for step in STEPS {
        took.push(through(&peace, step, &files, &known).await);
        peace.look(async |pool| learn(pool, step, &mut known).await).await;
    }

    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let (mut killed, mut late) = (0, 0);
    for (step, took) in STEPS.into_iter().zip(&took) {
        let (mut within, wanted) = (*took, killed + AT_EACH);
        while killed < wanted {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            let after = within.mul_f64((dice % 1000) as f64 / 1000.0);
            match disturbed(&war, step, &files, &known, after).await {
                true => killed += 1,
                // It was through before, and so are later ones.
                false => (late, within) = (late + 1, after),
            }
            let wrong = war.look(sums).await;
            assert_eq!(wrong, [""; 0], "after {step:?}, killed after {after:?}");
        }
        through(&war, step, &files, &known).await;
        println!("{step:?}: {took:?} in peace, {killed} killed so far, {late} through before");
    }
    let (peaceful, warlike) = (state(&peace).await, state(&war).await);
    assert_eq!(tables::differences(&peaceful.0, &warlike.0), [""; 0]);
    assert_eq!(peaceful.1, warlike.1, "imports, rows, issues, records, states");
    let rebuilt = war.run("rebuild", &[]);
    assert_eq!(rebuilt.code, Some(0), "{}", rebuilt.err);
    assert_eq!(tables::differences(&peaceful.0, &state(&war).await.0), [""; 0], "after a rebuild");
}

/// Does a step to its end; says how long its first command took.
async fn through(place: &Place, step: Step, files: &[PathBuf], known: &Known) -> Duration {
    if step == Step::Upload {
        let (hub, address) = serve(place);
        let begun = Instant::now();
        let answer = send(&address, &files[4], &files[4]);
        let took = begun.elapsed();
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        hub.ask_to_stop();
        return took;
    }
    let mut first = None;
    for arguments in commands(place, step, files, known).await {
        let done: Seen = place.run(&arguments[0], &words(&arguments));
        assert_eq!(done.code, Some(0), "{arguments:?}\n{}{}", done.out, done.err);
        first.get_or_insert(done.took);
    }
    first.unwrap_or_default()
}

/// Does a step and is killed after a while; says whether it ran until then.
async fn disturbed(place: &Place, step: Step, files: &[PathBuf], known: &Known, after: Duration) -> bool {
    if step == Step::Upload {
        let (hub, address) = serve(place);
        let file = files[4].clone();
        let sent = std::thread::spawn(move || send(&address, &file, &file));
        sleep(after);
        let ran = hub.kill();
        let answer = sent.join().unwrap();
        return ran && !answer.starts_with("HTTP/1.1 20");
    }
    let commands = commands(place, step, files, known).await;
    // Killed after its work was done, it leaves nothing to do: then it is killed at doing nothing.
    let nothing = vec!["rebuild".to_owned()];
    let arguments = commands.first().unwrap_or(&nothing);
    let running = place.start(&arguments[0], &words(arguments));
    sleep(after);
    running.kill()
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments[1..].iter().map(String::as_str).collect()
}

/// The commands of a step, as things stand there.
async fn commands(place: &Place, step: Step, files: &[PathBuf], known: &Known) -> Vec<Vec<String>> {
    let one = |words: &[&str]| vec![[words, &WHY].concat().into_iter().map(str::to_owned).collect()];
    match step {
        Step::Import => {
            let names = files[..4].iter().map(|file| file.to_str().unwrap().to_owned());
            vec![std::iter::once("import".to_owned()).chain(names).collect()]
        }
        Step::Upload => vec![],
        Step::Apply => one(&["apply", &known.uploaded, "--confirm"]),
        Step::Fix => {
            let (import, sheet, row, column) = &known.row;
            let set = format!("{column}=7");
            one(&["fix", import, "--sheet", sheet, "--row", &row.to_string(), "--set", &set])
        }
        Step::Judge => one(&["judge", &known.pair.0, &known.pair.1, "same"]),
        Step::Pin => one(&["pin", &known.pair.0, "memberCount", "77"]),
        Step::Revert => one(&["revert", &known.first]),
        Step::Again => one(&["apply", &known.first, "--confirm"]),
        // Killed before, they may stand twice.
        Step::Retract | Step::Discard => {
            let (command, prefix, table) = match step {
                Step::Retract => ("retract", "judgement", "judgement"),
                _ => ("discard", "row_fix", "row_fix"),
            };
            let sql = format!("select type_id('{prefix}', id) from {table} where retracted_at is null");
            let ids: Vec<String> = place
                .look(async |pool| {
                    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap()
                })
                .await;
            ids.iter().flat_map(|id| one(&[command, id])).collect()
        }
    }
}

/// Learns the ids that later steps are on.
async fn learn(pool: &PgPool, step: Step, known: &mut Known) {
    match step {
        Step::Upload => {
            let staged = "select type_id('import', id) from import where state = 'STAGED'";
            known.uploaded = sqlx::query_scalar(staged).fetch_one(pool).await.unwrap();
        }
        Step::Apply => {
            known.first = sqlx::query_scalar(
                "select type_id('import', id) from import where state = 'APPLIED' order by id limit 1",
            )
            .fetch_one(pool)
            .await
            .unwrap();
            known.row = sqlx::query_as(
                "select type_id('import', r.import_id), r.sheet, r.row_no, h.cells ->> 0
                 from raw_row r
                 join raw_row h on h.import_id = r.import_id and h.sheet = r.sheet and h.kind = 'header'
                 where r.kind = 'data' and jsonb_typeof(h.cells -> 0) = 'string' and h.cells ->> 0 <> ''
                   and (select count(*) from raw_row o
                        where o.import_id = r.import_id and o.sheet = r.sheet and o.kind = 'header') = 1
                 order by r.import_id, r.sheet, r.row_no
                 limit 1",
            )
            .fetch_one(pool)
            .await
            .unwrap();
            let pair = "select type_id('producer', min(id::text)::uuid), type_id('producer', max(id::text)::uuid) from producer";
            known.pair = sqlx::query_as(pair).fetch_one(pool).await.unwrap();
        }
        _ => {}
    }
}

/// What does not add up.
async fn sums(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "with counted as (
             select r.import_id,
                    count(*) filter (where kind = 'data') as read,
                    count(*) filter (where outcome = 'accepted') as accepted,
                    count(*) filter (where outcome = 'unchanged') as unchanged,
                    count(*) filter (where outcome = 'quarantined') as quarantined,
                    count(*) filter (where outcome = 'duplicate') as duplicate
             from raw_row r group by 1
         )
         select 'import ' || i.file_name || ' ' || i.state
         from import i left join counted c on c.import_id = i.id
         where case when i.state = 'RECEIVED' then c.read is not null
                    else (i.rows_read, i.rows_accepted, i.rows_unchanged, i.rows_quarantined, i.rows_duplicate)
                         is distinct from (coalesce(c.read, 0)::int, coalesce(c.accepted, 0)::int,
                             coalesce(c.unchanged, 0)::int, coalesce(c.quarantined, 0)::int, coalesce(c.duplicate, 0)::int)
               end
         union all
         select 'record of an import that is not read' from source_record r
         join import i on i.id = r.import_id where i.state = 'RECEIVED'
         union all
         select 'member without its record' from entity_member m
         where not exists (select from source_record r where r.id = m.record_id)
         union all
         select 'member of a node elsewhere' from entity_member m join source_record r on r.id = m.record_id
         join node n on n.id = r.node_id where n.entity_id <> m.entity_id",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

type State = (std::collections::BTreeMap<String, (i64, String)>, Vec<(String, i64)>);

/// The computed tables, the numbers of rows kept, the states of imports.
async fn state(place: &Place) -> State {
    let catalog = lienthong::catalog::load_embedded().unwrap();
    place
        .look(async |pool| {
            let states = sqlx::query_as("select state, count(*) from import group by 1 order by 1");
            let mut kept: Vec<(String, i64)> = states.fetch_all(pool).await.unwrap();
            for table in ["import", "raw_row", "row_issue", "source_record"] {
                kept.push((table.to_owned(), tables::rows(pool, table).await));
            }
            (tables::computed(pool, &catalog).await, kept)
        })
        .await
}

/// A hub that answers, and where.
fn serve(place: &Place) -> (super::Running, String) {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let hub = place.start("serve", &["--listen", &address]);
    let begun = Instant::now();
    while TcpStream::connect(&address).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(120), "the hub does not answer");
        sleep(Duration::from_millis(50));
    }
    (hub, address)
}

/// Hands a file in; the answer, or nothing when the hub went away.
fn send(address: &str, file: &Path, name: &Path) -> String {
    let bytes = std::fs::read(file).unwrap();
    let name: String =
        name.file_name().unwrap().to_str().unwrap().bytes().map(|b| format!("%{b:02X}")).collect();
    let head = format!(
        "POST /imports?fileName={name} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/octet-stream\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n",
        bytes.len()
    );
    let mut answer = Vec::new();
    let Ok(mut socket) = TcpStream::connect(address) else { return String::new() };
    if socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(&bytes)).is_ok() {
        let _ = socket.read_to_end(&mut answer);
    }
    String::from_utf8_lossy(&answer).into_owned()
}
