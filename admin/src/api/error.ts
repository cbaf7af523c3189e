import type { components } from './schema'

export type Fault = components['schemas']['Fault']

/** What the server refused, or that it was not reached (status 0). Its message is empty where the server gave none. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly faults: Fault[] = [],
  ) {
    super(detail)
  }
}

/** Null where there is none of it. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (problem) {
    if (problem instanceof ApiError && problem.status === 404) return null
    throw problem
  }
}

/** For what a page can do without: nothing where the server refused it. */
export async function ifGiven<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (problem) {
    if (problem instanceof ApiError) return undefined
    throw problem
  }
}
