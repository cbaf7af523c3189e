export const personalization = {}
