// Custom schemes: Chromium refuses a scheme it does not know before a request can be answered, so `app://host/path` is
// loaded as `https://host.app.standin.test/path` and mapped back wherever the product sees an address.
const SUFFIX = '.standin.test'
const schemes = new Set<string>()

export const registerScheme = (scheme: string): void => void schemes.add(scheme)

export function toChromium(address: string): string {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(address)
  if (!parts || !schemes.has(parts[1]!)) return address
  return `https://${parts[2]}.${parts[1]}${SUFFIX}${parts[3] || '/'}`
}

/** Needs no registration, so that the test side can use it too. */
export function toProduct(address: string): string {
  const parts = /^https:\/\/([^/?#]*)\.([a-z0-9+-]+)\.standin\.test(.*)$/.exec(address)
  return parts ? `${parts[2]}://${parts[1]}${parts[3]}` : address
}

export const isCustom = (address: string): boolean => /^https:\/\/[^/?#]+\.standin\.test\//.test(address)

/** Origin as Electron's frames report it: `app://bundle`, or `null` for an opaque one. */
export function originOf(productAddress: string): string {
  return /^(?!data:|about:|blob:)[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(productAddress)?.[0] ?? 'null'
}

/** Addresses written out in HTML, CSS and scripts. */
export function rewriteText(text: string): string {
  for (const scheme of schemes) {
    text = text.replace(
      new RegExp(`\\b${scheme}://([a-z0-9.-]+)`, 'gi'),
      (_, host: string) => `https://${host}.${scheme}${SUFFIX}`,
    )
  }
  return text
}

/** Sources in a Content-Security-Policy: `app://host` and the bare `app:`. */
export function rewritePolicy(policy: string): string {
  policy = rewriteText(policy)
  for (const scheme of schemes) {
    policy = policy.replace(new RegExp(`(^|[\\s;])${scheme}:(?=[\\s;]|$)`, 'g'), `$1https://*.${scheme}${SUFFIX}`)
  }
  return policy
}
