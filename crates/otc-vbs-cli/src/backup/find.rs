//! Finds the backups that arguments name.

use futures_util::stream::{self, StreamExt as _};
use otc_vbs::types::Backup;

use crate::connect::Target;
use crate::exit::Failure;
use crate::resolve::{self, Named, is_uuid};
use crate::values::backup_id;

/// The number of backups that are requested at the same time.
const CONCURRENCY: usize = 16;

impl Named for Backup {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.is_empty())
    }
}

/// The backup with this id or name, or whose id begins with this text.
pub(crate) async fn find(target: &Target, text: &str) -> Result<Backup, Failure> {
    if let Some(backup) = by_id(target, text).await? {
        return Ok(backup);
    }
    let all = all(target).await?;
    resolve::find("backup", &all, text).cloned()
}

/// The backups that the arguments name, each once, in the order of the arguments, with the text that names it.
pub(crate) async fn find_all<'a>(
    target: &Target,
    texts: &'a [String],
) -> Result<Vec<(&'a str, Backup)>, Failure> {
    let by_id = texts.iter().map(|text| by_id(target, text));
    let by_id: Vec<_> = stream::iter(by_id).buffered(CONCURRENCY).collect().await;
    let by_id: Vec<Option<Backup>> = by_id.into_iter().collect::<Result<_, _>>()?;
    let all = match by_id.iter().any(Option::is_none) {
        true => all(target).await?,
        false => Vec::new(),
    };
    let mut found: Vec<(&str, Backup)> = Vec::with_capacity(texts.len());
    for (text, by_id) in texts.iter().zip(by_id) {
        let backup = match by_id {
            Some(backup) => backup,
            None => resolve::find("backup", &all, text)?.clone(),
        };
        if !found.iter().any(|(_, known)| known.id == backup.id) {
            found.push((text, backup));
        }
    }
    Ok(found)
}

/// The backup with this id. Sends nothing if the text is not an id. An id that the service does not know may be a name.
async fn by_id(target: &Target, text: &str) -> Result<Option<Backup>, Failure> {
    if !is_uuid(text) {
        return Ok(None);
    }
    let id = backup_id(text).map_err(Failure::usage)?;
    match target.client.backup(id).get().send().await {
        Ok(backup) => Ok(Some(backup)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(Failure::from_call(format!("can't get backup {text}"), error)),
    }
}

async fn all(target: &Target) -> Result<Vec<Backup>, Failure> {
    let backups = target.client.backups().list().items().try_collect().await;
    backups.map_err(|error| Failure::from_call("can't list the backups", error))
}
