// What the gateway does just now.
import { Fragment, html, useState } from '../ui.js';
import { Refused, json, send } from '../api.js';
import { bytes, num, rate, span } from '../format.js';
import { useLoad } from '../load.js';
import { Curl, Head, Loading, Problem, Table } from '../parts.js';
import { Chart } from './chart.js';
import { NAMES, byTopic, ratesOf, readingOf } from './metrics.js';

const METRICS = `actuator/prometheus?includedNames=${NAMES.join(',')}`;
const FOR_GOOD = [401, 403, 404];
const EVERY_MS = 2000;
const KEPT = 60;
const MOST_COUNTED = 20;
const MOST_TOPICS = 200;
const MANY_PARTITIONS = 1000;
const OTHERS_SHOWN = 10;

const SERIES = [{ of: 'appended', line: '--accent', fill: '--accent-soft' }, { of: 'duplicate', line: '--faint', dash: [4, 3] },
  { of: 'refused', line: '--warn' }, { of: 'failed', line: '--bad' }];

/** Two readings are a number per second; the rest is history. */
function useMetrics() {
  const [points, setPoints] = useState([]);
  const [last] = useState({ reading: null });
  const load = useLoad(async (signal) => {
    const answer = await send(METRICS, { signal });
    if (FOR_GOOD.includes(answer.status)) {
      return { refused: answer.status };
    }
    if (!answer.ok) {
      throw new Refused(answer);
    }
    const reading = readingOf(answer.text, Date.now());
    const before = last.reading;
    last.reading = reading;
    if (before && reading.at > before.at) {
      setPoints((all) => [...all.slice(1 - KEPT), ratesOf(before, reading)]);
    }
    return { reading };
  }, [], EVERY_MS);
  return { reading: load.data?.reading, refused: load.data?.refused, error: load.error, points };
}

const whyNot = (status) => (status === 404
  ? 'The numbers are not here: the operator’s endpoints have a port of their own (management.server.port), or are switched off.'
  : 'The numbers take a token with the right monitor, which this one has not.');

function Tile({ name, value, unit, title }) {
  return html`<div class="tile" title=${title}><dt>${name}</dt><dd>${value} <small>${unit}</small></dd></div>`;
}

function Numbers({ metrics }) {
  if (metrics.refused) {
    return html`<div class="note"><p>${metrics.refused === 401 ? 'The numbers take a token with the right monitor.' : whyNot(metrics.refused)}</p></div>`;
  }
  const now = metrics.points.at(-1) ?? {};
  const others = metrics.points.slice(-OTHERS_SHOWN).some((point) => point.isOther);
  const ms = (seconds) => (seconds === undefined ? '–' : num(seconds * 1000, seconds < 0.1 ? 1 : 0));
  return html`
    <${Problem} error=${metrics.error} />
    <dl class="tiles" aria-label="Just now">
      <${Tile} name="Appended" value=${rate(now.appended)} unit="records/s" />
      <${Tile} name="Duplicate" value=${rate(now.duplicate)} unit="records/s" title="Sent again, answered with the original offset" />
      <${Tile} name="Refused" value=${rate(now.refused)} unit="records/s" title="Gaps, reused sequences, fenced producers, requests that are wrong" />
      <${Tile} name="Failed" value=${rate(now.failed)} unit="records/s" title="The database failed, or did not answer in time" />
      <${Tile} name="Commit" value=${ms(now.commit)} unit=${html`ms${now.commit99 !== undefined && html`, 99 % ≤ ${ms(now.commit99)}`}`} title="A group's transaction, to the end of the sync" />
      <${Tile} name="Group" value=${num(now.group, 1)} unit="appends/commit" />
    </dl>
    ${others && html`<p class="faint" role="status">Where the line has a gap, another process answered: the gateway was restarted, or several replicas are behind this address.</p>`}
    <${Chart} points=${metrics.points} series=${SERIES} label=${`Records a second, of the last two minutes. Just now ${rate(now.appended)} appended, ${rate(now.duplicate)} duplicate, ${rate(now.refused)} refused, ${rate(now.failed)} failed.`} />`;
}

