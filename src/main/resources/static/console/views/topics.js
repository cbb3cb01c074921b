// All topics, and a new one.
import { Fragment, html, useState } from '../ui.js';
import { call, json, learnFrom, topicPath, useLoad, withJson } from '../api.js';
import { bytes, bytesOf, num, span, spanOf } from '../format.js';
import { Curl, Field, Head, Loading, Modal, Problem, Table, Time } from '../parts.js';
import { useApp } from '../state.js';

const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;
const SHOWN = 200;

/** The form of a new topic and of a known one; what is empty is for ever, or the gateway's default. */
export function TopicForm({ topic, onClose, onDone }) {
  const [name, setName] = useState(topic?.topic ?? '');
  const [partitions, setPartitions] = useState(topic ? String(topic.partitions) : '');
  const [age, setAge] = useState(topic?.retentionMs ? span(topic.retentionMs).replace(/\s/g, ' ') : '');
  const [size, setSize] = useState(topic?.retentionBytes ? `${topic.retentionBytes}` : '');
  const [error, setError] = useState(null);
  const settings = { retentionMs: spanOf(age), retentionBytes: bytesOf(size) };
  if (partitions.trim() !== '') {
    settings.partitions = Number(partitions);
  }
  const wrong = {
    name: name && !NAME.test(name) && 'Letters, digits, ".", "_" and "-", up to 249 of them.',
    age: Number.isNaN(settings.retentionMs) && 'A number and d, h, min or s, such as 7 d.',
    size: Number.isNaN(settings.retentionBytes) && 'A number and KiB, MiB or GiB, such as 10 GiB.',
  };
  const ready = NAME.test(name) && !wrong.age && !wrong.size;
  const request = withJson('PUT', settings);
  const submit = async (event) => {
    event.preventDefault();
    if (!ready) {
      return;
    }
    try {
      onDone(JSON.parse((await call(topicPath(name), request)).text));
    }
    catch (failure) {
      learnFrom(failure);
      setError(failure);
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
      <${Problem} error=${error} />
      <p class="tools end">${ready && html`<${Curl} path=${topicPath(name)} request=${request} what="this change" />`}
        <button type="button" class="quiet" onClick=${onClose}>Cancel</button>
        <button type="submit" disabled=${!ready}>${topic ? 'Change' : 'Make'}</button></p>
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
