const masked = '[masked]';

/** Forms that secrets have, wherever they stand; what is around them is kept, since it tells what they were for. */
const forms: readonly (readonly [RegExp, string])[] = [
  // PEM: certificates are no secrets, but they name machines and people, and nobody reads them.
  [/-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g, `[masked $1]`],
  [
    /((?:client-key|client-certificate|certificate-authority)-data["']?\s*[:=]\s*["']?)[A-Za-z0-9+/=]{16,}/g,
    `$1${masked}`,
  ],
  // Bootstrap tokens and certificate keys of kubeadm.
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, masked],
  [/(--certificate-key[= ])[0-9a-f]{64}/g, `$1${masked}`],
  // The start address and the cookie of the page.
  [/([?&]token=)[\w-]+/g, `$1${masked}`],
  [/(kubewright-\d+=)[\w-]{20,}/g, `$1${masked}`],
  [/(authorization["']?\s*[:=]\s*["']?(?:bearer|basic)\s+)[^\s"']+/gi, `$1${masked}`],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g, masked],
  [/((?:password|passwd|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?)(?!\[masked)[^\s"',;&\\]{4,}/gi, `$1${masked}`],
  [/(\w+:\/\/)[^\s/:@]+:[^\s/@]+@/g, `$1${masked}@`],
];

/**
 * A text for somebody else's eyes: known secrets by their value, others by their form, and the home folder, which names
 * the user, as "~".
 */
export function maskSecrets(text: string, known: readonly string[], home: string): string {
  // Longest first: one may be the beginning of another.
  const values = known.filter((value) => value.length >= 6).toSorted((a, b) => b.length - a.length);
  const withoutKnown = values.reduce((rest, value) => rest.replaceAll(value, masked), text);
  const withoutForms = forms.reduce((rest, [form, instead]) => rest.replaceAll(form, instead), withoutKnown);
  return home.length > 1 ? withoutForms.replaceAll(home, '~') : withoutForms;
}
