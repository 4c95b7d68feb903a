// The incidents whose next step is mine, the soonest due first; a step is taken from here.
import { useContext, useState } from 'preact/hooks'
import { formatInstant, LocaleContext, useSay } from '../text/language'
import { named } from '../text/named'
import { type Entry, newEntry } from './outbox'
import type { Task } from './use_mine'

interface Props {
  readonly by: string
  readonly tasks: readonly Task[]
  readonly waiting: readonly Entry[]
  readonly onPut: (entry: Entry) => Promise<void>
}

export function TaskList({ by, tasks, waiting, onPut }: Props) {
  const say = useSay()
  if (!tasks.length) return <p class="empty-state muted">{say('tasks_none')}</p>
  return (
    <ul class="tasks">
      {tasks.map((task) => (
        <TaskRow key={task.number} by={by} task={task} onPut={onPut} waits={waiting.some(({ kind, path, refused }) => kind === 'step' && !refused && path.includes(`/${task.number}/`))} />
      ))}
    </ul>
  )
}

function TaskRow({ by, task, waits, onPut }: { by: string; task: Task; waits: boolean; onPut: Props['onPut'] }) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [reason, setReason] = useState('')
  const [message, setMessage] = useState('')
  const take = ({ step, needs }: Task['steps'][number]) => {
    if (needs.includes('reason') && !reason.trim()) return setMessage(say('task_needs_reason', { step: named(say, 'do', step) }))
    setMessage('')
    onPut(newEntry({
      kind: 'step', by, label: `${named(say, 'do', step)} ${task.number}`, path: `/v1/incidents/${task.number}/steps`, body: { step, reason: reason.trim() },
    })).catch(() => setMessage(say('outbox_cannot_keep')))
  }
  return (
    <li class="task" data-number={task.number}>
      <h2>
        {task.light && <span class={`light ${task.light}`} role="img" aria-label={say(`light_${task.light}`)} />} {task.matter_name ?? task.matter}
      </h2>
      <p class="muted"><span class="code">{task.number}</span> · {named(say, 'state', task.state)}{task.step_due_at && <> · {say('task_due', { time: formatInstant(locale, task.step_due_at, 'minute') })}</>}</p>
      {task.description && <p>{task.description}</p>}
      <p><a class="link" href={`/#at=spot:${task.place.lon},${task.place.lat}`}>{task.place.address || task.grid_now || say('task_on_map')}</a></p>
      {waits ? <p class="note" role="status">{say('task_waits')}</p> : (
        <>
          {task.steps.length === 0 && <p class="muted">{say('task_at_desk')}</p>}
          {task.steps.length > 0 && <label class="reason">{say('task_reason')}<input value={reason} maxLength={1000} onInput={(event) => setReason(event.currentTarget.value)} /></label>}
          {message && <p class="note problem" role="alert">{message}</p>}
          <p class="buttons start">
            {task.steps.map((step, i) => <button key={step.step} type="button" class={i === 0 ? 'primary' : 'plain'} onClick={() => take(step)}>{named(say, 'do', step.step)}</button>)}
          </p>
        </>
      )}
    </li>
  )
}