function Health({ health }) {
  if (!health) {
    return html`<span class="badge">health unknown</span>`;
  }
  const up = health.status === 'UP';
  const bad = Object.entries(health.components ?? {}).filter(([, part]) => part.status !== 'UP').map(([name]) => name);
  return html`<span class=${`badge ${up ? 'good' : 'bad'}`}>${up ? 'healthy' : `${health.status.toLowerCase()}: ${bad.join(', ') || 'not ready'}`}</span>`;
}

/** Where nobody may see the metrics, the partitions say where a topic ends. */
async function topics(signal) {
  const { topics: list } = await json('topics', { signal });
  return list;
}

async function ends(list, signal) {
  const found = new Map();
  for (const { topic } of list.slice(0, MOST_COUNTED)) {
    const { partitions } = await json(`topics/${encodeURIComponent(topic)}/partitions`, { signal });
    const total = (of) => partitions.reduce((all, each) => all + (of(each) ?? 0), 0);
    found.set(topic, { end: total((each) => each.logEndOffset), size: total((each) => each.bytes),
      lag: partitions.some((each) => each.relayedOffset !== undefined) ? total((each) => each.logEndOffset - (each.relayedOffset ?? 0)) : undefined });
  }
  return found;
}

function TopicTable({ list, reading, counted }) {
  const end = byTopic(reading, 'gateway_topic_end_offset');
  const size = byTopic(reading, 'gateway_topic_size_bytes');
  const lag = byTopic(reading, 'gateway_relay_topic_lag_records');
  const hasLag = lag.size > 0 || [...(counted?.values() ?? [])].some((each) => each.lag !== undefined);
  const head = ['Topic', ['Partitions', 'number'], ['Records ever', 'number'], ['Size', 'number'], ['Kept', 'wide number']];
  return html`<${Table} label="Topics" head=${hasLag ? [...head, ['Relay lag', 'number']] : head} empty="There is no topic that you may see.">
    ${list.slice(0, MOST_TOPICS).map(({ topic, partitions, retentionMs, retentionBytes }) => html`<tr key=${topic}>
      <td class="name"><a href=${`#/topics/${encodeURIComponent(topic)}`}>${topic}</a></td>
      <td class="number">${num(partitions)}</td>
      <td class="number">${num(end.get(topic) ?? counted?.get(topic)?.end)}</td>
      <td class="number">${bytes(size.get(topic) ?? counted?.get(topic)?.size)}</td>
      <td class="wide number">${span(retentionMs)}${retentionBytes ? `, ${bytes(retentionBytes)}` : ''}</td>
      ${hasLag && html`<td class="number">${num(lag.get(topic) ?? counted?.get(topic)?.lag)}</td>`}
    </tr>`)}
  </${Table}>`;
}

export function Overview() {
  const metrics = useMetrics();
  const health = useLoad(async (signal) => {
    const answer = await send('actuator/health', { signal });
    // 503 is an answer, too: it is not healthy
    return answer.problem || !answer.type.includes('json') ? null : JSON.parse(answer.text);
  }, [], 5000);
  const list = useLoad(topics, [], 10000);
  const without = Boolean(metrics.refused);
  const isMuch = (list.data ?? []).slice(0, MOST_COUNTED).reduce((all, { partitions }) => all + partitions, 0) > MANY_PARTITIONS;
  const counted = useLoad((signal) => (without && list.data ? ends(list.data, signal) : Promise.resolve(null)), [without, list.data?.length], !without ? 0 : isMuch ? 30000 : 5000);
  return html`<${Fragment}>
    <${Head} title="Overview"><${Health} health=${health.data} />
      <${Curl} path=${METRICS} what="the numbers" more=${[{ path: 'actuator/health', what: 'the health' }]} /></${Head}>
    <${Numbers} metrics=${metrics} />
    <div class="head"><h2>Topics</h2><div class="tools"><${Curl} path="topics" what="the topics" /></div></div>
    <${Problem} error=${list.error} />
    <${Loading} of=${list} />
    ${list.data && html`<${TopicTable} list=${list.data} reading=${metrics.reading} counted=${counted.data} />`}
    ${without && list.data?.length > MOST_COUNTED && html`<p class="faint">Without the right monitor only the first ${MOST_COUNTED} topics are counted here.</p>`}
    ${list.data?.length > MOST_TOPICS && html`<p class="faint">And ${num(list.data.length - MOST_TOPICS)} more: <a href="#/topics">all topics</a>.</p>`}
  </${Fragment}>`;
}
