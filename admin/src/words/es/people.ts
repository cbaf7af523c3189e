export const people = (count: number) => (count === 1 ? '1 sujeto' : `${count.toLocaleString('es')} sujetos`)
