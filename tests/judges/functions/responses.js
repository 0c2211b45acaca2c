// The idioms of the responses of one operation, as they are written.

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
    } else if (/^[45]/.test(status) && response?.$ref !== '#/components/responses/Failure') {
      refuse(status, "a failure is $ref: '#/components/responses/Failure'");
    }
  }
  if (!('429' in responses)) found.push({ message: 'the gateway answers 429; add it', path });
  return found;
}
