//! Generates the client from the document, unless the committed copy is used (`default-features = false`).

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=openapi");
    #[cfg(feature = "codegen")]
    {
        let document = std::fs::read_to_string("openapi/vbs.yaml")?;
        let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for a build script")?;
        let error_codes = std::fs::read_to_string("openapi/error-codes.toml")?;
        let client = otc_vbs_codegen::generate(&document, &error_codes)?.api;
        std::fs::write(std::path::Path::new(&out).join("generated.rs"), client)?;
    }
    Ok(())
}
