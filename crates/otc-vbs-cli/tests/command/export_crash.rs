//! `vbs export` that is killed, that runs twice, or that finds no space.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};

use crate::export::{export, files, lines, manifest};
use crate::export_append::verify;
use crate::support::{Server, output_text};

const START: &str = "2026-01-15T06:00:00Z";
const STEP: SignedDuration = SignedDuration::from_hours(9);

/// A server whose clock advances, an archive, and another one whose exports are never killed.
struct Archives {
    server: Server,
    now: Timestamp,
    temporary: tempfile::TempDir,
}

impl Archives {
    fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        Self { server: Server::start(""), now: START.parse().unwrap(), temporary }
    }

    fn archive(&self) -> PathBuf {
        self.temporary.path().join("archive")
    }

    fn reference(&self) -> PathBuf {
        self.temporary.path().join("reference")
    }

    fn options(&self) -> String {
        format!("--append --now {}", self.now)
    }

    fn export(&self, directory: &Path) {
        let output = export(&self.server, directory, &self.options());
        assert!(output.status.success(), "{}", output_text(&output));
        verify(directory);
    }

    fn advance(&mut self) {
        self.server.advance("PT9H");
        self.now += STEP;
    }

    fn command(&self) -> Command {
        self.server.vbs(&format!("export --to {} {}", self.archive().display(), self.options()))
    }

    /// No row is lost, and none appears twice.
    fn check(&self, context: &str) {
        verify(&self.archive());
        for kind in ["jobs", "policies", "shares", "quotas", "backups"] {
            assert_eq!(lines(&self.archive(), kind), lines(&self.reference(), kind), "{context}: {kind}");
        }
        let names = |directory: &Path| files(directory).into_keys().collect::<Vec<_>>();
        assert_eq!(names(&self.archive()), names(&self.reference()), "{context}");
    }
}

/// When an export is killed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// When it has received something.
    Received,
    /// When it has written this many files that do not count yet.
    Written(usize),
    /// When the new files count.
    Committed,
}

impl Moment {
    fn is_now(self, directory: &Path, exported_before: Option<&[u8]>) -> bool {
        let entries = |directory: &Path| {
            let entries = fs::read_dir(directory).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect::<Vec<_>>()
        };
        match self {
            Self::Received => entries(directory).iter().any(|path| {
                path.file_name().unwrap().to_string_lossy().starts_with(".spool-")
                    && !entries(path).is_empty()
            }),
            Self::Written(files) => {
                let mut found = 0;
                let mut directories = vec![directory.to_owned()];
                while let Some(directory) = directories.pop() {
                    for path in entries(&directory) {
                        match path.is_dir() {
                            true => directories.push(path),
                            false => found += usize::from(path.extension().is_some_and(|name| name == "new")),
                        }
                    }
                }
                found >= files
            }
            Self::Committed => fs::read(directory.join("manifest.json")).ok().as_deref() != exported_before,
        }
    }
}

/// Runs an export to this directory until the moment. Returns whether it was killed by then.
pub(crate) fn kill(mut command: Command, directory: &Path, moment: Moment) -> bool {
    let before = fs::read(directory.join("manifest.json")).ok();
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    loop {
        if moment.is_now(directory, before.as_deref()) {
            // By SIGKILL, where there are signals.
            process.kill().unwrap();
            return !process.wait().unwrap().success();
        }
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::yield_now();
    }
}

#[test]
fn export_that_is_killed_loses_nothing() {
    let mut archives = Archives::new();
    // After the manifest was replaced, little is left to do, so some of these come too late.
    let mut moments = vec![Moment::Received];
    moments.extend([Moment::Committed; 4]);
    moments.extend([1, 2, 3, 4, 1, 2].map(Moment::Written));
    let mut killed: BTreeMap<String, usize> = BTreeMap::new();
    for moment in moments {
        if kill(archives.command(), &archives.archive(), moment) {
            let name = format!("{moment:?}");
            *killed.entry(name.split('(').next().unwrap().to_owned()).or_default() += 1;
        }
        archives.export(&archives.archive());
        archives.export(&archives.reference());
        archives.check(&format!("{moment:?}"));
        archives.advance();
    }
    // Otherwise, the moments say nothing.
    assert!(killed.contains_key("Received") && killed["Written"] > 1, "{killed:?}");
    assert!(killed.contains_key("Committed"), "{killed:?}");
}

