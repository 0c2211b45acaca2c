//! The HTTP interface of the sandbox.

pub(crate) mod admin;
mod backup_order;
mod caller;
pub(crate) mod connection;
mod docs;
pub(crate) mod failure;
mod fields;
mod keystone;
mod limits;
mod list_query;
mod middleware;
mod openstack;
mod operation_name;
mod path;
mod reached_at;
pub(crate) mod refusals;
mod request_id;
mod root;
pub(crate) mod server;
mod vbs;
mod wire_time;
