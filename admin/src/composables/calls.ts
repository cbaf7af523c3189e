/** The requests that the page made, so that a reader can make them too, from a shell or a program. */

import { shallowRef } from 'vue'

export interface Call {
  method: string
  path: string
  /** The JSON that was sent; empty where nothing was. */
  body: string
}

const MOST = 30

const calls = shallowRef<Call[]>([])

/** Keeps the request as the newest; the same request stands there once. */
export function note(request: Request): void {
  const url = new URL(request.url)
  if (url.pathname === '/api/v1/session') return
  void request.clone().text().then((body) => keep({ method: request.method, path: url.pathname + url.search, body }))
}

function keep(call: Call): void {
  const isOther = (each: Call) => each.method !== call.method || each.path !== call.path
  calls.value = [call, ...calls.value.filter(isOther)].slice(0, MOST)
}

/** Another page begins. */
const forget = (): void => void (calls.value = [])

export const useCalls = () => ({ calls, forget })

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** The request as a command of a shell. The key comes from the environment. */
export function asCurl({ method, path, body }: Call, origin: string): string {
  const lines = [`curl -X ${method} ${quoted(origin + path)}`, '-H "Authorization: Bearer $TESSELLA_KEY"']
  if (body) lines.push("-H 'Content-Type: application/json'", `-d ${quoted(body)}`)
  return lines.join(' \\\n  ')
}

/** The request in Python. */
export function asPython({ method, path, body }: Call, origin: string): string {
  const content = body ? `\n    content=${JSON.stringify(body)},` : ''
  return `import os\nimport httpx\n
answer = httpx.request(
    "${method}", ${JSON.stringify(origin + path)},
    headers={"Authorization": f"Bearer {os.environ['TESSELLA_KEY']}", "Content-Type": "application/json"},${content}
)
print(answer.json())\n`
}