/// The files after each step of an export that changes `before` to `after`.
fn steps(before: &Files, after: &Files) -> Vec<Files> {
    let mut steps = Vec::new();
    let mut state = before.clone();
    let is_data = |path: &String| path.contains('/');
    let changed: Vec<&String> =
        after.keys().filter(|path| is_data(path) && before.get(*path) != after.get(*path)).collect();
    for path in &changed {
        let new = format!("{path}.new");
        let mut half = state.clone();
        half.insert(new.clone(), after[*path][..after[*path].len() / 2].to_vec());
        steps.push(half);
        state.insert(new, after[*path].clone());
        steps.push(state.clone());
    }
    let mut half = state.clone();
    half.insert("manifest.json.new".to_owned(), after["manifest.json"][..99].to_vec());
    steps.push(half);
    state.insert("manifest.json".to_owned(), after["manifest.json"].clone());
    steps.push(state.clone());
    for path in &changed {
        let new = state.remove(&format!("{path}.new")).unwrap();
        state.insert((*path).clone(), new);
        steps.push(state.clone());
    }
    for path in before.keys().filter(|path| is_data(path) && !after.contains_key(*path)) {
        state.remove(path);
        steps.push(state.clone());
    }
    steps
}

type Files = BTreeMap<String, Vec<u8>>;

#[test]
fn next_export_repairs_an_export_that_ended_after_any_step() {
    let mut archives = Archives::new();
    archives.export(&archives.archive());
    let before = files(&archives.archive());
    // Some backups are deleted meanwhile, so files are removed too.
    (0..9).for_each(|_| archives.advance());
    archives.export(&archives.archive());
    archives.export(&archives.reference());
    let after = files(&archives.archive());
    // Afterwards, the manifest has no `removed` files.
    archives.export(&archives.archive());
    let repeated = files(&archives.archive());
    let steps = steps(&before, &after);
    assert!(steps.len() > 40, "{}", steps.len());
    assert!(before.keys().any(|path| !after.contains_key(path)));
    for (number, step) in steps.iter().enumerate() {
        fs::remove_dir_all(archives.archive()).unwrap();
        for (path, bytes) in step {
            let file = archives.archive().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
        if number % 3 != 0 && number + 5 < steps.len() {
            continue;
        }
        // What a reader sees is one of both exports.
        let seen =
            archives.server.vbs(&format!("tasks --all -o csv --from {}", archives.archive().display()));
        let seen = { seen }.output().unwrap();
        assert!(seen.status.success(), "step {number}: {}", output_text(&seen));
        verify(&archives.archive());
        // Every export takes its time.
        if number % 9 == 0 || number + 5 > steps.len() {
            archives.export(&archives.archive());
            let is_committed = step["manifest.json"] == after["manifest.json"];
            let expected = if is_committed { &repeated } else { &after };
            assert!(files(&archives.archive()) == *expected, "step {number}");
        }
    }
}

#[test]
fn first_export_that_is_killed_is_repeated() {
    for moment in [Moment::Received, Moment::Written(1), Moment::Written(20), Moment::Written(50)] {
        let archives = Archives::new();
        let killed = kill(archives.command(), &archives.archive(), moment);
        assert!(killed || matches!(moment, Moment::Written(20..)), "{moment:?}: it had ended by then");
        archives.export(&archives.archive());
        archives.export(&archives.reference());
        archives.check(&format!("{moment:?}"));
    }
}

#[cfg(unix)]
#[test]
fn full_disk_leaves_the_archive_as_it_was() {
    let mut archives = Archives::new();
    let limited = |archives: &Archives, kilobytes: u32| {
        let export = archives.command();
        let mut command = Command::new("bash");
        // Beyond the limit, writing fails, as it does on a full disk.
        command.args(["-c", &format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\""), "bash"]);
        command.arg(export.get_program()).args(export.get_args());
        for (name, value) in export.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.output().unwrap()
    };
    // The first export.
    let output = limited(&archives, 2);
    assert_eq!(output.status.code(), Some(1), "{}", output_text(&output));
    assert_eq!(files(&archives.archive()).into_keys().collect::<Vec<_>>(), ["lock"]);

    archives.export(&archives.archive());
    archives.advance();
    let before = files(&archives.archive());
    // No other file is as large as the manifest. The next one may be a little smaller.
    let manifest_size = u32::try_from(before["manifest.json"].len() / 1024).unwrap();
    for kilobytes in [0, 1, 2, manifest_size / 2, manifest_size - 2] {
        let output = limited(&archives, kilobytes);
        let output_text = output_text(&output);
        assert_eq!(output.status.code(), Some(1), "{kilobytes}: {output_text}");
        assert!(
            output_text.contains("error: can't write ") && output_text.contains("File too large"),
            "{kilobytes}: {output_text}"
        );
        assert!(output_text.contains("is as it was before"), "{kilobytes}: {output_text}");
        assert_eq!(files(&archives.archive()), before, "{kilobytes}");
    }
    archives.export(&archives.archive());
    archives.export(&archives.reference());
    archives.check("afterwards");
    assert_eq!(manifest(&archives.archive())["exported_at"], archives.now.to_string());
}
