// Names that must differ: generators write a file or a type for each, and not every file system tells `a` from `A`.

const METHODS = ['get', 'put', 'post', 'delete', 'head', 'patch'];
const operations = (document) =>
  Object.entries(document.paths ?? {}).flatMap(([url, item]) =>
    METHODS.filter((method) => item?.[method]).map((method) => [item[method], ['paths', url, method]]));

// Each returns the names, with their paths.
const NAMES = {
  operations: (document) => operations(document).map(([operation, path]) => [operation.operationId, [...path, 'operationId']]),
  components: (document) =>
    ['schemas', 'parameters', 'requestBodies', 'responses', 'headers'].flatMap((kind) =>
      Object.keys(document.components?.[kind] ?? {}).map((name) => [name, ['components', kind, name]])),
  pages: (document) =>
    operations(document).flatMap(([operation, path]) => [
      [operation['x-reference-page'], [...path, 'x-reference-page']],
      ...(operation['x-reference-pages-also'] ?? []).map((page, index) => [page, [...path, 'x-reference-pages-also', index]]),
    ]),
};

// `of` is one of NAMES.
export default function names(document, options) {
  const seen = new Map();
  const found = [];
  for (const [name, path] of NAMES[options.of](document)) {
    if (typeof name !== 'string') continue;
    const key = name.toLowerCase();
    const first = seen.get(key);
    if (first) found.push({ message: `${name} is taken by ${first.join('.')}; write another one`, path });
    else seen.set(key, path);
  }
  return found;
}
