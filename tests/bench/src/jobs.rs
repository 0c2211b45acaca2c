//! Pages of backup jobs like those of the service: the same fields, lengths and mix of statuses.
//!
//! A page is written once. Only the job ids differ from page to page, so a page costs a copy and a few digits per job.

use std::io::Write as _;

/// The jobs of the largest page. Its body has about 313 KB.
pub const PAGE: usize = 1_000;
/// The disks of a policy. The jobs of a page are those of ten days.
const DISKS: usize = 100;
/// The digits of a job id that hold its number, scrambled so that they look, and compress, like the others.
const DIGITS: usize = 8;

/// The pages of a list with a number of jobs.
#[derive(Clone)]
pub struct Jobs {
    total: usize,
    start: Vec<u8>,
    /// The jobs, each followed by a comma.
    jobs: Vec<u8>,
    /// Where each job ends, without its comma.
    ends: Vec<usize>,
    /// Where the id of each job begins.
    ids: Vec<usize>,
}

impl Jobs {
    pub fn new(total: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(1);
        let disks: Vec<String> = (0..DISKS).map(|_| uuid(&mut random)).collect();
        let (mut jobs, mut ends, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..PAGE {
            let job = job(number, &disks[number % DISKS], &mut random);
            ids.push(jobs.len() + job.find(ID).map_or(0, |id| id + ID.len()));
            jobs.extend_from_slice(job.as_bytes());
            ends.push(jobs.len());
            jobs.push(b',');
        }
        let start = format!(r#"{{"count":{total},"tasks":["#).into_bytes();
        Self { total, start, jobs, ends, ids }
    }

    /// Appends the page with at most `limit` jobs, from the job with this number on.
    pub fn write_page(&self, first: usize, limit: usize, body: &mut Vec<u8>) {
        let count = limit.min(PAGE).min(self.total.saturating_sub(first));
        body.extend_from_slice(&self.start);
        if count > 0 {
            let jobs = body.len();
            body.extend_from_slice(&self.jobs[..self.ends[count - 1]]);
            for (index, id) in self.ids[..count].iter().enumerate() {
                let id = jobs + id;
                body[id..id + DIGITS].copy_from_slice(&digits(scramble((first + index) as u32)));
            }
        }
        body.extend_from_slice(b"]}");
    }

    /// One page, from the first job on.
    pub fn first_page(&self) -> Vec<u8> {
        let mut body = Vec::new();
        self.write_page(0, PAGE, &mut body);
        body
    }

    /// The number of the job after the one with this id.
    pub fn after(marker: &str) -> Option<usize> {
        let digits = marker.get(..DIGITS)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        Some(unscramble(number) as usize + 1)
    }
}

const ID: &str = r#""job_id":""#;

fn job(number: usize, disk: &str, random: &mut fastrand::Rng) -> String {
    let day = 28 - number / DISKS;
    let seconds = random.u32(1..60);
    let milliseconds = random.u32(0..1000);
    let minutes = random.u32(1..60);
    let finished =
        format!(r#""finished_at":"2026-01-{day:02}T02:{minutes:02}:{seconds:02}.{milliseconds:03}","#);
    let service_job = format!(r#","vbs_job_id":"{:032x}""#, random.u128(..));
    let (status, finished, service_job) = match number % 32 {
        0 => ("SKIP", finished, String::new()),
        1 => ("EXECUTE_TIMEOUT", finished, service_job),
        2 => ("EXECUTE_FAIL", String::new(), String::new()),
        3 => ("EXECUTE_FAIL", finished, service_job),
        _ => ("EXECUTE_SUCCESS", finished, service_job),
    };
    let failed = status == "EXECUTE_FAIL";
    let reason =
        if failed { r#""fail_reason":"VolumeBackup.0017#failed to create the snapshot","# } else { "" };
    let (code, message) = match failed && !finished.is_empty() {
        true => (r#""code":"VolumeBackup.0017","#, r#""message":"failed to create the snapshot","#),
        false => ("", ""),
    };
    let (name, id) = (random.u16(..), uuid(random));
    format!(
        r#"{{"backup_name":"autobk_{name:04x}",{code}"created_at":"2026-01-{day:02}T02:00:00.000",{reason}{finished}{ID}{id}",{message}"resource_id":"{disk}","resource_type":"volume","status":"{status}"{service_job}}}"#
    )
}

fn uuid(random: &mut fastrand::Rng) -> String {
    let hex = format!("{:032x}", random.u128(..));
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

fn digits(number: u32) -> [u8; DIGITS] {
    let mut digits = [0; DIGITS];
    // Eight digits always fit.
    let _ = write!(&mut digits[..], "{number:08x}");
    digits
}

const FACTOR: u32 = 0x9E37_79B1;
/// The inverse of the factor, modulo 2³².
const INVERSE: u32 = 0x0E8B_2F51;

fn scramble(number: u32) -> u32 {
    let mixed = (number ^ (number >> 16)).wrapping_mul(FACTOR);
    mixed ^ (mixed >> 16)
}

fn unscramble(number: u32) -> u32 {
    let mixed = (number ^ (number >> 16)).wrapping_mul(INVERSE);
    mixed ^ (mixed >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marker_is_the_id_of_the_job_before() {
        for number in [0, 1, 999, 1_000, 999_999, u32::MAX - 1] {
            let digits = digits(scramble(number));
            let id = std::str::from_utf8(&digits).unwrap();
            assert_eq!(Jobs::after(&format!("{id}-1111-4111-8111-111111111111")), Some(number as usize + 1));
        }
    }

    #[test]
    fn page_is_like_the_pages_of_the_service() {
        let page = Jobs::new(1_000_000).first_page();
        assert!((305_000..320_000).contains(&page.len()), "{}", page.len());
        let page: serde_json::Value = serde_json::from_slice(&page).unwrap();
        assert_eq!(page["tasks"].as_array().unwrap().len(), PAGE);
        assert_eq!(page["count"], 1_000_000);
    }

    #[test]
    fn last_page_has_the_rest() {
        let mut page = Vec::new();
        Jobs::new(2_500).write_page(2_000, 1_000, &mut page);
        let page: serde_json::Value = serde_json::from_slice(&page).unwrap();
        assert_eq!(page["tasks"].as_array().unwrap().len(), 500);
    }
}
