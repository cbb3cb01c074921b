// The records of a partition: a page of them, or those that come.
import { Fragment, html, useEffect, useRef, useState } from '../ui.js';
import { call, json, recordsPath, topicPath } from '../api.js';
import { bytes, num } from '../format.js';
import { useLoad } from '../load.js';
import { Curl, Field, Head, Loading, Problem } from '../parts.js';
import { matches, recordsOf } from '../record.js';
import { app } from '../state.js';
import { KEPT, follow, keptOf } from '../tail.js';
import { Records } from './records.js';

const PAGE = 100;
const MOST_READS = 4;
const NDJSON = { headers: { Accept: 'application/x-ndjson' } };

/** The request for a page. The newest come first; from an offset or a time they come in their order. */
function pageOf(query, ends) {
  const since = query.get('since');
  if (since) {
    return { search: `since=${encodeURIComponent(since)}&limit=${PAGE}`, newestFirst: false };
  }
  const from = query.get('from') ?? 'newest';
  if (from === 'newest' || query.get('before')) {
    // a window that the log does not fill yet keeps its start, so that no record is in two pages
    const before = Math.min(Number(query.get('before') ?? ends.logEndOffset), ends.logEndOffset + PAGE - 1);
    const start = Math.max(ends.logStartOffset, before - PAGE);
    const end = Math.min(before, ends.logEndOffset);
    return { search: `offset=${start}&limit=${Math.max(1, Math.min(PAGE, end - start))}`, newestFirst: true, end, isEmpty: end <= start };
  }
  return { search: `offset=${encodeURIComponent(from)}&limit=${PAGE}`, newestFirst: false };
}

/** The rest of a window whose page ended before it, since its values are large; no more than so many reads. */
async function restOf(records, path, end, signal) {
  for (let reads = 1; reads < MOST_READS && records.length > 0 && records.at(-1).offset + 1 < end; reads++) {
    const next = records.at(-1).offset + 1;
    const more = recordsOf((await call(`${path}?offset=${next}&limit=${end - next}`, { ...NDJSON, signal })).text);
    if (more.length === 0) {
      return;
    }
    records.push(...more);
  }
}

async function load(topic, partition, query, signal) {
  const ends = await json(`${topicPath(topic)}/partitions/${partition}`, { signal });
  const page = pageOf(query.has('live') ? new URLSearchParams() : query, ends);
  const path = `${recordsPath(topic, partition)}?${page.search}`;
  const records = page.isEmpty ? [] : recordsOf((await call(path, { ...NDJSON, signal })).text);
  if (page.newestFirst) {
    await restOf(records, recordsPath(topic, partition), page.end, signal);
  }
  const isCut = page.newestFirst && records.length > 0 && records.at(-1).offset + 1 < page.end;
  return { ends, path, isCut, isOfLive: query.has('live'), newestFirst: page.newestFirst, records: page.newestFirst ? records.reverse() : records };
}

/** A date, with a time or without: a browser would take "order-7" for the year 2001. */
const DATE = /^\d{4}-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?)?)?$/i;

/** Goes to an offset, to an end, or to a time. */
function GoTo({ go, query }) {
  const [text, setText] = useState(query.get('from')?.match(/^\d+$/) ? query.get('from') : '');
  const [error, setError] = useState(null);
  const submit = (event) => {
    event.preventDefault();
    const wanted = text.trim();
    if (/^\d+$/.test(wanted)) {
      go({ from: wanted });
    }
    else if (DATE.test(wanted) && !Number.isNaN(Date.parse(wanted))) {
      go({ since: new Date(wanted).toISOString() });
    }
    else {
      setError('An offset such as 1200, or a time such as 2026-11-28 10:00.');
      return;
    }
    setError(null);
  };
  return html`<form class="row" onSubmit=${submit}>
    <${Field} label="Go to offset or time" placeholder="1200 or 2026-11-28 10:00" value=${text} error=${error} onInput=${(event) => setText(event.target.value)} />
    <button type="submit" class="quiet">Go</button>
  </form>`;
}

