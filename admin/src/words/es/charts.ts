export const charts = {
  png: 'Guardar como PNG',
  csv: 'Guardar como CSV',
  table: 'Mostrar como tabla',
  chart: 'Mostrar como gráfico',
  nothing: 'Aún no hay nada que dibujar.',
}
