//! Names and sizes of disks, from block storage.
//!
//! VBS knows only the ids of disks. Block storage is another service, which the catalog may not have and which may refuse the
//! credentials. Disks are then shown by their ids alone, and `-v` says why. An argument must then have the whole id.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use otc_vbs::auth::{ServiceQuery, Session};
use otc_vbs::bytes::Bytes;
use otc_vbs::http::{Request, StatusCode};
use otc_vbs::transport::{HttpTransport, Layers, RequestInfo, RetryPolicy, Transport};
use otc_vbs::types::DiskId;
use serde::Deserialize;
use serde_json::Value;

use crate::cli::Global;
use crate::connect::{Connected, Target};
use crate::diagnostics;
use crate::exit::Failure;
use crate::resolve::{self, MIN_PREFIX, Named, is_uuid};
use crate::values;

/// The service's types in the catalog. What is read is the same in both versions.
const TYPES: [&str; 4] = ["volumev3", "block-storage", "volumev2", "volume"];
/// The largest page of the service.
const PAGE: &str = "1000";
/// Names are not worth waiting longer for.
const LIMIT: Duration = Duration::from_secs(10);
/// The characters of a name that are shown in a table.
const SHORT_NAME: usize = 20;

/// What block storage says about disks, by id.
#[derive(Debug, Default)]
pub(crate) struct Disks(HashMap<String, Disk>);

/// A disk.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub(crate) struct Disk {
    pub(crate) name: Option<String>,
    /// In GB.
    pub(crate) size: Option<u64>,
}

#[derive(Deserialize)]
struct Page {
    volumes: Vec<Value>,
    /// A link to the next page, if there is one.
    #[serde(default)]
    volumes_links: Vec<Value>,
}

impl Disks {
    /// Looks these disks of a project up. Those that can't be found are left out.
    pub(crate) async fn find<'a>(
        connected: &Connected,
        target: &Target,
        global: &Global,
        wanted: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut disks = Self::default();
        let mut missing: BTreeSet<&str> = wanted.into_iter().collect();
        if missing.is_empty() {
            return disks;
        }
        let read = read(connected, target, global, |id, disk| {
            if missing.remove(id.as_str()) {
                disks.0.insert(id, disk);
            }
            !missing.is_empty()
        });
        if let Err(reason) = read.await
            && global.verbose
        {
            diagnostics::note(&format!("disks are shown without names, which block storage has: {reason}"));
        }
        disks
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Disk> {
        self.0.get(id)
    }
}

impl Disk {
    /// The disk for people: `db-1-data (61e28a73-a489-4fcd-abb2-ca299b6a556f), 100 GB`.
    pub(crate) fn with_id(&self, id: &str) -> String {
        let name = self.name.as_ref().filter(|name| !name.is_empty());
        let size = self.size.map(|size| format!(", {size} GB")).unwrap_or_default();
        name.map_or_else(|| format!("{id}{size}"), |name| format!("{name} ({id}){size}"))
    }
}

/// The disk for a table: `db-1-data (61e28a73)`, or its id if the name is not known.
pub(crate) fn short(name: Option<&str>, id: &str) -> String {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return id.to_owned() };
    let id: String = id.chars().take(MIN_PREFIX).collect();
    format!("{} ({id})", console::truncate_str(name, SHORT_NAME, "…"))
}

/// A disk that an argument may name.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
}

impl Named for Candidate {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.is_empty())
    }
}

/// The disks of a project among which arguments find theirs: by id, by name or by the beginning of an id.
pub(crate) struct Candidates(Vec<Candidate>);

impl Candidates {
    /// Asks block storage, unless all of these texts are ids.
    pub(crate) async fn for_texts(
        connected: &Connected,
        target: &Target,
        global: &Global,
        texts: &[String],
    ) -> Result<Self, Failure> {
        let Some(text) = texts.iter().find(|text| !is_uuid(text)) else { return Ok(Self(Vec::new())) };
        let all = list(connected, target, global).await;
        all.map(Self).map_err(|reason| cannot_look_up(text, &reason))
    }

