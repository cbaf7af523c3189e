/** A definition while it is changed: what is in force, what the reader made of it, and a draft that was kept. */

import { computed, ref, shallowRef, type Ref } from 'vue'

import { deleteDraft, getDefinition, idOf, listDrafts, saveDraft, type Bodies, type Draft, type Kind } from '@/api/definitions'
import { ApiError } from '@/api/error'
import { isSame } from '@/shared/json/json'
import { inWords } from '@/words'

/** How a kind's body is begun, and made to have every field that the editor shows. */
export interface Shape<K extends Kind> {
  kind: K
  empty: () => Bodies[K]
  whole: (body: Bodies[K]) => Bodies[K]
}

/** The same, apart from it. */
export const copy = <T>(body: T): T => JSON.parse(JSON.stringify(body)) as T

/** `id` is empty for a new one. */
export function useEditing<K extends Kind>({ kind, empty, whole }: Shape<K>, id: string) {
  const published = shallowRef<Bodies[K]>()
  const edited = ref() as Ref<Bodies[K] | undefined>
  const etag = ref('')
  const draft = shallowRef<Draft>()
  /** As it was last kept as a draft here. */
  const kept = shallowRef<Bodies[K]>()
  const error = ref('')
  const isLoading = ref(false)

  const identifier = computed(() => (edited.value ? idOf(kind, edited.value) : id))

  const isNew = computed(() => published.value === undefined)
  const isChanged = computed(() => isUnlike(published.value ?? empty()))
  /** Whether leaving would lose something. */
  const isUnsaved = computed(() => isChanged.value && isUnlike(kept.value))

  const isUnlike = (other: Bodies[K] | undefined) => edited.value !== undefined && !isSame(edited.value, other)

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

  async function loadPublished(sent?: Bodies[K]): Promise<void> {
    const drafts = (await listDrafts()).filter((each) => each.kind === kind && each.identifier === id)
    draft.value = drafts.find((each) => each.body !== null)
    try {
      const found = await getDefinition(kind, id)
      adopt(whole(found.value), found.etag, sent)
    } catch (problem) {
      if (!(problem instanceof ApiError && problem.status === 404 && draft.value)) throw problem
      openDraft()
    }
  }

  async function startNew(): Promise<void> {
    edited.value = empty()
  }

  /** Takes this as what is in force now, in place of what was changed here; what was changed since `sent` stays. */
  function adopt(body: Bodies[K], tag: string, sent = edited.value): void {
    const isTyped = isUnlike(sent)
    published.value = body
    if (!isTyped) edited.value = copy(body)
    etag.value = tag
  }

  /** `sent` was published: reads what is in force. What was typed meanwhile stays. */
  const settle = (sent: Bodies[K]) => guarded(async () => (id ? loadPublished(sent) : adopt(sent, '', sent)))

  function openDraft(): void {
    edited.value = whole(draft.value!.body as Bodies[K])
    kept.value = copy(edited.value)
    draft.value = undefined
  }

  const dropDraft = () =>
    guarded(async () => {
      await deleteDraft(kind, id)
      draft.value = undefined
    })

  /** What was kept as a draft is in force now. */
  const forgetDraft = () =>
    guarded(async () => {
      if (kept.value) await deleteDraft(kind, idOf(kind, kept.value))
      kept.value = undefined
    })

  /** Keeps what was changed here as a draft. Raises `ApiError`. */
  async function keepDraft(): Promise<void> {
    const sent = copy(edited.value!)
    await saveDraft(kind, idOf(kind, sent), sent, etag.value)
    kept.value = sent
  }

  void load()
  return {
    kind, identifier, published, edited, etag, draft, error, isLoading, isNew, isChanged, isUnsaved,
    load, adopt, settle, openDraft, dropDraft, forgetDraft, keepDraft,
  }
}

export type Editing<K extends Kind> = ReturnType<typeof useEditing<K>>
