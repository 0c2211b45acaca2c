// Keys that OpenAPI allows and that neither this document nor otc-vbs-codegen knows, and misspelt extensions. oas3-schema
// refuses all other misspelt keys.

const UNSUPPORTED = new Set([
  'allowEmptyValue', 'allowReserved', 'callbacks', 'discriminator', 'encoding', 'links', 'options', 'readOnly', 'trace',
  'writeOnly', 'xml', 'externalValue', 'flows', 'openIdConnectUrl',
]);
const EXTENSIONS = new Set([
  'x-content-schema', 'x-enum-varnames', 'x-envelope', 'x-extensible-enum', 'x-go-name', 'x-microversion', 'x-ogen-name',
  'x-paging', 'x-reference-default', 'x-reference-length', 'x-reference-page', 'x-reference-pages-also',
  'x-reference-range', 'x-reference-types', 'x-reserved-prefix', 'x-rust-name', 'x-rust-unsigned', 'x-unique-by',
]);
// Objects whose keys are names that the document chooses.
const NAMED = new Set([
  'content', 'examples', 'headers', 'parameters', 'paths', 'properties', 'requestBodies', 'responses', 'schemas',
  'securitySchemes', 'security', 'variables',
]);
// Values that are data.
const DATA = new Set(['example', 'value', 'default', 'enum', 'required']);

function walk(value, path, isNamed, found) {
  if (value === null || typeof value !== 'object') return;
  for (const [key, child] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (!isNamed && !Array.isArray(value)) {
      if (key.startsWith('x-') ? !EXTENSIONS.has(key) : UNSUPPORTED.has(key)) {
        const message = `${key} is misspelt or not supported; fix it, or teach it to otc-vbs-codegen and tests/linters/functions/keys.js`;
        found.push({ message, path: here });
        continue;
      }
      if (key.startsWith('x-') || DATA.has(key)) continue;
    }
    walk(child, here, !isNamed && NAMED.has(key) && !Array.isArray(child), found);
  }
}

export default function keys(document) {
  const found = [];
  walk(document, [], false, found);
  return found;
}
