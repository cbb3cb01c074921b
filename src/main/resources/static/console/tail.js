// Follows a partition by its event stream. Only what can still be seen is read; the rest is counted.
import { Refused, Silence, json, open, refusalOf } from './api.js';
import { recordOf } from './record.js';

export const KEPT = 200;
const MOST_CHARS = 32 * 1024 * 1024;
const AGAIN_MS = 1000;

/** The gateway sends a comment every 15 s: a stream that is silent for longer is dead. */
const DEAD_MS = 40000;

/** What is kept of a list, newest first: so many, and so much of them, but always one. */
export function keptOf(list, charsOf) {
  let chars = 0;
  const end = list.slice(0, KEPT).findIndex((each, index) => {
    chars += charsOf(each);
    return index > 0 && chars > MOST_CHARS;
  });
  return list.slice(0, end < 0 ? KEPT : end);
}

/** Lets a stream be read that is faster than a screen: what came is handed over once a frame. */
class Batches {
  constructor(onRecords) {
    this.onRecords = onRecords;
    this.drop();
  }

  drop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.lines = [];
    this.count = 0;
  }

  add(lines) {
    this.count += lines.length;
    this.lines = keptOf([...lines.reverse(), ...this.lines], (line) => line.length);
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  flush() {
    const { lines, count } = this;
    this.drop();
    this.onRecords(lines.map(recordOf), count);
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

/** Whether it may be answered another time; retention may have passed the place, and is asked where. */
const passes = (error) => !(error instanceof Refused) || error.passes || error.code === 'OFFSET_OUT_OF_RANGE';

/** Opens the stream, and gives its pieces to a function until it ends. */
async function read(path, signal, onOpen, onPiece) {
  const options = { headers: { Accept: 'text/event-stream' }, signal };
  const silence = new Silence(options);
  const response = await open(path, options, silence);
  if (!response.ok) {
    throw await refusalOf(response);
  }
  onOpen();
  silence.ms = DEAD_MS;
  try {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    silence.heard();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      silence.heard();
      onPiece(piece.value);
    }
  }
  finally {
    silence.over();
  }
}

/**
 * Follows a partition until the signal ends it. A stream that breaks is opened again behind the last record that
 * came. What would not be kept is not read: with more than that to come, it goes on where the newest begin, and
 * where retention has passed it, at the first record there is. A log that ends before that was put back, or its
 * topic was made again: it goes on from its end.
 * Calls onRecords(newest first, how many came), onSkipped(how many, next offset), onShorter(the offset that was to
 * come, next offset), onState('live' | 'waiting' | 'off', why).
 */
export async function follow(path, from, signal, { onRecords, onSkipped, onShorter, onState }) {
  const batches = new Batches(onRecords);
  signal.addEventListener('abort', () => batches.drop());
  let next = from;
  let wasShort = false;

  /** False if it is to be asked again: another replica may not know of the newest records yet. */
  const place = ({ logStartOffset, logEndOffset }) => {
    const floor = Math.max(logStartOffset, logEndOffset - KEPT);
    const isShort = next > logEndOffset;
    if (isShort && !wasShort) {
      wasShort = true;
      return false;
    }
    wasShort = false;
    if (isShort) {
      batches.drop();
      onShorter(next, logEndOffset);
      next = logEndOffset;
    }
    else if (next < floor) {
      onSkipped(floor - next, floor);
      next = floor;
    }
    return true;
  };
  const once = async () => {
    let rest = '';
    if (place(await json(path, { signal }))) {
      await read(`${path}/records?offset=${next}`, signal, () => onState('live'), (text) => {
        const events = eventsOf(rest + text);
        rest = events.rest;
        if (events.lines.length > 0) {
          next = Number(events.last) + 1;
          batches.add(events.lines);
        }
      });
    }
  };
  while (!signal.aborted) {
    const failure = await once().catch((error) => error);
    if (!signal.aborted) {
      const isOver = failure && !passes(failure);
      onState(isOver ? 'off' : 'waiting', isOver || failure?.passes ? failure : null);
      if (isOver) {
        return;
      }
      await new Promise((done) => setTimeout(done, failure?.waitMs ?? AGAIN_MS));
    }
  }
}