    pub(crate) fn find(&self, text: &str) -> Result<Candidate, Failure> {
        match is_uuid(text) {
            true => Ok(Candidate { id: text.to_owned(), name: None }),
            false => resolve::find("disk", &self.0, text).cloned(),
        }
    }
}

impl Candidate {
    pub(crate) fn disk_id(&self) -> Result<DiskId, Failure> {
        values::disk_id(&self.id).map_err(|expected| Failure::usage(format!("`{}`: {expected}", self.id)))
    }
}

/// Selects what belongs to the disks that an option names.
#[derive(Debug)]
pub(crate) struct DiskFilter {
    /// The ids of the disks, or their beginning.
    ids: Vec<String>,
}

impl DiskFilter {
    /// The disks that the text names by id, by name or by the beginning of an id. `None` if there is no text.
    pub(crate) async fn find(
        connected: &Connected,
        global: &Global,
        text: Option<&str>,
    ) -> Result<Option<Self>, Failure> {
        match text {
            Some(text) => Ok(Some(Self { ids: ids_or_prefix(connected, global, text).await? })),
            None => Ok(None),
        }
    }

    /// The id of the disk if there is only one and its id is whole, so that the service can select it.
    pub(crate) fn whole_id(&self) -> Option<DiskId> {
        match self.ids.as_slice() {
            [id] if is_uuid(id) => values::disk_id(id).ok(),
            _ => None,
        }
    }

    pub(crate) fn accepts(&self, disk: Option<&str>) -> bool {
        disk.is_some_and(|disk| self.ids.iter().any(|id| disk.starts_with(&**id)))
    }
}

/// The ids of the disks that have this name in any of the projects, or the text itself if it may be the beginning of an id.
pub(crate) async fn ids_or_prefix(
    connected: &Connected,
    global: &Global,
    text: &str,
) -> Result<Vec<String>, Failure> {
    if may_begin_an_id(text) {
        return Ok(vec![text.to_owned()]);
    }
    let (mut ids, mut all) = (Vec::new(), Vec::new());
    for target in &connected.targets {
        let listed = list(connected, target, global).await;
        let listed = listed
            .map_err(|reason| cannot_look_up(text, &format!("{reason}{}", target.place.after("in"))))?;
        ids.extend(listed.iter().filter(|disk| disk.name() == Some(text)).map(|disk| disk.id.clone()));
        all.extend(listed);
    }
    match ids.is_empty() {
        true => resolve::find("disk", &all, text).map(|disk| vec![disk.id.clone()]),
        false => Ok(ids),
    }
}

