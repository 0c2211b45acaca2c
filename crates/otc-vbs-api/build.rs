//! Generates the client from the document, unless the committed copy is wanted (`default-features = false`).

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=openapi/vbs.yaml");
    #[cfg(feature = "codegen")]
    {
        let document = std::fs::read_to_string("openapi/vbs.yaml")?;
        let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for a build script")?;
        let client = otc_vbs_codegen::generate(&document)?;
        std::fs::write(std::path::Path::new(&out).join("generated.rs"), client)?;
    }
    Ok(())
}
