//! A setting that needs a disabled feature is an error that names the feature. Run without default features.

#![allow(clippy::unwrap_used, missing_docs, unused_imports)]

use otc_auth::otc_http::testing::MockTransport;
use otc_auth::{Config, ConfigBuilder, Environment, Session};

#[cfg(not(feature = "aksk"))]
#[test]
fn access_key_without_its_feature_is_refused() {
    let builder = Config::builder().region("eu-de").access_key("AK");
    let error = builder.secret_key("a-secret-value").build().unwrap_err();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        "an access key is set, but this program was built without request signing; enable the feature `aksk` of otc-auth, or use \
         other credentials"
    );
}

#[cfg(not(feature = "clouds-yaml"))]
#[test]
fn cloud_without_its_feature_is_refused() {
    let environment = Environment::empty().variable("OS_CLOUD", "otc");
    for error in [
        Config::discover(&environment).unwrap_err(),
        Config::from_cloud("otc", &Environment::empty()).unwrap_err(),
    ] {
        assert!(error.is_config());
        assert_eq!(
            error.to_string(),
            "the cloud `otc` is chosen, but this program was built without clouds.yaml; enable the feature `clouds-yaml` of \
             otc-auth, or set the credentials otherwise"
        );
    }
    assert!(Config::cloud_names(&environment).is_empty());
}

#[cfg(not(feature = "clouds-yaml"))]
#[test]
fn clouds_file_without_its_feature_is_refused() {
    let error = Config::builder().clouds_file("/etc/clouds.yaml").build().unwrap_err();
    assert!(error.to_string().starts_with("the file /etc/clouds.yaml is chosen, but"), "{error}");
}

#[cfg(not(feature = "token-cache"))]
#[test]
fn token_cache_without_its_feature_is_refused() {
    let config = Config::builder().region("eu-de").token("token").token_cache("/tmp");
    let error = Session::new(config.build().unwrap(), MockTransport::new()).unwrap_err();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        "token_cache is set, but this program was built without it; enable the feature `token-cache` of otc-auth, or remove \
         the setting"
    );
}
