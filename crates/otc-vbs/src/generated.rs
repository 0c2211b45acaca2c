//! What `cargo xtask generate` makes of the document: the request types, and the list of wire types.

/// The requests, one type for each operation. The handles return them; each optional parameter is a setter.
#[rustfmt::skip]
pub mod request;
#[rustfmt::skip]
pub(crate) mod types;
#[rustfmt::skip]
pub(crate) mod v2;

/// What the generated modules refer to.
mod prelude {
    pub(super) use otc_http::RetryPolicy;
    pub(super) use otc_vbs_api::limits;

    pub(super) use crate::call::{Call, request_options};
    pub(super) use crate::paging::{
        ByMarker, ByOffset, ItemStream, ListRequest, Page, PageStream, Position, RawPage, by_marker,
        by_offset, largest_page, number, single_page,
    };
    pub(super) use crate::{Client, JobHandle, Response, Result};

    /// All wire types, of the deprecated operations and of envelopes too.
    pub(super) mod types {
        pub(in crate::generated) use otc_vbs_api::types::*;
        pub(in crate::generated) use otc_vbs_api::values::*;
    }
}
