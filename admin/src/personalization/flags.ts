/** The switches of personalization; the first is the kill switch. */
export const FLAGS = ['personalization_rankings', 'ml_models', 'evaluation_metrics'] as const

export type FlagName = (typeof FLAGS)[number]
