//! Lists of several projects.

use console::measure_text_width;
use futures_util::stream::{self, StreamExt as _};
use otc_vbs::ItemStream;

use crate::cli::Global;
use crate::connect::{Connected, Target};
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::{Options, Record, Rows};
use crate::words;

/// The number of projects that are listed at the same time.
const CONCURRENCY: usize = 16;

/// The items of each project, in the order of the projects.
pub(crate) struct Lists<'a, T> {
    pub(crate) lists: Vec<(&'a Target, Vec<T>)>,
    failures: Vec<Failure>,
}

/// Lists something of every project. `what` is the word for it in errors, for example "backups". A project whose list fails
/// does not stop the others.
pub(crate) async fn list<'a, T: Send + 'static>(
    connected: &'a mut Connected,
    what: &str,
    request: impl Fn(&Target) -> ItemStream<T>,
) -> Lists<'a, T> {
    let mut failures = std::mem::take(&mut connected.failures);
    let connected: &'a Connected = connected;
    let requests = connected.targets.iter().map(|target| whole(request(target)));
    let answers: Vec<_> = stream::iter(requests).buffered(CONCURRENCY).collect().await;
    let mut lists = Vec::with_capacity(answers.len());
    for (target, (items, errors)) in connected.targets.iter().zip(answers) {
        let doing = format!("can't list the {what}{}", target.place.after("of"));
        if errors.is_empty() || !items.is_empty() {
            lists.push((target, items));
        }
        failures.extend(errors.into_iter().map(|error| Failure::Vbs { doing: doing.clone(), error }));
    }
    Lists { lists, failures }
}

/// The items of all pages, and the errors of items and of the last request.
async fn whole<T: Send + 'static>(mut stream: ItemStream<T>) -> (Vec<T>, Vec<otc_vbs::Error>) {
    let (mut items, mut errors) = (Vec::new(), Vec::new());
    while let Some(item) = stream.next().await {
        match item {
            Ok(item) => items.push(item),
            Err(error) => errors.push(error),
        }
    }
    (items, errors)
}

impl<T> Lists<'_, T> {
    /// Prints the rows that `rows` makes of these lists, and how many there are. `noun` is the word for one of them.
    pub(crate) fn print<R: Record>(
        self,
        output: &Options,
        noun: &str,
        rows: impl FnOnce(Vec<(&Target, Vec<T>)>) -> Vec<R>,
    ) -> Result<(), Failure> {
        let something_done = !self.lists.is_empty();
        let rows = rows(self.lists);
        let mut writer = Rows::to_stdout(output)?;
        writer.write(&rows)?;
        writer.finish()?;
        if something_done {
            diagnostics::summary(&words::count(rows.len() as u64, noun));
        }
        Failure::partial(self.failures, something_done)
    }
}

/// The output options of a list whose table has a column for the project, which is shown only if there are several.
pub(crate) fn output(connected: &Connected, global: &Global) -> Options {
    let names = connected.targets.iter().map(|target| measure_text_width(&target.place.project));
    let width = match connected.has_several() {
        true => names.max().unwrap_or(0),
        false => 0,
    };
    let mut output = global.output();
    output.widths = vec![("PROJECT", width)];
    output
}
