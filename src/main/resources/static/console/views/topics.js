// All topics, and a new one.
import { Fragment, html, useState } from '../ui.js';
import { Refused, call, json, send, topicPath, withJson } from '../api.js';
import { bytes, bytesOf, num, span, spanOf, typedSpan } from '../format.js';
import { learnFrom, useLoad } from '../load.js';
import { Curl, Failure, Field, Head, Loading, Modal, Problem, Table, Time } from '../parts.js';
import { useApp } from '../state.js';

const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;
const SHOWN = 200;

const keptOf = ({ retentionMs, retentionBytes }) => `kept ${retentionMs ? 'for ' : ''}${span(retentionMs)}${retentionBytes ? `, ${bytes(retentionBytes)} of each partition` : ''}`;

/** What is known of a topic; null if there is none. */
async function known(name) {
  const answer = await send(topicPath(name));
  if (answer.status === 404) {
    return null;
  }
  if (!answer.ok) {
    throw new Refused(answer);
  }
  return JSON.parse(answer.text);
}

/** A PUT replaces all settings: refuses to, if they are no longer those that the form began with. */
async function refuseOthers(name, began) {
  const now = await known(name);
  if (!began && now) {
    throw new Error(`${name} is there already, with ${num(now.partitions)} partitions, ${keptOf(now)}. Nothing was sent.`);
  }
  if (began && !now) {
    throw new Error(`${name} is no longer there. Nothing was sent.`);
  }
  if (began && ['createdAt', 'partitions', 'retentionMs', 'retentionBytes'].some((field) => (now[field] ?? null) !== (began[field] ?? null))) {
    throw new Error(`${name} was changed meanwhile: it has ${num(now.partitions)} partitions, ${keptOf(now)}. Nothing was sent; open this form again.`);
  }
}

const shrinks = (before, after) => after !== null && (!before || after < before);

/** What a change of the retention deletes, in words. */
function deletedBy(began, { retentionMs, retentionBytes }) {
  return [shrinks(began.retentionMs, retentionMs) && `records that are older than ${span(retentionMs)}`,
    shrinks(began.retentionBytes, retentionBytes) && `the oldest records of each partition that has more than ${bytes(retentionBytes)}`].filter(Boolean).join(', and ');
}

