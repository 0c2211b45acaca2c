// A declared tag that no operation has is an empty chapter.
export default function tags(document) {
  const used = new Set(
    Object.values(document.paths ?? {}).flatMap((item) => Object.values(item ?? {}).flatMap((operation) => operation?.tags ?? [])),
  );
  return (document.tags ?? []).flatMap((tag, index) =>
    used.has(tag?.name) ? [] : [{ message: `no operation has the tag ${tag?.name}; leave it out`, path: ['tags', index] }]);
}
