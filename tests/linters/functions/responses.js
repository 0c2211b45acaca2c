// The responses of an operation: one success, and each failure that the reference documents, described once.

const FAILURES = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  407: 'ProxyAuthenticationRequired',
  408: 'RequestTimeout',
  409: 'Conflict',
  // Documented on no page, but the gateway sends it.
  429: 'TooManyRequests',
  500: 'InternalServerError',
  501: 'NotImplemented',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};
const reference = (status) => `#/components/responses/${FAILURES[status]}`;

export default function responses(value, options, context) {
  const found = [];
  const path = [...context.path, 'responses'];
  const refuse = (keys, message) => found.push({ message, path: [...path, ...keys] });
  const responses = value?.responses ?? {};
  for (const [status, response] of Object.entries(responses)) {
    if (status === 'default') {
      refuse([status], 'a default next to a success cannot be generated; write each documented status by number');
    } else if (!/^[1-5][0-9][0-9]$/.test(status)) {
      refuse([status], `${status} does not compile in some languages; write each documented status by number`);
    } else if (/^[45]/.test(status) && !(status in FAILURES)) {
      refuse([status], `${status} is not a documented failure; leave it out`);
    } else if (status in FAILURES && response?.$ref !== reference(status)) {
      refuse([status], `a failure is described once; write $ref: '${reference(status)}'`);
    } else if (/^[13]/.test(status)) {
      refuse([status], `${status} is neither a success nor a failure; leave it out`);
    }
  }
  const successes = Object.keys(responses).filter((status) => /^2[0-9][0-9]$/.test(status));
  if (successes.length !== 1) {
    refuse([], `${successes.length} successes (${successes.join(', ')}); write the one that the page of the operation documents`);
  }
  const missing = Object.keys(FAILURES).filter((status) => !(status in responses));
  if (missing.length > 0) {
    const first = `'${missing[0]}': {$ref: '${reference(missing[0])}'}`;
    refuse([], `${missing.join(', ')} missing; write ${first}, and so on`);
  }
  return found;
}
