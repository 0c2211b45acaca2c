#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use anstyle::Style;

use super::*;

/// The bytes that a format wrote.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Clone, Serialize)]
struct Lamp {
    id: String,
    room: Option<String>,
    watts: i64,
    fault: String,
}

impl Record for Lamp {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("LAMP ID", Fit::Id, |lamp, _| lamp.id.clone()),
        Column::new("ROOM", Fit::Hide(1), |lamp, _| lamp.room.clone().unwrap_or_default()),
        Column::new("WATTS", Fit::Keep, |lamp, _| lamp.watts.to_string()),
        Column::new("SEEN", Fit::Wide, |_, view| view.time(Timestamp::UNIX_EPOCH)),
        Column::new("FAULT", Fit::Wrap, |lamp: &Self, _| lamp.fault.clone()).styled(|_| Style::new().bold()),
    ];
    const FIELDS: &'static [&'static str] = &["id", "room", "watts", "fault"];
}

fn lamps() -> Vec<Lamp> {
    let lamp = |id: &str, room: Option<&str>, watts, fault: &str| Lamp {
        id: id.to_owned(),
        room: room.map(str::to_owned),
        watts,
        fault: fault.to_owned(),
    };
    vec![
        lamp(
            "0781095c-b8ab-4ce5-99f3-4c5f6ff75319",
            Some("kitchen"),
            -5,
            "the bulb is broken and has to be replaced",
        ),
        lamp("c11b5a18-4559-4731-b7b3-58e2bd89cdb9", None, 40, ""),
    ]
}

/// Texts that each format must take care of.
fn odd() -> Vec<Lamp> {
    ["=1+1", "\t+x", "a,b \"c\"\nd", "\u{1b}]0;title\u{7}", "\u{202e}evil\u{2028}", "備份 é"]
        .map(|text| Lamp { id: "1".to_owned(), room: None, watts: 1, fault: text.to_owned() })
        .to_vec()
}

fn options(format: Format) -> Options {
    Options { format, columns: Vec::new(), zone: TimeZone::UTC, widths: Vec::new() }
}

fn written(options: &Options, width: Option<usize>, color: bool, rows: &[Lamp]) -> String {
    let written = Written::default();
    let mut output = Rows::new(Box::new(written.clone()), options, width, color).unwrap();
    output.write(rows).unwrap();
    output.finish().unwrap();
    String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
}

const FORMATS: [Format; 6] =
    [Format::Table, Format::Wide, Format::Json, Format::Jsonl, Format::Yaml, Format::Csv];

#[test]
fn rows_in_each_format() {
    let all: String = FORMATS
        .map(|format| format!("{format:?}\n{}\n", written(&options(format), None, false, &lamps())))
        .concat();
    insta::assert_snapshot!(all.replace('\r', "␍"));
}

#[test]
fn empty_list_is_valid_in_each_format() {
    let expected = ["", "", "[]\n", "", "[]\n", "id,room,watts,fault\r\n"];
    for (format, expected) in FORMATS.into_iter().zip(expected) {
        assert_eq!(written(&options(format), None, false, &[]), expected, "{format:?}");
    }
}

#[test]
fn table_fits_the_terminal_and_shows_the_whole_text() {
    let mut tables = String::new();
    for width in [40, 60, 80, 120] {
        let table = written(&options(Format::Table), Some(width), false, &lamps());
        for line in table.lines() {
            assert!(console::measure_text_width(line) <= width, "{width}: {line}");
        }
        let words: Vec<&str> = table.split_whitespace().collect();
        assert!(words.join(" ").contains("the bulb") && table.contains("replaced"), "{table}");
        tables.push_str(&format!("{width} columns\n{table}\n"));
    }
    insta::assert_snapshot!(tables);
}

#[test]
fn columns_are_chosen_by_name() {
    let mut chosen = options(Format::Table);
    chosen.columns = ["watts", "Lamp ID", "seen"].map(str::to_owned).to_vec();
    let table = written(&chosen, None, false, &lamps());
    assert_eq!(table.lines().next().unwrap(), "WATTS  LAMP ID                               SEEN");
    chosen.columns = ["watts", "id"].map(str::to_owned).to_vec();
    let of = |format| written(&Options { format, ..chosen.clone() }, None, false, &lamps()[1..]);
    assert_eq!(of(Format::Jsonl), "{\"watts\":40,\"id\":\"c11b5a18-4559-4731-b7b3-58e2bd89cdb9\"}\n");
    assert_eq!(of(Format::Csv), "watts,id\r\n40,c11b5a18-4559-4731-b7b3-58e2bd89cdb9\r\n");
    assert_eq!(of(Format::Yaml), "- watts: 40\n  id: c11b5a18-4559-4731-b7b3-58e2bd89cdb9\n");
    chosen.columns = vec!["wats".to_owned()];
    let failure = Rows::<Lamp>::new(Box::new(io::sink()), &chosen, None, false).err().unwrap();
    assert_eq!(failure.to_string(), "there is no column `wats` in this format");
    assert_eq!(failure.hint().unwrap(), "choose from lamp_id, room, watts, seen, fault");
}

#[test]
fn odd_text_controls_neither_terminals_nor_spreadsheets() {
    for format in FORMATS {
        let text = written(&options(format), None, false, &odd());
        for unsafe_character in ['\u{1b}', '\u{7}', '\u{202e}', '\u{2028}'] {
            assert!(!text.contains(unsafe_character), "{format:?}: {text:?}");
        }
    }
    let csv = written(&options(Format::Csv), None, false, &odd());
    assert!(csv.contains(",'=1+1\r\n") && csv.contains(",' +x\r\n"), "{csv}");
}

#[test]
fn json_and_yaml_keep_odd_text() {
    let json: serde_json::Value =
        serde_json::from_str(&written(&options(Format::Json), None, false, &odd())).unwrap();
    let yaml: serde_json::Value =
        serde_saphyr::from_str(&written(&options(Format::Yaml), None, false, &odd())).unwrap();
    for (place, lamp) in odd().iter().enumerate() {
        assert_eq!(json[place]["fault"], lamp.fault);
        assert_eq!(yaml[place]["fault"], lamp.fault);
    }
}

#[test]
fn colors_are_only_written_if_asked_for() {
    assert!(written(&options(Format::Table), None, true, &lamps()).contains("\u{1b}[1m"));
    assert!(!written(&options(Format::Table), None, false, &lamps()).contains('\u{1b}'));
}

#[test]
fn columns_may_be_wider_than_the_first_rows_or_hidden() {
    let mut wider = options(Format::Table);
    wider.widths = vec![("WATTS", 9), ("ROOM", 0)];
    let table = written(&wider, None, false, &lamps()[1..]);
    assert_eq!(table.lines().next().unwrap(), "LAMP ID                               WATTS      FAULT");
}
