/** Ways into JSON of which nothing is known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The record under that key, an empty one when there is none. */
export function recordAt(value: JsonRecord, key: string): JsonRecord {
  const found = value[key];
  return isRecord(found) ? found : {};
}

/** The text under that key, empty when there is none. */
export function textAt(value: JsonRecord, key: string): string {
  const found = value[key];
  return typeof found === 'string' ? found : '';
}

/** The records of the list under that key; what is not a record is left out. */
export function recordsAt(value: JsonRecord, key: string): JsonRecord[] {
  const found = value[key];
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

/** JSON with the keys of every record in order, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
