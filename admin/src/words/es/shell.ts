export const name = 'Tessella'

export const problems = {
  0: 'No se puede contactar con el servidor. ¿Está en marcha?',
  401: 'Esta clave ya no es válida. Iniciar sesión de nuevo.',
  403: 'Su función no permite hacer eso.',
} as Record<number, string>

export const unexplained = (status: number) => `El servidor ha fallado y no ha dicho por qué (estado ${status}).`

export const shell = {
  signOut: 'Cerrar sesión',
  documentation: 'Documentación de la API',
  toDark: 'Cambiar al tema oscuro',
  toLight: 'Cambiar al tema claro',
  language: 'Idioma',
  skip: 'Ir al contenido',
  menu: 'Menú',
  retry: 'Intentar de nuevo',
  loading: 'Cargando',
  notFound: 'Esta página no existe.',
  toHome: 'Ir a la primera página',
  notAllowed: 'Su función no tiene nada que hacer aquí.',
  older: 'Lo que se muestra es anterior.',
  signedInAs: (role: string, namespace: string) => `${role} de «${namespace}»`,
  yes: 'Sí',
  cancel: 'Cancelar',
  close: 'Cerrar',
  copy: 'Copiar',
  copied: 'Copiado.',
  none: 'ninguno',
  unknown: 'desconocido',
  more: (count: number) => `Mostrar ${count} más`,
}

export const sections = {
  groups: { today: 'Hoy', deciding: 'Decidir', knowing: 'Conocer', operating: 'Operar' },
  home: 'Inicio',
  segments: 'Segmentos',
  profiles: 'Perfiles',
  simulator: 'Simulador',
  experiments: 'Experimentos',
  taxonomy: 'Taxonomía',
  models: 'Modelos',
  personalization: 'Personalización y privacidad',
  audit: 'Auditoría',
  jobs: 'Trabajos',
  sources: 'Fuentes',
  definitions: 'Otras definiciones',
  keys: 'Claves y funciones',
}

export const calls = {
  open: 'API',
  about: 'Lo que esta página ha pedido al servidor, lo más reciente primero. Con una clave en TESSELLA_KEY se puede pedir lo mismo.',
  title: 'Lo mismo por la API',
  none: 'Esta página aún no ha pedido nada.',
  request: 'Petición',
  curl: 'cURL',
  python: 'Python',
}

export const signIn = {
  help: 'Pegar una clave de API o un token. El navegador la guarda en una cookie que ningún script puede leer, doce horas como máximo.',
  key: 'Clave de API o token',
  submit: 'Iniciar sesión',
  empty: 'Pegar primero una clave.',
  unknown: 'El servidor no conoce esta clave. ¿Se ha pegado entera?',
  linkRefused: 'Este enlace ya se ha usado o es demasiado antiguo. Pegar una clave en su lugar.',
  expired: 'La sesión ha terminado. Iniciar sesión de nuevo y seguir donde estaba.',
  other: 'Otra persona ha iniciado sesión en otra pestaña. Lo que está abierto aquí espera su clave.',
  goOn: (role: string, namespace: string) => `Dejarlo y seguir como ${role} de «${namespace}»`,
  how: 'make demo muestra un enlace y una clave. En otros casos, tessella keys create crea una clave.',
}
