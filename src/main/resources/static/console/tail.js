// Follows a partition by its event stream. Only what can still be seen is read; the rest is counted.
import { Refused, json, open } from './api.js';
import { recordOf } from './record.js';

export const KEPT = 200;
const AGAIN_MS = 1000;

/** Lets a stream be read that is faster than a screen: what came is handed over once a frame. */
class Batches {
  constructor(onRecords) {
    this.onRecords = onRecords;
    this.lines = [];
    this.count = 0;
    this.frame = 0;
  }

  add(lines) {
    this.count += lines.length;
    this.lines = lines.length >= KEPT ? lines.slice(-KEPT) : [...this.lines, ...lines].slice(-KEPT);
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  flush() {
    this.frame = 0;
    const { lines, count } = this;
    this.lines = [];
    this.count = 0;
    this.onRecords(lines.map(recordOf).reverse(), count);
  }

  end() {
    cancelAnimationFrame(this.frame);
  }
}

/** Takes events apart; what is left of the text is the beginning of the next one. */
function eventsOf(text) {
  const events = text.split('\n\n');
  const rest = events.pop();
  const lines = [];
  let last;
  for (const event of events) {
    for (const line of event.split('\n')) {
      if (line.startsWith('data:')) {
        lines.push(line.slice(5));
      }
      else if (line.startsWith('id:')) {
        last = line.slice(3);
      }
    }
  }
  return { lines, rest, last };
}

/** Whether it may be answered another time. */
const passes = (error) => !(error instanceof Refused) || error.status === 429 || error.status === 503;

async function readerOf(path, signal) {
  const response = await open(path, { headers: { Accept: 'text/event-stream' }, signal });
  if (!response.ok) {
    const text = await response.text();
    throw new Refused({ status: response.status, problem: text.startsWith('{') ? JSON.parse(text) : undefined });
  }
  return response.body.pipeThrough(new TextDecoderStream()).getReader();
}

/**
 * Follows a partition until the signal ends it. A stream that breaks is opened again behind the last record that
 * came. What would not be kept is not read: with more than that to come, it goes on where the newest begin.
 * Calls onRecords(newest first, how many came), onSkipped(how many, next offset), onState('live' | 'waiting'),
 * onError(refusal).
 */
export async function follow(path, from, signal, { onRecords, onSkipped, onState, onError }) {
  const batches = new Batches(onRecords);
  signal.addEventListener('abort', () => batches.end());
  let next = from;
  while (!signal.aborted) {
    try {
      const newest = (await json(path, { signal })).logEndOffset - KEPT;
      if (next < newest) {
        onSkipped(newest - next, newest);
        next = newest;
      }
      const reader = await readerOf(`${path}/records?offset=${next}`, signal);
      onState('live');
      let rest = '';
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        const events = eventsOf(rest + piece.value);
        rest = events.rest;
        if (events.lines.length > 0) {
          next = Number(events.last) + 1;
          batches.add(events.lines);
        }
      }
    }
    catch (error) {
      if (!signal.aborted && !passes(error)) {
        onError(error);
        return;
      }
    }
    if (!signal.aborted) {
      onState('waiting');
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
