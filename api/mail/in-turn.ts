/** Runs what it is given one after another, in the order of the calls. A failure is its caller's alone. */
export type InTurn = <T>(task: () => Promise<T>) => Promise<T>

/** A new line to wait in. */
export function createInTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const mine = last.then(task, task)
    last = mine.catch(() => undefined)
    return mine
  }
}
