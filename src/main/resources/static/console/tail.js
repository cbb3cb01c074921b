// Follows a partition by its event stream. Only what can still be seen is read; the rest is counted.
import { Refused, open } from './api.js';
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

/**
 * Follows until the signal ends it. A stream that breaks is opened again behind the last record that came.
 * Calls onRecords(newest first, how many came), onState('live' | 'waiting'), onError(refusal).
 */
export async function follow(path, from, signal, { onRecords, onState, onError }) {
  const batches = new Batches(onRecords);
  signal.addEventListener('abort', () => batches.end());
  let next = from;
  while (!signal.aborted) {
    try {
      const response = await open(`${path}?offset=${next}`, { headers: { Accept: 'text/event-stream' }, signal });
      if (!response.ok) {
        const text = await response.text();
        const refused = new Refused({ status: response.status, problem: text.startsWith('{') ? JSON.parse(text) : undefined });
        if (response.status !== 429 && response.status !== 503) {
          onError(refused);
          return;
        }
        throw refused;
      }
      onState('live');
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
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
    catch {
      // it is opened again
    }
    if (!signal.aborted) {
      onState('waiting');
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
