//! Support for the snapshot tests.
