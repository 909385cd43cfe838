import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emitFigure, emitMachine, type Bar } from './emit.ts'
import { treeMemory } from './process-tree.ts'

let lines: Record<string, unknown>[] = []
const exitCode = process.exitCode

beforeEach(() => {
  lines = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(JSON.parse(String(text)) as Record<string, unknown>)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = exitCode
})

const figure = { case: 'second start', metric: 'time to ready', unit: 'ms' }

describe('the lines of a benchmark', () => {
  it('begin with the machine, the versions and the date', () => {
    emitMachine('start')
    expect(lines).toEqual([
      {
        bench: 'start',
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
        machine: expect.objectContaining({ cores: expect.any(Number) as number }) as object,
        versions: expect.objectContaining({ node: process.versions.node }) as object,
      },
    ])
  })

  it('have neither bar nor holds where no bar exists', () => {
    emitFigure('start', { ...figure, value: 1234.5678 })
    expect(lines).toEqual([{ bench: 'start', ...figure, value: 1235 }])
  })

  it.each<[number, Bar, boolean]>([
    [3000, { most: 3000 }, true],
    [3001, { most: 3000 }, false],
    [50, { least: 50 }, true],
    [49.99, { least: 50 }, false],
  ])('say whether %d keeps the bar %j: %s', (value, bar, holds) => {
    emitFigure('start', { ...figure, value, bar })
    expect(lines[0]).toMatchObject({ bar: 'most' in bar ? bar.most : bar.least, holds })
    expect(process.exitCode === 1).toBe(!holds)
  })
})

describe('the memory of a process tree', () => {
  it('counts the children, and nothing once it is gone', async () => {
    const alone = treeMemory(process.pid)
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
    await once(child, 'spawn')
    expect(treeMemory(process.pid)).toBeGreaterThan(alone)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(treeMemory(child.pid ?? 0)).toBe(0)
  })
})
