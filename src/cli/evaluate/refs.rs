//! What a label file calls a record → the data row it means. Knows files, rows and cells, no truths.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::load::Loaded;
use crate::error::Fault;
use crate::ingest::fold::flat;

/// What a label file says of where a record stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ref {
    pub(super) file: Option<String>,
    pub(super) sheet: Option<String>,
    pub(super) row: Option<i32>,
    pub(super) id: Option<String>,
    /// Line of the label file, for words about it.
    pub(super) line: i32,
}

/// How rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Counting {
    /// As in the file, headings and all, from 1
    File,
    /// Data rows only, from 1
    Data,
    /// Data rows only, from 0
    Data0,
}

/// The row of each reference.
pub(super) fn resolve(
    loaded: &Loaded,
    refs: &[Ref],
    counting: Option<Counting>,
) -> Result<Vec<usize>, Fault> {
    let refs: Vec<Ref> = refs.iter().map(|r| taken_apart(loaded, r)).collect();
    let files = refs.iter().map(|r| files_of(loaded, r)).collect::<Result<Vec<_>, Fault>>()?;
    let numbered: Vec<(&Ref, &Vec<usize>)> =
        refs.iter().zip(&files).filter(|(r, _)| r.row.is_some()).collect();
    let index = match counting {
        _ if numbered.is_empty() => HashMap::new(),
        Some(counting) => numbers(loaded, counting),
        None => numbers(loaded, likely_counting(loaded, &numbered)),
    };
    let columns = id_columns(loaded, &refs, &files);
    let one = |(r, files): (&Ref, &Vec<usize>)| match (r.row, &r.id) {
        (Some(no), _) => by_number(loaded, &index, r, no, files),
        (None, Some(id)) => by_id(&columns, r, id, files),
        (None, None) => Err(not_found(r, "it names no row and no record", "không ghi dòng hay bản ghi nào")),
    };
    refs.iter().zip(&files).map(one).collect()
}

/// "file:sheet:12", "file#12" in one text, where its first part is a file and its last a number.
fn taken_apart(loaded: &Loaded, of: &Ref) -> Ref {
    let Some(text) = of.id.as_ref().filter(|_| of.row.is_none()) else { return of.clone() };
    let Some(at) = text.rfind([':', '#', '|', '!', '@', '/', ';']) else { return of.clone() };
    let (head, number) = (&text[..at], text[at + 1..].trim());
    let digits = number.trim_start_matches(|c: char| c.is_alphabetic() || c == ' ');
    let Ok(row) = digits.parse::<i32>() else { return of.clone() };
    let known = |name: &str| !matching_files(loaded, name).is_empty();
    let made = |file: Option<&str>, sheet: Option<&str>| Ref {
        file: file.map(str::to_owned).or(of.file.clone()),
        sheet: sheet.map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()),
        row: Some(row),
        id: Some(text.clone()),
        line: of.line,
    };
    if known(head) {
        return made(Some(head), None);
    }
    let split = head.rfind([':', '#', '|', '!', ';']).map(|at| (&head[..at], &head[at + 1..]));
    match split {
        Some((file, sheet)) if known(file) => made(Some(file), Some(sheet)),
        None if of.file.is_some() => made(None, Some(head)),
        _ => of.clone(),
    }
}

