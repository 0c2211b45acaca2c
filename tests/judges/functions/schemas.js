// The idioms of schemas. Spectral's own functions see one value at a time; these have to know from where a schema can be
// reached, and its components as they are written, before any `$ref` is resolved.

const METHODS = ['get', 'put', 'post', 'delete', 'head', 'patch'];
const LIMITS = [
  'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'pattern',
  'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties',
];

// Each says what is wrong with a schema: a list of [key or keys, message].
const CHECKS = {
  noClosedEnum: (schema) =>
    'enum' in schema ? [['enum', 'a value that the service adds would fail the response; write x-extensible-enum']] : [],
  openEnumIsText: (schema) => {
    if (!('x-extensible-enum' in schema)) return [];
    const values = schema['x-extensible-enum'];
    if (schema.type !== 'string' || !Array.isArray(values) || values.length === 0) {
      return [['x-extensible-enum', 'an open enum is a string with the list of its known values']];
    }
    return values.flatMap((value, index) =>
      typeof value === 'string' ? [] : [[['x-extensible-enum', index], `${value} is no text; write it in quotes`]]);
  },
  noLimits: (schema) =>
    LIMITS.filter((key) => key in schema).map((key) => [key, `${key} would refuse real data; limits are for requests`]),
  nullableIfOptional: (schema) =>
    Object.entries(schema.properties ?? {})
      .filter(([name, property]) => !(schema.required ?? []).includes(name) && property.nullable !== true)
      .map(([name]) => [['properties', name], `${name} may be absent, so it may be null too; write nullable: true`]),
  noTextFormat: (schema) =>
    'format' in schema && schema.type !== 'integer' && schema.type !== 'number'
      ? [['format', `format: ${schema.format} fails where the text differs; points in time are UtcTimestamp`]]
      : [],
  integerFormat: (schema) =>
    schema.type === 'integer' && !['int32', 'int64'].includes(schema.format)
      ? [['type', 'an integer needs format: int32 or int64']]
      : [],
  noDefault: (schema) =>
    'default' in schema ? [['default', 'some generators would send it; say it in the description']] : [],
  noClosedObject: (schema) =>
    schema.additionalProperties === false
      ? [['additionalProperties', 'a field that the service adds would fail; leave it out']]
      : [],
  noAlternatives: (schema) =>
    ['anyOf', 'oneOf', 'not'].filter((key) => key in schema)
      .map((key) => [key, `${key} is not decoded, or does not compile, in some languages`]),
  namedObject: (schema, path) =>
    'properties' in schema && path.join('/') !== `components/schemas/${path[2]}`
      ? [['properties', 'an object without a name gets an unusable one; name a component and $ref it']]
      : [],
};

// Visits every schema below a place that holds one, through `$ref`, each once.
function visit(document, place, path, seen, found) {
  if (place === null || typeof place !== 'object') return;
  if (typeof place.$ref === 'string' && place.$ref.startsWith('#/')) {
    const target = place.$ref.slice(2).split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const value = target.reduce((value, key) => value?.[key], document);
    visit(document, value, target, seen, found);
    return;
  }
  if (seen.has(place)) return;
  seen.add(place);
  found.push([place, path]);
  for (const key of ['items', 'additionalProperties', 'not']) visit(document, place[key], [...path, key], seen, found);
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    (place[key] ?? []).forEach((part, index) => visit(document, part, [...path, key, index], seen, found));
  }
  for (const [name, property] of Object.entries(place.properties ?? {})) {
    visit(document, property, [...path, 'properties', name], seen, found);
  }
}

// Follows the `$ref` of a parameter, a body or a response.
function resolved(document, value, path) {
  if (typeof value?.$ref !== 'string') return [value, path];
  const target = value.$ref.slice(2).split('/');
  return [target.reduce((value, key) => value?.[key], document), target];
}

function places(document, where) {
  const places = [];
  const bodies = (value, path) => {
    for (const key of ['content', 'headers']) {
      for (const [name, part] of Object.entries(value?.[key] ?? {})) places.push([part?.schema, [...path, key, name, 'schema']]);
    }
  };
  for (const [url, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item?.[method];
      if (!operation) continue;
      const path = ['paths', url, method];
      if (where !== 'responses') {
        bodies(...resolved(document, operation.requestBody, [...path, 'requestBody']));
        (operation.parameters ?? []).forEach((parameter, index) => {
          const [value, at] = resolved(document, parameter, [...path, 'parameters', index]);
          places.push([value?.schema, [...at, 'schema']]);
        });
      }
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        bodies(...resolved(document, response, [...path, 'responses', status]));
      }
    }
  }
  if (where !== 'responses') {
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      places.push([schema, ['components', 'schemas', name]]);
    }
  }
  return places;
}

// `in` is responses or anywhere, `check` one of CHECKS.
export default function schemas(document, options) {
  const [seen, found] = [new Set(), []];
  for (const [place, path] of places(document, options.in)) visit(document, place, path, seen, found);
  return found.flatMap(([schema, path]) =>
    CHECKS[options.check](schema, path).map(([keys, message]) => ({ message, path: [...path, ...[keys].flat()] })));
}
