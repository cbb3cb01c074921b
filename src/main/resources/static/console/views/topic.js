// One topic: its partitions, and what may be done to it.
import { Fragment, html, useState } from '../ui.js';
import { call, json, topicPath } from '../api.js';
import { bytes, num, span } from '../format.js';
import { learnFrom, useLoad } from '../load.js';
import { Curl, Failure, Field, Head, Loading, Modal, Problem, Table, Time } from '../parts.js';
import { useApp } from '../state.js';
import { TopicForm } from './topics.js';

const STEP = 200;

function DeleteTopic({ topic, onClose }) {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    if (typed !== topic) {
      return;
    }
    try {
      await call(topicPath(topic), { method: 'DELETE' });
      location.hash = '#/topics';
    }
    catch (failure) {
      learnFrom(failure);
      setError(failure);
    }
  };
  return html`<${Modal} title=${`Delete ${topic}`} onClose=${onClose}>
    <p>All its records are deleted, and the sequences and ids of its producers. A topic that is made again under this name is a new one.</p>
    <form onSubmit=${submit}>
      <${Field} label=${`Type ${topic} to delete it`} value=${typed} onInput=${(event) => setTyped(event.target.value)} autofocus />
      <${Failure} error=${error} />
      <p class="tools end"><${Curl} path=${topicPath(topic)} request=${{ method: 'DELETE' }} what="the deletion" />
        <button type="button" class="quiet" onClick=${onClose}>Cancel</button>
        <button type="submit" class="danger" disabled=${typed !== topic}>Delete</button></p>
    </form>
  </${Modal}>`;
}

/** Where a key belongs is the gateway's to say. */
function KeyFinder({ topic }) {
  const [key, setKey] = useState('');
  const [found, setFound] = useState(null);
  const path = `${topicPath(topic)}/partitions?key=${encodeURIComponent(key)}`;
  const submit = async (event) => {
    event.preventDefault();
    try {
      setFound({ key, partition: (await json(path)).partitions[0]?.partition });
    }
    catch (error) {
      setFound({ error });
    }
  };
  return html`<form class="row" onSubmit=${submit}>
    <${Field} label="Where is the key" value=${key} onInput=${(event) => setKey(event.target.value)} />
    <button type="submit" class="quiet">Find</button>
    <${Curl} path=${path} what="finding this key" />
    ${found && !found.error && html`<p role="status"><code>${found.key}</code> is in
      ${' '}<a href=${`#/topics/${encodeURIComponent(topic)}/${found.partition}`}>partition ${found.partition}</a></p>`}
    <${Problem} error=${found?.error} />
  </form>`;
}

function Partitions({ topic, list }) {
  const [shown, setShown] = useState(STEP);
  const relayed = list.some((each) => each.relayedOffset !== undefined);
  const head = [['Partition', 'number'], ['Records', 'number'], ['From offset', 'wide number'], ['Next offset', 'number'],
    ['Size', 'number'], ['Producers', 'wide number']];
  return html`<${Fragment}>
    <${Table} label="Partitions" head=${relayed ? [...head, ['Relay lag', 'number']] : head} empty="There are none.">
      ${list.slice(0, shown).map((each) => html`<tr key=${each.partition}>
        <td class="number"><a href=${`#/topics/${encodeURIComponent(topic)}/${each.partition}`} aria-label=${`Partition ${each.partition}`}>${each.partition}</a></td>
        <td class="number">${num(each.logEndOffset - each.logStartOffset)}</td>
        <td class="wide number">${num(each.logStartOffset)}</td>
        <td class="number">${num(each.logEndOffset)}</td>
        <td class="number">${bytes(each.bytes)}</td>
        <td class="wide number">${num(each.producers)}</td>
        ${relayed && html`<td class="number">${num(each.logEndOffset - (each.relayedOffset ?? 0))}</td>`}
      </tr>`)}
    </${Table}>
    ${list.length > shown && html`<p class="tools"><button type="button" class="quiet" onClick=${() => setShown(shown + STEP)}>Show more of ${num(list.length)}</button></p>`}
  </${Fragment}>`;
}

export function Topic({ parts: [topic] }) {
  const { admin } = useApp();
  const [dialog, setDialog] = useState(null);
  const settings = useLoad((signal) => json(topicPath(topic), { signal }), [topic]);
  const list = useLoad((signal) => json(`${topicPath(topic)}/partitions`, { signal }), [topic], settings.data?.partitions > 1000 ? 30000 : 3000);
  const close = () => {
    setDialog(null);
    settings.reload();
  };
  const sub = settings.data && html`${num(settings.data.partitions)} partitions, kept ${settings.data.retentionMs ? 'for ' : ''}${span(settings.data.retentionMs)}${settings.data.retentionBytes ? `, ${bytes(settings.data.retentionBytes)} of each partition` : ''}. Made <${Time} at=${settings.data.createdAt} />.`;
  return html`<${Fragment}>
    <p class="trail"><a href="#/topics">Topics</a> /</p>
    <${Head} title=${topic} sub=${sub}>
      ${admin && settings.data && html`<button type="button" onClick=${() => setDialog('change')}>Change</button>`}
      ${admin && settings.data && topic !== 'records' && html`<button type="button" class="quiet danger" onClick=${() => setDialog('delete')}>Delete</button>`}
      <${Curl} path=${`${topicPath(topic)}/partitions`} what="the partitions" more=${[{ path: topicPath(topic), what: 'the settings' }]} /></${Head}>
    <${Problem} error=${settings.error ?? list.error} />
    <${Loading} of=${list} />
    ${list.data && html`<${Partitions} topic=${topic} list=${list.data.partitions} />`}
    ${settings.data && html`<${KeyFinder} topic=${topic} />`}
    ${dialog === 'change' && html`<${TopicForm} topic=${settings.data} onClose=${close} onDone=${() => {
      close();
      list.reload();
    }} />`}
    ${dialog === 'delete' && html`<${DeleteTopic} topic=${topic} onClose=${close} />`}
  </${Fragment}>`;
}