/// Positions of the files a name may mean: by its end, its stem, the register's code, or as part of it.
fn matching_files(loaded: &Loaded, name: &str) -> Vec<usize> {
    let base = |n: &str| flat(n.rsplit(['/', '\\']).next().unwrap_or(n));
    let stem = |n: &str| {
        let last = n.rsplit(['/', '\\']).next().unwrap_or(n);
        flat(last.rsplit_once('.').filter(|(_, end)| end.len() <= 5).map_or(last, |(stem, _)| stem))
    };
    let wanted = (flat(name), base(name), stem(name));
    if wanted.0.is_empty() {
        return Vec::new();
    }
    let find = |fits: &dyn Fn(&super::load::File) -> bool| {
        loaded.files.iter().enumerate().filter(|(_, f)| fits(f)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let whole = find(&|f| flat(&f.name) == wanted.0 || flat(&f.name).ends_with(&format!(" {}", wanted.0)));
    let ways = [
        whole,
        find(&|f| base(&f.name) == wanted.1),
        find(&|f| stem(&f.name) == wanted.2),
        find(&|f| flat(&f.register) == wanted.0),
        find(&|f| stem(&f.name).split(' ').any(|w| w == wanted.0)),
        find(&|f| stem(&f.name).starts_with(&wanted.0) || stem(&f.name).contains(&wanted.2)),
    ];
    ways.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn files_of(loaded: &Loaded, of: &Ref) -> Result<Vec<usize>, Fault> {
    let Some(name) = &of.file else { return Ok((0..loaded.files.len()).collect()) };
    let found = matching_files(loaded, name);
    if !found.is_empty() {
        return Ok(found);
    }
    let names = loaded.files.iter().map(|f| format!("\"{}\"", f.name)).collect::<Vec<_>>().join(", ");
    Err(Fault::new(
        "LABEL_FILE_UNKNOWN",
        format!("Labels, line {}: no file \"{name}\" among those given: {names}.", of.line),
        format!("Nhãn, dòng {}: không có tệp \"{name}\" trong các tệp đã đưa vào: {names}.", of.line),
    ))
}

type Numbers = HashMap<(usize, i32), Vec<usize>>;

fn numbers(loaded: &Loaded, counting: Counting) -> Numbers {
    let mut out = Numbers::new();
    for (at, row) in loaded.rows.iter().enumerate() {
        let no = match counting {
            Counting::File => row.no,
            Counting::Data => row.nth,
            Counting::Data0 => row.nth - 1,
        };
        out.entry((row.file, no)).or_default().push(at);
    }
    out
}

/// The first way of counting by which every reference is a data row; else the file's own.
fn likely_counting(loaded: &Loaded, refs: &[(&Ref, &Vec<usize>)]) -> Counting {
    let ways = [Counting::File, Counting::Data, Counting::Data0];
    let fits = |way: &Counting| {
        let index = numbers(loaded, *way);
        let found = |(r, files): &(&Ref, &Vec<usize>)| {
            files.iter().any(|f| r.row.is_some_and(|no| index.contains_key(&(*f, no))))
        };
        refs.iter().all(found)
    };
    ways.into_iter().find(fits).unwrap_or(Counting::File)
}

fn by_number(loaded: &Loaded, index: &Numbers, of: &Ref, no: i32, files: &[usize]) -> Result<usize, Fault> {
    let rows = files.iter().filter_map(|f| index.get(&(*f, no))).flatten().copied();
    let sheet = of.sheet.as_ref().map(|s| flat(s));
    let found: Vec<usize> = rows
        .filter(|at| {
            sheet
                .as_ref()
                .is_none_or(|s| flat(&loaded.rows[*at].sheet) == *s || loaded.rows[*at].sheet.is_empty())
        })
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(not_found(
            of,
            "that row is no data row; rows count as in the file from 1, headings included (see --rows)",
            "đó không phải dòng dữ liệu; số dòng tính như trong tệp từ 1, kể cả tiêu đề (xem --rows)",
        )),
        _ => Err(not_found(
            of,
            "it fits several rows; name the file (and the sheet) too",
            "khớp nhiều dòng; hãy ghi thêm tên tệp (và trang tính)",
        )),
    }
}

/// By file: cell text → rows, of the one column in which most of the references stand.
type Ids = BTreeMap<usize, Column>;
type Column = HashMap<String, Vec<usize>>;

fn id_columns(loaded: &Loaded, refs: &[Ref], files: &[Vec<usize>]) -> Ids {
    let mut wanted: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (r, files) in refs.iter().zip(files).filter(|(r, _)| r.row.is_none()) {
        for file in files {
            wanted.entry(*file).or_default().extend(r.id.as_deref().map(folded));
        }
    }
    let mut columns: BTreeMap<(usize, String), Column> = BTreeMap::new();
    for (at, row) in loaded.rows.iter().enumerate().filter(|(_, row)| wanted.contains_key(&row.file)) {
        for (heading, text) in &row.cells {
            columns.entry((row.file, heading.clone())).or_default().entry(folded(text)).or_default().push(at);
        }
    }
    let mut best: BTreeMap<usize, ((usize, usize), Column)> = BTreeMap::new();
    for ((file, _), column) in columns {
        let hit = wanted[&file].iter().filter(|w| column.contains_key(*w)).count();
        let unique = column.values().filter(|rows| rows.len() == 1).count();
        let score = (hit, unique);
        if hit > 0 && best.get(&file).is_none_or(|(old, _)| score > *old) {
            best.insert(file, (score, column));
        }
    }
    best.into_iter().map(|(file, (_, column))| (file, column)).collect()
}

fn by_id(columns: &Ids, of: &Ref, id: &str, files: &[usize]) -> Result<usize, Fault> {
    let id = folded(id);
    let rows: Vec<usize> = files.iter().filter_map(|f| columns.get(f)?.get(&id)).flatten().copied().collect();
    match rows.as_slice() {
        [one] => Ok(*one),
        [] => Err(not_found(
            of,
            "no column of the registers holds it",
            "không cột nào của các sổ có giá trị này",
        )),
        _ => Err(not_found(
            of,
            "it stands in several rows; add a column with the file's name, or label rows by file and row",
            "có ở nhiều dòng; hãy thêm cột tên tệp, hoặc ghi nhãn theo tệp và dòng",
        )),
    }
}

/// Ids are compared without case and blanks; "12.0" of a spreadsheet is "12".
fn folded(text: &str) -> String {
    let text = text.trim().to_lowercase();
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn not_found(of: &Ref, en: &str, vi: &str) -> Fault {
    let parts =
        [&of.file, &of.sheet, &of.row.map(|r| r.to_string()), &of.id.clone().filter(|_| of.row.is_none())];
    let what = parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(":");
    Fault::new(
        "LABEL_RECORD_UNKNOWN",
        format!("Labels, line {}: record \"{what}\": {en}.", of.line),
        format!("Nhãn, dòng {}: bản ghi \"{what}\": {vi}.", of.line),
    )
}
