export const name = 'Tessella'

export const problems = {
  0: 'The server cannot be reached. Is it running?',
  401: 'This key is not valid any more. Sign in again.',
  403: 'Your role may not do that.',
} as Record<number, string>

export const unexplained = (status: number) => `The server failed, and did not say why (status ${status}).`

export const shell = {
  signOut: 'Sign out',
  documentation: 'API documentation',
  toDark: 'Switch to the dark theme',
  toLight: 'Switch to the light theme',
  language: 'Language',
  skip: 'Skip to the content',
  menu: 'Menu',
  retry: 'Try again',
  loading: 'Loading',
  notFound: 'There is no such page.',
  toHome: 'Go to the first page',
  notAllowed: 'Your role has nothing to do here.',
  older: 'What is shown is older.',
  signedInAs: (role: string, namespace: string) => `${role} of “${namespace}”`,
  yes: 'Yes',
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied.',
  none: 'none',
  unknown: 'not known',
  more: (count: number) => `Show ${count} more`,
}

export const sections = {
  groups: { today: 'Today', deciding: 'Deciding', knowing: 'Knowing', operating: 'Operating' },
  home: 'Home',
  segments: 'Segments',
  profiles: 'Profiles',
  simulator: 'Simulator',
  experiments: 'Experiments',
  taxonomy: 'Taxonomy',
  models: 'Models',
  personalization: 'Personalization and privacy',
  audit: 'Audit',
  jobs: 'Jobs',
  sources: 'Sources',
  definitions: 'Other definitions',
  keys: 'Keys and roles',
}

export const calls = {
  open: 'API',
  about: 'What this page asked the server, the newest first. Put a key into TESSELLA_KEY to ask it yourself.',
  title: 'The same by the API',
  none: 'This page has asked nothing yet.',
  request: 'Request',
  curl: 'cURL',
  python: 'Python',
}

export const signIn = {
  help: 'Paste an API key or a token. Your browser keeps it in a cookie that no script can read, for twelve hours at most.',
  key: 'API key or token',
  submit: 'Sign in',
  empty: 'Paste a key first.',
  unknown: 'The server does not know this key. Was it pasted whole?',
  linkRefused: 'This link was used already, or is too old. Paste a key instead.',
  expired: 'Your session has ended. Sign in again, and go on where you were.',
  other: 'Somebody else signed in in another tab. What you have open here waits for your key.',
  goOn: (role: string, namespace: string) => `Leave it and go on as ${role} of “${namespace}”`,
  how: 'make demo prints a link and a key. Elsewhere, tessella keys create makes a key.',
}
