export const charts = {
  png: 'Save as PNG',
  csv: 'Save as CSV',
  table: 'Show as a table',
  chart: 'Show as a chart',
  nothing: 'There is nothing to draw yet.',
}
