// Administration: each part on the real API, shown to the roles that may.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type AdminPart, partsFor } from '../../admin/parts'
import type { Selection } from '../../hash'
import type { NetMap } from '../../map/net_map'
import type { District, PlaceRef, Session } from '../../register/types'
import { useSay } from '../../text/language'
import { AccessPart } from './access_part'
import { DutiesPart } from './duties_part'
import { ImportPart } from './import_part'
import { RepairPart } from './repair_part'
import { VersionsPart } from './versions_part'

export interface AdminProps {
  readonly part: AdminPart | null
  readonly session: Session | null
  readonly district: District | null
  readonly map: NetMap | null
  readonly selection: Selection | null
  readonly turn: string
  readonly onPart: (part: AdminPart) => void
  /** The ground has changed. */
  readonly onGround: () => void
  readonly onPlace: (place: PlaceRef) => void
  /** To who answers for what is selected. */
  readonly onCard: () => void
  readonly onCompare: (before: string, after: string) => void
  readonly onTravel: (time: string) => void
  readonly children: ComponentChildren
}

export function AdminMode({ part, session, district, map, turn, selection, onPart, onGround, onPlace, onCard, onCompare, onTravel, children }: AdminProps) {
  const say = useSay()
  const [file, setFile] = useState<File | null>(null) // goes along from import to repair and back
  const [eager, setEager] = useState(false) // brought by a button of the other part: looked at without another click
  const parts = partsFor(session)
  const open = (next: AdminPart, atOnce: boolean) => {
    setEager(atOnce)
    onPart(next)
  }
  const shown = part !== null && parts.includes(part) ? part : parts[0]
  return (
    <main class="panel" aria-label={say('mode_admin')}>
      {children}
      <div class="scroll admin">
        {parts.length === 0 && <p class="note" role="status">{say(session?.signed_in ? 'admin_not_yours' : 'admin_sign_in')}</p>}
        {part !== null && parts.length > 0 && !parts.includes(part) && <p class="note" role="status">{say('admin_part_not_yours')}</p>}
        {parts.length > 0 && (
          <nav class="admin-parts" aria-label={say('mode_admin')}>
            {parts.map((each) => (
              <button key={each} type="button" class="tab" aria-current={each === shown ? 'page' : undefined} onClick={() => open(each, false)}>{say(`admin_tab_${each}`)}</button>
            ))}
          </nav>
        )}
        {shown === 'import' && <ImportPart map={map} given={file} onGiven={setFile} eager={eager} onRepair={() => open('repair', true)} onImported={onGround} />}
        {shown === 'repair' && <RepairPart map={map} given={file} onGiven={setFile} eager={eager} onImport={(mended) => { setFile(mended); open('import', true) }} />}
        {shown === 'duties' && (
          <>
            {selection?.kind === 'grid' && <p class="selected-grid"><span class="code">{selection.code}</span> <button type="button" class="link" onClick={onCard}>{say('duties_card')}</button></p>}
            <DutiesPart area={session?.area ?? district?.code ?? null} turn={turn} onPlace={onPlace} />
          </>
        )}
        {shown === 'access' && <AccessPart me={session?.name ?? ''} district={district} turn={turn} />}
        {shown === 'versions' && <VersionsPart turn={`${turn}/${district?.net_version ?? ''}`} onCompare={onCompare} onTravel={onTravel} />}
      </div>
    </main>
  )
}