/// Whether a text can be the beginning of an id, as [`is_uuid`] can be one.
fn may_begin_an_id(text: &str) -> bool {
    text.len() >= MIN_PREFIX && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn cannot_look_up(text: &str, reason: &str) -> Failure {
    Failure::Usage {
        problem: format!("can't look up disk `{text}`: names and sizes come from block storage: {reason}"),
        hint: Some("use the full id of the disk".to_owned()),
    }
}

async fn list(connected: &Connected, target: &Target, global: &Global) -> Result<Vec<Candidate>, String> {
    let mut all = Vec::new();
    let add = |id, disk: Disk| {
        all.push(Candidate { id, name: disk.name });
        true
    };
    read(connected, target, global, add).await?;
    Ok(all)
}

/// Calls `add` with each disk of a project, one page after the other, until it returns false. An error is a reason for
/// people.
async fn read(
    connected: &Connected,
    target: &Target,
    global: &Global,
    add: impl FnMut(String, Disk) -> bool,
) -> Result<(), String> {
    match tokio::time::timeout(LIMIT, read_pages(connected, target, global, add)).await {
        Ok(result) => result,
        Err(_) => Err(format!("there was no answer within {} s", LIMIT.as_secs())),
    }
}

async fn read_pages(
    connected: &Connected,
    target: &Target,
    global: &Global,
    mut add: impl FnMut(String, Disk) -> bool,
) -> Result<(), String> {
    let session = connected.session(target).map_err(|error| error.to_string())?;
    let session = session.ok_or("a token alone does not show where block storage is")?;
    let mut query = ServiceQuery::new(TYPES);
    if let Some(region) = &target.place.region {
        query = query.region(region);
    }
    let mut url = session.endpoint(&query).await.map_err(|error| error.to_string())?;
    let path = format!("{}/volumes/detail", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let transport = transport(&session, global)?;
    let mut marker: Option<String> = None;
    loop {
        url.query_pairs_mut().clear().append_pair("limit", PAGE);
        if let Some(marker) = &marker {
            url.query_pairs_mut().append_pair("marker", marker);
        }
        let page = page(&session, &*transport, url.as_str()).await?;
        let last = page.volumes.last().and_then(id).map(str::to_owned);
        let mut wants_more = true;
        for volume in page.volumes {
            if let Some(id) = id(&volume).map(str::to_owned) {
                wants_more = add(id, Disk::deserialize(volume).unwrap_or_default());
            }
        }
        // A page that ends where the one before it did would be read for ever.
        if !wants_more || page.volumes_links.is_empty() || last.is_none() || last == marker {
            return Ok(());
        }
        marker = last;
    }
}

fn id(volume: &Value) -> Option<&str> {
    volume.get("id")?.as_str()
}

/// A transport that trusts the same servers as the session.
fn transport(session: &Session, global: &Global) -> Result<Arc<dyn Transport>, String> {
    let http = HttpTransport::builder().allow_http(global.connection.allow_http);
    let http = session.config().apply_tls(http).map_err(|error| error.to_string())?;
    let http = http.build().map_err(|error| error.to_string())?;
    let user_agent = concat!("otc-vbs-cli/", env!("CARGO_PKG_VERSION"));
    Layers::new()
        .retry(RetryPolicy::never())
        .user_agent(user_agent)
        .around(Arc::new(http))
        .map_err(|error| error.to_string())
}

async fn page(session: &Session, transport: &dyn Transport, url: &str) -> Result<Page, String> {
    let mut request = Request::get(url).body(Bytes::new()).map_err(|error| error.to_string())?;
    RequestInfo::new("listVolumes").path_template("/v3/{project_id}/volumes/detail").attach(&mut request);
    session.authorize(&mut request).await.map_err(|error| error.to_string())?;
    let response = transport.send(request).await.map_err(|error| error.to_string())?;
    match response.status() {
        StatusCode::OK => {
            serde_json::from_slice(response.body()).map_err(|_| "its answer can't be read".to_owned())
        }
        status => Err(format!("it answered HTTP {status}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ID: &str = "61e28a73-a489-4fcd-abb2-ca299b6a556f";

    #[test]
    fn disk_is_shown_by_its_name_and_id() {
        let disk = |json: &str| serde_json::from_str::<Disk>(json).unwrap().with_id(ID);
        let named = disk(r#"{"name": "db-1-data", "size": 100, "status": "in-use"}"#);
        assert_eq!(named, format!("db-1-data ({ID}), 100 GB"));
        assert_eq!(disk(r#"{"name": "", "size": 100}"#), format!("{ID}, 100 GB"));
        assert_eq!(disk("{}"), ID);
    }

    #[test]
    fn table_has_short_names_and_ids() {
        assert_eq!(short(Some("db-1-data"), ID), "db-1-data (61e28a73)");
        assert_eq!(short(Some("a-name-of-more-than-twenty"), ID), "a-name-of-more-than… (61e28a73)");
        assert_eq!(short(Some(""), ID), ID);
        assert_eq!(short(None, ID), ID);
    }
}
