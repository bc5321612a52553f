const files = import.meta.glob<object>('./*.json', { eager: true, import: 'default' });

/** All words of this language, by namespace. */
const namespaces: Record<string, object> = Object.fromEntries(
  Object.entries(files).map(([path, words]) => [path.replace(/^\.\/|\.json$/g, ''), words]),
);
export default namespaces;
