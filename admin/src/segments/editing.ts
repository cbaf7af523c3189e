/** A segment while it is changed: what is in force, what the reader made of it, and a draft that was kept. */

import { computed, ref, shallowRef } from 'vue'

import { ApiError, deleteDraft, getSegment, listDrafts, saveDraft, type Draft, type Segment } from '@/api/client'
import { isSame } from '@/rules/json'
import type { Json } from '@/rules/tree'
import { inWords } from '@/words'

import { emptySegment, whole } from './segment'

export function useEditing(id: string) {
  const published = shallowRef<Segment>()
  const edited = ref<Segment>()
  const etag = ref('')
  const draft = shallowRef<Draft>()
  const error = ref('')
  const isLoading = ref(false)

  const isNew = computed(() => published.value === undefined)
  const isChanged = computed(() => {
    const before = published.value ?? emptySegment()
    return edited.value !== undefined && !isSame(edited.value as unknown as Json, before as unknown as Json)
  })

  /** Reads what is in force, and shows it in place of what was changed here. */
  async function load(): Promise<void> {
    isLoading.value = true
    try {
      await (id ? loadPublished() : startNew())
      error.value = ''
    } catch (problem) {
      error.value = inWords(problem)
    } finally {
      isLoading.value = false
    }
  }

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
    edited.value = structuredClone(segment)
    etag.value = tag
  }

  function openDraft(): void {
    edited.value = whole(draft.value!.body as unknown as Segment)
    draft.value = undefined
  }

  async function dropDraft(): Promise<void> {
    await deleteDraft(id)
    draft.value = undefined
  }

  /** Keeps what was changed here as a draft. Raises `ApiError`. */
  const keepDraft = () => saveDraft(edited.value!, etag.value)

  void load()
  return {
    published, edited, etag, draft, error, isLoading, isNew, isChanged, load, adopt, openDraft, dropDraft, keepDraft,
  }
}

export type Editing = ReturnType<typeof useEditing>
