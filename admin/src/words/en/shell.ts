export const name = 'Tessella'

export const problems = {
  0: 'The server cannot be reached. Is it running?',
  401: 'This key is not valid any more. Sign in again.',
  403: 'The role of this key may not do that.',
} as Record<number, string>

export const unexplained = (status: number) => `The server failed, and did not say why (status ${status}).`

export const shell = {
  segments: 'Segments',
  signOut: 'Sign out',
  documentation: 'API documentation',
  toDark: 'Switch to the dark theme',
  toLight: 'Switch to the light theme',
  skip: 'Skip to the content',
  retry: 'Try again',
  loading: 'Loading',
  notFound: 'There is no such page.',
  toSegments: 'Go to the segments',
}

export const signIn = {
  title: 'Sign in',
  help: 'Paste an API key of an administrator. It is kept in this tab only, and is gone when you close it.',
  key: 'API key',
  show: 'Show the key',
  submit: 'Sign in',
  empty: 'Paste a key first.',
  unknown: 'The server does not know this key. Was it pasted whole?',
  forbidden: 'This key is good, but its role may not see segments. Ask for the key of an administrator.',
  expired: 'Your key is not valid any more. Sign in with another one, and go on where you were.',
  how: 'make demo prints a key. Elsewhere, tessella keys create makes one.',
}
