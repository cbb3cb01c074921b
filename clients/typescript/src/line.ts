import type { Batch } from "./batch.js";

/** The first batch of a line without an outcome: the head of what is to be sent. */
export function headOf(line: readonly Batch[]): Batch | undefined {
  return line.find((batch) => batch.outcome === undefined);
}

export function underWay(line: readonly Batch[]): number {
  return line.filter((batch) => batch.underWay).length;
}

/** Puts the halves of a batch in its place. Gives back how many bytes one of them has. */
export function split(line: Batch[], batch: Batch, now: number): number {
  const halves = batch.split();
  halves.forEach((half) => (half.dueAt = now));
  line.splice(line.indexOf(batch), 1, ...halves);
  return halves[0].body.length;
}

/** When the first batch is to be sent again; Infinity if none is. Behind one that was refused nothing is sent. */
export function dueAt(line: readonly Batch[]): number {
  const refused = line.findIndex((batch) => batch.refusal !== undefined);
  const sendable = line.slice(0, refused < 0 ? Infinity : refused).filter((batch) => !batch.underWay && batch.outcome === undefined);
  return sendable.reduce((earliest, batch) => Math.min(earliest, batch.dueAt), Infinity);
}