/** The form of a new topic and of a known one; what is empty is for ever, or the gateway's default. */
export function TopicForm({ topic: latest, onClose, onDone }) {
  const [topic] = useState(latest);
  const [name, setName] = useState(topic?.topic ?? '');
  const [partitions, setPartitions] = useState(topic ? String(topic.partitions) : '');
  const [age, setAge] = useState(topic?.retentionMs ? typedSpan(topic.retentionMs) : '');
  const [size, setSize] = useState(topic?.retentionBytes ? `${topic.retentionBytes}` : '');
  const [error, setError] = useState(null);
  const [agreed, setAgreed] = useState('');
  const [busy, setBusy] = useState(false);
  const settings = { retentionMs: spanOf(age), retentionBytes: bytesOf(size) };
  if (partitions.trim() !== '') {
    settings.partitions = Number(partitions);
  }
  const wrong = {
    name: name && !NAME.test(name) && 'Letters, digits, ".", "_" and "-", up to 249 of them.',
    age: Number.isNaN(settings.retentionMs) && 'A number and d, h, min or s, such as 7 d.',
    size: Number.isNaN(settings.retentionBytes) && 'A number and KiB, MiB or GiB, such as 10 GiB.',
  };
  const request = withJson('PUT', settings);
  const isRight = NAME.test(name) && !wrong.age && !wrong.size;
  const deleted = topic && isRight && deletedBy(topic, settings);
  const ready = isRight && (!deleted || agreed === deleted);
  const submit = async (event) => {
    event.preventDefault();
    if (!ready || busy) {
      return;
    }
    setBusy(true);
    try {
      await refuseOthers(name, topic);
      onDone(JSON.parse((await call(topicPath(name), request)).text));
    }
    catch (failure) {
      learnFrom(failure);
      setError(failure);
      setBusy(false);
    }
  };
  const typed = (set) => (event) => set(event.target.value);
  return html`<${Modal} title=${topic ? `Change ${topic.topic}` : 'New topic'} onClose=${onClose}>
    <form onSubmit=${submit}>
      ${!topic && html`<${Field} label="Name" value=${name} onInput=${typed(setName)} error=${wrong.name} required autofocus />`}
      <${Field} label="Partitions" type="number" min=${topic?.partitions ?? 1} max="10000" value=${partitions} onInput=${typed(setPartitions)}
        hint=${topic ? 'It can grow, not shrink. Keys move to other partitions when it grows.' : 'Empty: as many as the gateway’s default.'} />
      <${Field} label="Keep for" value=${age} onInput=${typed(setAge)} error=${wrong.age} hint="Such as 7 d or 12 h. Empty: for ever." />
      <${Field} label="Keep of each partition" value=${size} onInput=${typed(setSize)} error=${wrong.size} hint="Such as 10 GiB. Empty: all." />
      ${deleted && html`<label class="check"><input type="checkbox" checked=${agreed === deleted} onChange=${() => setAgreed(agreed === deleted ? '' : deleted)} />
        <span>Delete for ever: ${deleted}</span></label>`}
      <${Failure} error=${error} />
      <p class="tools end">${ready && html`<${Curl} path=${topicPath(name)} request=${request} what="this change" />`}
        <button type="button" class="quiet" onClick=${onClose}>Cancel</button>
        <button type="submit" disabled=${!ready || busy}>${topic ? 'Change' : 'Make'}</button></p>
    </form>
  </${Modal}>`;
}

export function Topics() {
  const { admin } = useApp();
  const [making, setMaking] = useState(false);
  const [wanted, setWanted] = useState('');
  const list = useLoad((signal) => json('topics', { signal }), []);
  const found = (list.data?.topics ?? []).filter(({ topic }) => topic.toLowerCase().includes(wanted.toLowerCase()));
  return html`<${Fragment}>
    <${Head} title="Topics" sub="A topic is a log of its own, with its partitions. A producer’s sequences are counted for each of them.">
      ${admin && html`<button type="button" onClick=${() => setMaking(true)}>New topic</button>`}
      <${Curl} path="topics" what="the topics" /></${Head}>
    <${Problem} error=${list.error} />
    <${Loading} of=${list} />
    ${list.data?.topics.length > 8 && html`<${Field} label="Filter by name" value=${wanted} onInput=${(event) => setWanted(event.target.value)} />`}
    ${list.data && html`<${Table} label="Topics" head=${['Topic', ['Partitions', 'number'], ['Kept for', 'number'], ['Kept of each', 'wide number'], ['Made', 'wide number']]}
      empty=${wanted ? 'None has this in its name.' : 'There is no topic that you may see.'}>
      ${found.slice(0, SHOWN).map((each) => html`<tr key=${each.topic}>
        <td class="name"><a href=${`#/topics/${encodeURIComponent(each.topic)}`}>${each.topic}</a></td>
        <td class="number">${num(each.partitions)}</td>
        <td class="number">${span(each.retentionMs)}</td>
        <td class="wide number">${each.retentionBytes ? bytes(each.retentionBytes) : 'all'}</td>
        <td class="wide number"><${Time} at=${each.createdAt} /></td>
      </tr>`)}
    </${Table}>`}
    ${found.length > SHOWN && html`<p class="faint">The first ${num(SHOWN)} of ${num(found.length)}; filter for others.</p>`}
    ${making && html`<${TopicForm} onClose=${() => setMaking(false)} onDone=${({ topic }) => {
      location.hash = `#/topics/${encodeURIComponent(topic)}`;
    }} />`}
  </${Fragment}>`;
}
