// Shows the document of this sandbox, with the token and the identifiers that it takes already filled in.
(async () => {
  const DOCUMENT = `${location.origin}/openapi.yaml`;
  const place = document.getElementById("reference");
  try {
    const answer = await fetch("/docs/sandbox.json");
    if (!answer.ok) throw new Error(`/docs/sandbox.json: status ${answer.status}`);
    const sandbox = await answer.json();
    Scalar.createApiReference(place, {
      // What a reader downloads is the document as it is; what is shown has this sandbox's identifiers as examples.
      url: DOCUMENT,
      customFetch: (resource, settings) =>
        fetch(String(resource.url ?? resource) === DOCUMENT ? "/docs/openapi.yaml" : resource, settings),
      authentication: {
        preferredSecurityScheme: "token",
        securitySchemes: { token: { value: sandbox.token } },
      },
      // Nothing but this sandbox is asked for anything: the page's Content-Security-Policy would not have it either.
      telemetry: false,
      withDefaultFonts: false,
      proxyUrl: "",
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
      showDeveloperTools: "never",
      persistAuth: false,
      documentDownloadType: "direct",
      defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
      theme: "default",
    });
  } catch (error) {
    place.textContent = `The API reference can't be shown: ${error.message}. Is the sandbox still running?`;
    throw error;
  }
})();
