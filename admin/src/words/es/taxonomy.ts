export const taxonomy = {}
