/** A segment while it is changed: what is in force, what the reader made of it, and a draft that was kept. */

import { computed, ref, shallowRef } from 'vue'

import { deleteDraft, getSegment, listDrafts, saveDraft, type Draft, type Segment } from '@/api/client'
import { ApiError } from '@/api/error'
import { isSame } from '@/rules/json'
import type { Json } from '@/rules/tree'
import { inWords } from '@/words'

import { copy, emptySegment, whole } from './segment'

export function useEditing(id: string) {
  const published = shallowRef<Segment>()
  const edited = ref<Segment>()
  const etag = ref('')
  const draft = shallowRef<Draft>()
  /** As it was last kept as a draft here. */
  const kept = shallowRef<Segment>()
  const error = ref('')
  const isLoading = ref(false)

  const isNew = computed(() => published.value === undefined)
  const isChanged = computed(() => isUnlike(published.value ?? emptySegment()))
  /** Whether leaving would lose something. */
  const isUnsaved = computed(() => isChanged.value && isUnlike(kept.value))

  const isUnlike = (other: Segment | undefined) =>
    edited.value !== undefined && !isSame(edited.value as unknown as Json, (other ?? null) as unknown as Json)

  async function guarded(act: () => Promise<void>): Promise<void> {
    isLoading.value = true
    try {
      await act()
      error.value = ''
    } catch (problem) {
      error.value = inWords(problem)
    } finally {
      isLoading.value = false
    }
  }

  /** Reads what is in force, and shows it in place of what was changed here. */
  const load = () => guarded(id ? loadPublished : startNew)

  async function loadPublished(): Promise<void> {
    const drafts = (await listDrafts()).items.filter((each) => each.kind === 'segment' && each.identifier === id)
    draft.value = drafts.find((each) => each.body !== null)
    try {
      const found = await getSegment(id)
      adopt(whole(found.value), found.etag)
    } catch (problem) {
      if (!(problem instanceof ApiError && problem.status === 404 && draft.value)) throw problem
      openDraft()
    }
  }

  async function startNew(): Promise<void> {
    edited.value = emptySegment()
  }

  /** Takes this as what is in force now. */
  function adopt(segment: Segment, tag: string): void {
    published.value = segment
    edited.value = copy(segment)
    etag.value = tag
  }

  function openDraft(): void {
    edited.value = whole(draft.value!.body as unknown as Segment)
    kept.value = copy(edited.value)
    draft.value = undefined
  }

  const dropDraft = () =>
    guarded(async () => {
      await deleteDraft(id)
      draft.value = undefined
    })

  /** What was kept as a draft is in force now. */
  const forgetDraft = () =>
    guarded(async () => {
      if (kept.value) await deleteDraft(kept.value.segment_id)
      kept.value = undefined
    })

  /** Keeps what was changed here as a draft. Raises `ApiError`. */
  async function keepDraft(): Promise<void> {
    await saveDraft(edited.value!, etag.value)
    kept.value = copy(edited.value!)
  }

  void load()
  return {
    published, edited, etag, draft, error, isLoading, isNew, isChanged, isUnsaved,
    load, adopt, openDraft, dropDraft, forgetDraft, keepDraft,
  }
}

export type Editing = ReturnType<typeof useEditing>
