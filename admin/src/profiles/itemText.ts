import type { Item } from '@/api/profiles'
import { numberText } from '@/shared/numbers'

/** What an item is beside its name: brand, category and price. Empty while it is not known. */
export const itemText = (item: Item | undefined): string =>
  [item?.brand, item?.category, item?.price == null ? '' : numberText(item.price)].filter(Boolean).join(' · ')
