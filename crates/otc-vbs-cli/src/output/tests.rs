#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::rc::Rc;

use super::*;

/// What a format wrote.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn policy(name: Option<&str>) -> Policy {
    Policy {
        id: "p1".parse().unwrap(),
        name: name.map(str::to_owned),
        label: name.unwrap_or("p1").to_owned(),
    }
}

fn jobs(json: &str) -> Vec<BackupJob> {
    serde_json::from_str(json).unwrap()
}

fn written(format: Format, layout: Layout, pages: &[(Policy, Vec<BackupJob>)]) -> String {
    let written = Written::default();
    let mut output = to(written.clone(), format, layout);
    for (policy, jobs) in pages {
        output.write(policy, jobs).unwrap();
    }
    output.finish().unwrap();
    let bytes = written.0.borrow().clone();
    String::from_utf8(bytes).unwrap()
}

const PIPE: Layout = Layout { policy: None, color: false, width: None };

/// Text that each format has to take care of, and a job with as little as the service may send.
const ODD: &str = r#"[
  {"job_id": "j1", "status": "HALF_DONE", "created_at": "2026-01-15T05:00:00.123456",
   "backup_name": "a,b \"c\"\nd", "resource_type": "NO", "vbs_job_id": "00012345",
   "code": "", "message": "=1+1", "fail_reason": "X.1#\u001b[31mred#\r\n 備份 é"},
  {"job_id": "j2", "status": "SKIP", "created_at": "2026-01-15T07:00:00+02:00"}
]"#;

#[test]
fn odd_text_survives_in_every_format() {
    for format in [Format::Table, Format::Json, Format::Yaml, Format::Csv] {
        let text = written(format, PIPE, &[(policy(None), jobs(ODD))]);
        insta::assert_snapshot!(format!("odd_{format:?}"), text.replace('\r', "␍"));
    }
}

#[test]
fn unreadable_time_is_written_as_text() {
    let job = r#"[{"job_id": "j1", "status": "SKIP", "created_at": "2016-01-15T01:0807\u001b.476Z"}]"#;
    let json = written(Format::Json, PIPE, &[(policy(None), jobs(job))]);
    assert!(json.contains(r#""created_at":"2016-01-15T01:0807\u001b.476Z""#), "{json}");
    let table = written(Format::Table, PIPE, &[(policy(None), jobs(job))]);
    assert!(table.contains("2016-01-15T01:0807 .476Z"), "{table}");
}

#[test]
fn odd_text_reads_back_as_it_was() {
    let of = |format| written(format, PIPE, &[(policy(None), jobs(ODD))]);
    let json: serde_json::Value = serde_json::from_str(&of(Format::Json)).unwrap();
    let yaml: serde_json::Value = serde_saphyr::from_str(&of(Format::Yaml)).unwrap();
    assert_eq!(json, yaml);
    assert_eq!(json[0]["fail_reason"], "X.1#\u{1b}[31mred#\r\n 備份 é");
    assert_eq!(json[0]["created_at"], "2026-01-15T05:00:00.123456Z");
    assert_eq!(json[1]["created_at"], "2026-01-15T05:00:00Z");

    let csv = of(Format::Csv);
    let mut csv = ::csv::Reader::from_reader(csv.as_bytes());
    let first = csv.records().next().unwrap().unwrap();
    assert_eq!(&first[6], "a,b \"c\"\nd");
    assert_eq!(&first[12], "X.1#\u{1b}[31mred#\r\n 備份 é");
}

const JOBS: &str = r#"[
  {"job_id": "0781095c-b8ab-4ce5-99f3-4c5f6ff75319", "status": "EXECUTE_FAIL",
   "created_at": "2026-01-15T05:00:00.467", "finished_at": "2026-01-15T05:10:00.121",
   "backup_name": "autobk_a61d", "resource_id": "f47a4ab5-11f5-4509-97f5-80ce0dd74e37",
   "resource_type": "volume", "code": "VolumeBackup.0051", "message": "volume of this pod does not support backup"},
  {"job_id": "c11b5a18-4559-4731-b7b3-58e2bd89cdb9", "status": "RUNNING",
   "created_at": "2026-01-15T05:00:01", "backup_name": "autobk_e6d2",
   "resource_id": "f47a4ab5-11f5-4509-97f5-80ce0dd74e37"}
]"#;

#[test]
fn a_table_fits_the_terminal() {
    let pages = [(policy(Some("nightly")), jobs(JOBS))];
    let mut tables = String::new();
    for width in [20, 60, 80, 100, 130, 160, 200, 240] {
        let layout = Layout { policy: Some(7), color: false, width: Some(width) };
        let table = written(Format::Table, layout, &pages);
        if width >= 80 {
            for line in table.lines() {
                assert!(console::measure_text_width(line) <= width, "{width}: {line}");
            }
        }
        tables.push_str(&format!("{width} columns\n{table}\n"));
    }
    insta::assert_snapshot!(tables);
}

#[test]
fn a_table_keeps_the_widths_of_its_first_jobs() {
    let later = JOBS.replace("autobk_e6d2", "a name that is longer than all before");
    let pages = [(policy(Some("nightly")), jobs(JOBS)), (policy(Some("nightly")), jobs(&later))];
    let in_pipe = written(Format::Table, PIPE, &pages);
    assert!(in_pipe.contains("a name that is longer than all before"));
    let layout = Layout { width: Some(200), ..PIPE };
    let on_terminal = written(Format::Table, layout, &pages);
    assert!(on_terminal.contains("  a name tha…  "), "{on_terminal}");
    assert_eq!(on_terminal.matches("JOB ID").count(), 1);
    assert!(on_terminal.ends_with("\n\n4 jobs: 2 EXECUTE_FAIL, 2 RUNNING\n"));
}
