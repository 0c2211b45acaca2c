//! With the feature `rustls-no-provider` alone, the program chooses the cryptography of TLS.

#![allow(clippy::unwrap_used, missing_docs)]
#![cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]

use otc_http::HttpTransport;

/// One test, because the provider is a setting of the process.
#[test]
fn provider_of_the_program_is_required_and_used() {
    let error = HttpTransport::builder().build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "rustls has no cryptography; install a `CryptoProvider` as its default when the program begins, or enable the feature \
         `rustls`"
    );
    let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
    provider.install_default().unwrap();
    HttpTransport::builder().build().unwrap();
}
