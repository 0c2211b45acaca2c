// The idioms of the responses of one operation, as they are written.

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
  429: 'TooManyRequests',
  500: 'InternalServerError',
  501: 'NotImplemented',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

export default function responses(value, options, context) {
  const found = [];
  const path = [...context.path, 'responses'];
  const refuse = (key, message) => found.push({ message, path: [...path, key] });
  const responses = value?.responses ?? {};
  for (const [status, response] of Object.entries(responses)) {
    if (status === 'default') {
      refuse(status, 'default beside a success can not be generated; write each documented code by number');
    } else if (!/^[1-5][0-9][0-9]$/.test(status)) {
      refuse(status, `${status} does not compile in some languages; write each documented code by number`);
    } else if (/^[45]/.test(status)) {
      const reference = `#/components/responses/${FAILURES[status]}`;
      if (!(status in FAILURES)) {
        refuse(status, `${status} is not a documented failure; leave it out`);
      } else if (response?.$ref !== reference) {
        refuse(status, `a failure is described once; write $ref: '${reference}'`);
      }
    }
  }
  if (!('429' in responses)) found.push({ message: 'the gateway answers 429; add it', path });
  return found;
}
