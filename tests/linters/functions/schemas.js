// The idioms of schemas. Spectral's own functions see one value at a time. These need to know from where a schema
// can be reached, and its components as they are written, before any `$ref` is resolved.

const METHODS = ['get', 'put', 'post', 'delete', 'head', 'patch'];
const SCALARS = ['string', 'integer', 'number', 'boolean'];
const LIMITS = [
  'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'pattern',
  'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties',
];
// The keys that may accompany an `allOf` that wraps a reference: they do not change the type.
const BESIDE_ALL_OF = ['allOf', 'nullable', 'description', 'deprecated', 'example', 'x-rust-name'];
// Members that every enumeration has in Kotlin.
const KOTLIN_MEMBERS = ['name', 'ordinal', 'entries', 'values'];

const isComponent = (path) => path.join('/') === `components/schemas/${path[2]}`;
const isProperty = (path) => path.at(-2) === 'properties';
const isBody = (path) => path.at(-3) === 'content' && path.at(-1) === 'schema';
const isOpenMap = (schema) => !('properties' in schema) && (schema.additionalProperties ?? false) !== false;

// Each returns what is wrong with a schema: a list of [key or keys, message].
const CHECKS = {
  noClosedEnum: (schema) =>
    'enum' in schema ? [['enum', 'a value that the service adds would fail the response; write x-extensible-enum']] : [],
  openEnum: (schema, path) => {
    const key = 'x-extensible-enum';
    if (!(key in schema)) return [];
    const values = schema[key];
    if (schema.type !== 'string' || !Array.isArray(values) || values.length === 0) {
      return [[key, 'an open enum needs type: string and the list of its known values']];
    }
    if (!isComponent(path) || 'enum' in schema) {
      return [[key, 'an open enum needs a name and no enum; write it in components.schemas and $ref it']];
    }
    return values.flatMap((value, index) => {
      if (typeof value !== 'string') return [[[key, index], `${value} is not text; write it in quotes`]];
      return values.indexOf(value) < index ? [[[key, index], `${value} is listed twice; leave it out`]] : [];
    });
  },
  closedEnum: (schema) => {
    const [values, names] = [schema.enum ?? [], schema['x-enum-varnames']];
    const taken = values.find((value) => KOTLIN_MEMBERS.includes(value));
    if ('enum' in schema && values.length === 0) return [['enum', 'an enum needs values; write those of the reference']];
    if (!names && taken) {
      return [['enum', `${taken} does not compile in Kotlin; write x-enum-varnames with a name for each value`]];
    }
    return names && names.length !== values.length
      ? [['x-enum-varnames', `${names.length} names for ${values.length} values; write one for each`]]
      : [];
  },
  noLimits: (schema) =>
    LIMITS.filter((key) => key in schema).map((key) => [key, `${key} would refuse real data; write it in the description`]),
  nullableIfOptional: (schema) =>
    Object.entries(schema.properties ?? {})
      .filter(([name, property]) => !(schema.required ?? []).includes(name) && property.nullable !== true)
      .map(([name]) => [['properties', name], `${name} may be absent, so it may be null too; write nullable: true`]),
  noTextFormat: (schema) =>
    'format' in schema && schema.type !== 'integer' && schema.type !== 'number'
      ? [['format', `clients refuse text that format: ${schema.format} does not fit; $ref a named string, such as UtcTimestamp`]]
      : [],
  integerFormat: (schema) =>
    schema.type === 'integer' && !['int32', 'int64'].includes(schema.format)
      ? [['type', 'clients differ in the width they assume; write format: int32 or int64']]
      : [],
  noDefault: (schema) =>
    'default' in schema ? [['default', 'some clients send it; write it in the description']] : [],
  noClosedObject: (schema) =>
    schema.additionalProperties === false
      ? [['additionalProperties', 'a field that the service adds would fail; leave this out']]
      : [],
  noAlternatives: (schema) =>
    ['anyOf', 'oneOf', 'not'].filter((key) => key in schema)
      .map((key) => [key, `${key} does not compile, or decodes nothing, in some languages; write one named schema`]),
  namedObject: (schema, path) =>
    (schema.type === 'object' || 'properties' in schema) && !isOpenMap(schema) && !isComponent(path) && !isBody(path)
      ? [[[], 'an object without a name gets an unusable one; write it in components.schemas and $ref it']]
      : [],
  allOfWraps: (schema) => {
    if (!('allOf' in schema)) return [];
    if (schema.allOf.length !== 1 || !schema.allOf[0]?.$ref) {
      return [['allOf', 'allOf only wraps one $ref; write the properties of several schemas in one']];
    }
    return Object.keys(schema).filter((key) => !BESIDE_ALL_OF.includes(key))
      .map((key) => [key, `${key} next to allOf changes the type; write it in the schema that is wrapped`]);
  },
  requiredExists: (schema) =>
    (schema.required ?? []).flatMap((name, index) =>
      name in (schema.properties ?? {}) ? [] : [[['required', index], `${name} is not a property; write its exact name`]]),
  refsSchema: (schema) =>
    parts(schema).filter(([part]) => part?.$ref && !part.$ref.startsWith('#/components/schemas/'))
      .map(([, keys]) => [[...keys, '$ref'], "a schema refers to '#/components/schemas/Name' only; write that name"]),
  described: (schema, path) =>
    (isComponent(path) || isProperty(path)) && !schema.description?.trim()
      ? [[[], 'write a description, in our own words']]
      : [],
  scalarExample: (schema, path) =>
    SCALARS.includes(schema.type) && !('enum' in schema) && !('example' in schema)
      && (isComponent(path) || isProperty(path) || path.at(-1) === 'items')
      ? [[[], 'pages and mock servers show examples; write one value']]
      : [],
};

// The schemas that a schema consists of, with their keys.
function parts(schema) {
  return [
    ...['items', 'additionalProperties', 'not'].map((key) => [schema[key], [key]]),
    ...['allOf', 'anyOf', 'oneOf'].flatMap((key) => (schema[key] ?? []).map((part, index) => [part, [key, index]])),
    ...Object.entries(schema.properties ?? {}).map(([name, property]) => [property, ['properties', name]]),
  ];
}

// Visits every schema below a place that holds one, through `$ref`, each once.
function visit(document, place, path, seen, found) {
  if (place === null || typeof place !== 'object') return;
  if (typeof place.$ref === 'string' && place.$ref.startsWith('#/')) {
    const target = place.$ref.slice(2).split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const value = target.reduce((value, key) => value?.[key], document);
    if (target[1] === 'schemas') visit(document, value, target, seen, found);
    return;
  }
  if (seen.has(place)) return;
  seen.add(place);
  found.push([place, path]);
  for (const [part, keys] of parts(place)) visit(document, part, [...path, ...keys], seen, found);
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

// `in` is `responses` or `anywhere`, `check` one of CHECKS.
export default function schemas(document, options) {
  const [seen, found] = [new Set(), []];
  for (const [place, path] of places(document, options.in)) visit(document, place, path, seen, found);
  return found.flatMap(([schema, path]) =>
    CHECKS[options.check](schema, path).map(([keys, message]) => ({ message, path: [...path, ...[keys].flat()] })));
}