function Pager({ data, go }) {
  const { records, ends, newestFirst, isCut } = data;
  if (records.length === 0) {
    return null;
  }
  const offsets = records.map((record) => record.offset);
  const low = Math.min(...offsets);
  const high = Math.max(...offsets);
  const older = low > ends.logStartOffset;
  const newer = high + 1 < ends.logEndOffset;
  const toOlder = () => go(newestFirst ? { before: low } : { from: Math.max(ends.logStartOffset, low - PAGE) });
  const toNewer = () => go(newestFirst ? { before: high + 1 + PAGE } : { from: high + 1 });
  return html`<p class="pager"><span class="faint">${num(low)} to ${num(high)} of ${num(ends.logStartOffset)} to ${num(ends.logEndOffset - 1)}${isCut && '; the values are large, Newer has the next'}</span>
    <button type="button" class="quiet" disabled=${!newer} onClick=${toNewer}>Newer</button>
    <button type="button" class="quiet" disabled=${!older} onClick=${toOlder}>Older</button></p>`;
}

const NOTHING = { records: [], count: 0, skipped: 0, shorter: null, state: 'off', error: null, isFull: false };

/** Whether somebody can see the page. A tab that is hidden keeps no stream: a browser has few connections. */
function useIsSeen() {
  const [isSeen, setIsSeen] = useState(document.visibilityState !== 'hidden');
  useEffect(() => {
    const changed = () => setIsSeen(document.visibilityState !== 'hidden');
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return isSeen;
}

function withNew(tail, records, count) {
  const all = [...records, ...tail.records];
  const kept = keptOf(all, (record) => record.chars);
  return { ...tail, count: tail.count + count, records: kept, isFull: tail.isFull || kept.length < all.length };
}

/** What comes, newest first, behind the page that was read when it began; paused, it goes on where it was. */
function useTail(topic, partition, data, isPaused) {
  const [tail, setTail] = useState(NOTHING);
  const next = useRef(null);
  const isSeen = useIsSeen();
  const isThere = Boolean(data);
  useEffect(() => {
    next.current = isThere ? data.ends.logEndOffset : null;
    setTail(isThere ? { ...NOTHING, records: data.records } : NOTHING);
  }, [isThere]);
  useEffect(() => {
    if (!isThere || isPaused || !isSeen) {
      setTail((before) => ({ ...before, state: isThere ? 'paused' : 'off' }));
      return undefined;
    }
    const ended = new AbortController();
    setTail((before) => ({ ...before, state: 'waiting', error: null }));
    follow(`${topicPath(topic)}/partitions/${partition}`, next.current, ended.signal, {
      onRecords: (records, count) => {
        next.current = Math.max(next.current, records[0].offset + 1);
        setTail((before) => withNew(before, records, count));
      },
      onSkipped: (count, from) => {
        next.current = from;
        setTail((before) => ({ ...before, skipped: before.skipped + count }));
      },
      onShorter: (seen, end) => {
        next.current = end;
        setTail((before) => ({ ...NOTHING, state: before.state, shorter: { seen, end } }));
      },
      onState: (state, error = null) => setTail((before) => ({ ...before, state, error })),
    });
    return () => ended.abort();
  }, [isThere, isPaused, isSeen, app.token]);
  return { ...tail, next: next.current };
}

const STATES = { live: 'live', waiting: 'connecting…', paused: 'paused', off: '' };

export function Partition({ parts: [topic, partition], query }) {
  const address = `#/topics/${encodeURIComponent(topic)}/${partition}`;
  const isTail = query.has('live');
  const [paused, setPaused] = useState(false);
  const [wanted, setWanted] = useState(query.get('filter') ?? '');
  const page = useLoad((signal) => load(topic, partition, query, signal), [topic, partition, String(query)]);
  const tail = useTail(topic, partition, isTail && page.data?.isOfLive ? page.data : null, paused);
  const go = (change) => {
    location.hash = `${address}?${new URLSearchParams(change)}`;
  };
  const loaded = isTail ? tail.records : page.data?.records ?? [];
  const shown = wanted ? loaded.filter((record) => matches(record, wanted)) : loaded;
  const at = query.get('since') ? 'since' : query.get('before') ? 'before' : query.get('from') ?? 'newest';
  const curl = isTail ? { path: `${recordsPath(topic, partition)}?offset=${tail.next ?? 'latest'}`, request: { headers: { Accept: 'text/event-stream' }, stream: true } }
    : { path: page.data?.path ?? recordsPath(topic, partition), request: NDJSON };
  const ends = page.data?.ends;
  return html`<${Fragment}>
    <p class="trail"><a href="#/topics">Topics</a> / <a href=${`#/topics/${encodeURIComponent(topic)}`}>${topic}</a> /</p>
    <${Head} title=${`Partition ${partition}`} sub=${ends && `${num(ends.logEndOffset - ends.logStartOffset)} records, ${bytes(ends.bytes)}, of ${num(ends.producers)} ${ends.producers === 1 ? 'producer' : 'producers'}. The next offset is ${num(ends.logEndOffset)}.`}>
      <${Curl} ...${curl} what="these records" /></${Head}>
    ${page.error?.code !== 'FORBIDDEN' && html`<div class="bar">
      <div class="switch" role="group" aria-label="Which records">
        <button type="button" aria-pressed=${String(!isTail && at === 'newest')} onClick=${() => go({ from: 'newest' })}>Newest</button>
        <button type="button" aria-pressed=${String(!isTail && at === 'earliest')} onClick=${() => go({ from: 'earliest' })}>Earliest</button>
        <button type="button" aria-pressed=${String(isTail)} onClick=${() => {
          setPaused(false);
          go({ live: '' });
        }}>Live</button>
      </div>
      ${isTail && html`<button type="button" onClick=${() => setPaused(!paused)}>${paused ? 'Go on' : 'Pause'}</button>
        ${STATES[tail.state] && html`<span class=${`badge ${tail.state === 'live' ? 'good' : ''}`} role="status">${STATES[tail.state]}</span>`}
        <span class="faint">${num(tail.count)} came${tail.skipped > 0 && `, ${num(tail.skipped)} more were skipped`}</span>`}
      ${!isTail && html`<${GoTo} key=${String(query)} go=${go} query=${query} />`}
      <${Field} label="Filter what is loaded" value=${wanted} onInput=${(event) => setWanted(event.target.value)} />
    </div>`}
    ${tail.shorter && html`<div class="note" role="status"><p><strong>The log is shorter than what was seen:</strong> offset ${num(tail.shorter.seen)} was to come next, and is
      ${' '}${num(tail.shorter.end)} now. A backup was put back, or the topic was made again. What was shown is cleared, and goes on from the end.</p></div>`}
    <${Problem} error=${page.error ?? tail.error}>${page.error?.code === 'OFFSET_OUT_OF_RANGE' && html`<button type="button" class="quiet" onClick=${() => go({ from: 'earliest' })}>Go to the start</button>`}</${Problem}>
    <${Loading} of=${page} />
    ${page.data && html`<${Records} records=${shown} topic=${topic} partition=${partition}
      empty=${wanted ? `None of the ${num(loaded.length)} records that are loaded has this.` : isTail ? 'Nothing yet. What is appended comes here.' : 'There is no record here.'} />`}
    ${!isTail && page.data && html`<${Pager} data=${page.data} go=${go} />`}
    ${isTail && tail.isFull && html`<p class="faint">The newest ${KEPT}, or 32 MiB of them, are kept here.</p>`}
  </${Fragment}>`;
}
