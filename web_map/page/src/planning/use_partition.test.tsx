// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test, vi } from 'vitest'
import { type PartitionJob, readPartition, watchPartition } from '../register/partitions'
import { usePartition } from './use_partition'

vi.mock('../register/partitions', () => ({ readPartition: vi.fn(), watchPartition: vi.fn(() => () => undefined) }))

function Shown() {
  return <p>{usePartition('P1').job?.state}</p>
}

test('an answer from before the end of a search does not take the place of the one after it', async () => {
  sessionStorage.setItem('yiwang.partition.P1', 'J1')
  const tell: ((job: PartitionJob) => void)[] = []
  vi.mocked(readPartition).mockImplementation(() => new Promise((resolve) => tell.push(resolve)))
  await act(() => render(<Shown />, document.body))
  const [[, told]] = vi.mocked(watchPartition).mock.calls as [Parameters<typeof watchPartition>]
  told.changed()
  await act(async () => tell[1]?.({ state: 'done' } as PartitionJob))
  await act(async () => tell[0]?.({ state: 'running' } as PartitionJob))
  expect(document.body.textContent).toBe('done')
})
