//! The errors of the client: which kind each failure has, what it keeps of the response, and what its text says.

mod kinds;
mod responses;
mod service_errors;
mod started_jobs;
mod transport_errors;
