//! `vbs quota`: how much a project may use.

use anstyle::{AnsiColor, Style};
use otc_vbs::types::{Quota, QuotaType};
use schemars::JsonSchema;
use serde::Serialize;

use crate::check::finding::Severity;
use crate::check::quota::check_quota;
use crate::cli::Global;
use crate::connect::{Place, connect};
use crate::exit::Failure;
use crate::output::{Column, Fit, Record};
use crate::projects;

/// The quota of something that is not limited.
const UNLIMITED: i64 = -1;

/// Show the quotas and how much of them is used.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}

pub(crate) async fn run(global: &Global, _: Args) -> Result<(), Failure> {
    let mut connected = connect(global).await?;
    let output = projects::output(&connected, global);
    let lists =
        projects::list(&mut connected, "quotas", |target| target.client.quotas().list().items()).await;
    lists.print(&output, "quota", |lists| {
        lists
            .into_iter()
            .flat_map(|(target, quotas)| quotas.into_iter().map(|quota| QuotaRow::new(&target.place, &quota)))
            .collect()
    })?;
    connected.close().await
}

/// A quota. The names of the fields are those of the API. What the service did not send is null.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Quota")]
pub(crate) struct QuotaRow {
    project: String,
    region: Option<String>,
    /// What is limited: `backups` (their number) or `backup_gigabytes` (their total size, in GB).
    #[serde(rename = "type")]
    kind: String,
    /// The amount in use.
    used: Option<i64>,
    /// The amount that is reserved for backups that are being created.
    reserved: Option<i64>,
    /// The limit. -1 means unlimited.
    quota: Option<i64>,
    /// The share of the limit that is used or reserved, in percent, rounded down. Null if it is unlimited or unknown.
    percent: Option<u64>,
    #[serde(skip)]
    severity: Severity,
}

impl QuotaRow {
    fn new(place: &Place, quota: &Quota) -> Self {
        let checked = check_quota(quota);
        Self {
            project: place.project.clone(),
            region: place.region.clone(),
            kind: quota.type_.to_string(),
            used: quota.used,
            reserved: quota.reserved,
            quota: quota.quota,
            percent: checked.percent,
            severity: checked.severity,
        }
    }

    fn amount(&self, amount: Option<i64>) -> String {
        let unit = if self.kind == QuotaType::BackupGigabytes.as_str() { " GB" } else { "" };
        match amount {
            Some(UNLIMITED) => "unlimited".to_owned(),
            Some(amount) => format!("{amount}{unit}"),
            None => String::new(),
        }
    }

    fn words(&self) -> String {
        match self.kind.as_str() {
            "backup_gigabytes" => "size of backups".to_owned(),
            kind => kind.replace('_', " "),
        }
    }

    fn style(&self) -> Style {
        match self.severity {
            Severity::Critical => AnsiColor::Red.on_default().bold(),
            Severity::Warning | Severity::Unknown => AnsiColor::Yellow.on_default(),
            Severity::Ok => Style::new(),
        }
    }
}

impl Record for QuotaRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("PROJECT", Fit::Shorten(16), |row, _| row.project.clone()),
        Column::new("QUOTA", Fit::Keep, |row, _| row.words()),
        Column::new("USED", Fit::Keep, |row, _| row.amount(row.used)),
        Column::new("RESERVED", Fit::Hide(1), |row, _| row.amount(row.reserved)),
        Column::new("LIMIT", Fit::Keep, |row, _| row.amount(row.quota)),
        Column::new("PERCENT", Fit::Keep, |row: &Self, _| {
            row.percent.map(|percent| format!("{percent} %")).unwrap_or_default()
        })
        .styled(QuotaRow::style),
    ];

    const FIELDS: &'static [&'static str] =
        &["project", "region", "type", "used", "reserved", "quota", "percent"];
}
