// Descriptions become documentation of Rust, where a code block without a language is compiled and run as a test.
export default function prose(text) {
  if (typeof text !== 'string') return [];
  let isFenced = false;
  let follows = 'blank';
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(?:```+|~~~+)\s*(\S*)/.exec(line);
    if (fence) {
      if (!isFenced && fence[1] === '') return [{ message: 'a code block needs a language; write ```json or ```text' }];
      isFenced = !isFenced;
    } else if (!isFenced && follows === 'blank' && /^ {4}/.test(line)) {
      return [{ message: 'text indented by four spaces is a code block; write ```json or ```text' }];
    }
    if (line.trim() === '') follows = follows === 'list' ? 'list' : 'blank';
    else if (/^\s*([-*+]|\d+\.)\s/.test(line)) follows = 'list';
    else if (!/^\s/.test(line)) follows = 'text';
  }
  return [];
}
