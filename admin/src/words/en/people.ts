export const people = (count: number) => (count === 1 ? '1 subject' : `${count.toLocaleString('en')} subjects`)
