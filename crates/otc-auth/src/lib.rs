//! x
mod clock;
mod error;
mod exchange;
mod region;
mod signing;
pub use clock::*;
pub use error::*;
pub use exchange::*;
pub use region::*;
pub use signing::SignatureVariant;
