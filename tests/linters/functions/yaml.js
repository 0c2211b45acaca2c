// The YAML itself: what other parsers of YAML read differently, and what JSON does not have. The parser's syntax tree is
// the only place where Spectral shows it.

const [SCALAR, MAP, SEQUENCE, ALIAS] = [0, 2, 3, 4];
const SHORTHAND = 'other tools do not read anchors, aliases, merge keys and tags; write the value out, or $ref a component';
// What some parser takes for a boolean, a number or a time, and another for text.
const AMBIGUOUS = [
  /^(y|yes|n|no|on|off)$/i, /^(True|TRUE|False|FALSE|Null|NULL)$/,
  // Octal, binary, hexadecimal, with underscores, in base 60.
  /^[-+]?0o?[0-9]+$/, /^[-+]?0b[01_]+$/i, /^[-+]?0x[0-9a-f_]+$/i, /^[-+]?[0-9][0-9_]*_[0-9_.]*$/,
  /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/,
  /^[-+]?(\.[0-9]+|[0-9]+\.?)([eE][-+]?[0-9]+)?$/, /^[-+]?[0-9.]+[eE][-+]?[0-9]+$/, /^[-+]?\.(inf|nan)$/i, /^\+[0-9]/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/, /^[=~]$/,
];
const PLAIN = /^(0|-?[1-9][0-9]*)$/;

function scalar(node, path, isKey, found) {
  if (!node.plainScalar) return;
  const text = node.rawValue ?? node.value;
  if (isKey && (PLAIN.test(text) || /^(true|false|null)$/.test(text))) {
    found.push({ message: `the key ${text} is not text; write '${text}' in quotes`, path });
  } else if (!PLAIN.test(text) && AMBIGUOUS.some((pattern) => pattern.test(text))) {
    found.push({ message: `parsers of YAML read ${text} differently; write '${text}' in quotes, or the plainest form`, path });
  }
}

function walk(node, path, input, found) {
  if (!node) return;
  const isTagged = /(^|\s)![^\s'"]*\s+$/.test(input.slice(Math.max(0, node.startPosition - 80), node.startPosition));
  if (node.anchorId || node.kind === ALIAS || isTagged) found.push({ message: SHORTHAND, path });
  if (node.kind === MAP) {
    for (const mapping of node.mappings) {
      const at = [...path, mapping.key.value];
      if (mapping.key.value === '<<') found.push({ message: SHORTHAND, path: at });
      else scalar(mapping.key, at, true, found);
      walk(mapping.value, at, input, found);
    }
  } else if (node.kind === SEQUENCE) {
    node.items.forEach((item, index) => walk(item, [...path, index], input, found));
  } else if (node.kind === SCALAR) {
    scalar(node, path, false, found);
  }
}

export default function yaml(document, options, context) {
  const found = [];
  walk(context.document.parserResult.ast, [], context.document.input, found);
  return found;
}
