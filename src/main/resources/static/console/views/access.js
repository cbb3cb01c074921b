// Access keys: who has one, for what, and since when it was not used.
import { Fragment, html, useState } from '../ui.js';
import { call, json, withJson } from '../api.js';
import { learnFrom, useLoad } from '../load.js';
import { Copy, Curl, Failure, Field, Head, Loading, Modal, Problem, Table, Time } from '../parts.js';
import { useApp } from '../state.js';

const RIGHTS = [['produce', 'append, register producers'], ['read', 'read records'], ['monitor', 'see health and metrics'], ['admin', 'all of it: topics, keys, producers of others']];

const rightsOf = (key) => key.rights.map(({ may, topics }) => may.join(', ') + (topics && !(topics.length === 1 && topics[0] === '*') ? `: ${topics.join(', ')}` : '')).join('; ');

/** produce and read are bound to topics, monitor and admin never are. */
function grantsOf(may, topics) {
  const names = topics.split(/[\s,]+/).filter(Boolean);
  const bound = may.filter((right) => names.length > 0 && (right === 'produce' || right === 'read'));
  const free = may.filter((right) => !bound.includes(right));
  return [bound.length > 0 && { may: bound, topics: names }, free.length > 0 && { may: free }].filter(Boolean);
}

function NewKey({ onClose, onMade }) {
  const [name, setName] = useState('');
  const [may, setMay] = useState(['produce']);
  const [topics, setTopics] = useState('');
  const [end, setEnd] = useState('');
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const request = withJson('POST', { name, rights: grantsOf(may, topics), expiresAt: end ? new Date(end).toISOString() : null });
  const ready = name.trim() && may.length > 0;
  const submit = async (event) => {
    event.preventDefault();
    if (busy) {
      return;
    }
    setBusy(true);
    try {
      onMade(JSON.parse((await call('keys', request)).text));
    }
    catch (failure) {
      learnFrom(failure);
      setError(failure);
      setBusy(false);
    }
  };
  const typed = (set) => (event) => set(event.target.value);
  return html`<${Modal} title="New key" onClose=${busy ? undefined : onClose}>
    <form onSubmit=${submit}>
      <${Field} label="Who will hold it" value=${name} onInput=${typed(setName)} hint="The principal, which owns the producers it registers. Two keys may have one name." required autofocus />
      <fieldset><legend>May</legend>${RIGHTS.map(([right, what]) => html`<label class="check"><input type="checkbox" checked=${may.includes(right)}
        onChange=${() => setMay(may.includes(right) ? may.filter((each) => each !== right) : [...may, right])} /> ${right} <span class="faint">${what}</span></label>`)}</fieldset>
      <${Field} label="In which topics" value=${topics} onInput=${typed(setTopics)} hint="Such as orders, shop-*. Empty: in all. It is about produce and read." />
      <${Field} label="Until" type="datetime-local" value=${end} onInput=${typed(setEnd)} hint="Empty: until it is revoked." />
      <${Failure} error=${error} />
      <p class="tools end">${ready && html`<${Curl} path="keys" request=${request} what="making this key" />`}
        <button type="button" class="quiet" disabled=${busy} onClick=${onClose}>Cancel</button><button type="submit" disabled=${!ready || busy}>${busy ? 'Making…' : 'Make'}</button></p>
    </form>
  </${Modal}>`;
}

function Made({ made, onClose }) {
  return html`<${Modal} title="The new key">
    <p>It is shown this once: the gateway keeps its SHA-256 alone.</p>
    <pre tabindex="0" class="command">${made.key}</pre>
    <p class="tools end"><${Copy} text=${made.key} what="the key" /><button type="button" autofocus onClick=${onClose}>I have it</button></p>
  </${Modal}>`;
}

function Revoke({ revoked, onClose, onDone }) {
  const [error, setError] = useState(null);
  const path = `keys/${revoked.id}`;
  const revoke = async () => {
    try {
      await call(path, { method: 'DELETE' });
      onDone();
    }
    catch (failure) {
      setError(failure);
    }
  };
  return html`<${Modal} title="Revoke a key" onClose=${onClose}>
    <p>Key ${revoked.id} of ${revoked.name} opens nothing any more, on every replica within 5 seconds. It cannot be brought back.</p>
    <${Failure} error=${error} />
    <p class="tools end"><${Curl} path=${path} request=${{ method: 'DELETE' }} what="revoking this key" />
      <button type="button" class="quiet" autofocus onClick=${onClose}>Cancel</button>
      <button type="button" class="danger" onClick=${revoke}>Revoke</button></p>
  </${Modal}>`;
}

export function Access({ query }) {
  const { keys } = useApp();
  const [dialog, setDialog] = useState(null);
  const path = `keys?limit=100${query.get('after') ? `&after=${encodeURIComponent(query.get('after'))}` : ''}`;
  const page = useLoad((signal) => json(path, { signal }), [path]);
  const close = () => {
    setDialog(null);
    page.reload();
  };
  return html`<${Fragment}>
    <${Head} title="Access" sub="Access keys: each has a holder and rights. What is used last is known to the hour.">
      ${keys && html`<button type="button" onClick=${() => setDialog({ making: true })}>New key</button>`}
      <${Curl} path=${path} what="the keys" /></${Head}>
    <${Problem} error=${page.error} />
    <${Loading} of=${page} />
    ${page.data && html`<${Table} label="Access keys" empty="There are none. The administrator’s is in the settings (gateway.security.admin-key)."
      head=${[['Id', 'number'], 'Who', 'May', ['Last used', 'number'], ['Made', 'wide number'], ['Ends', 'wide number'], '']}>
      ${page.data.keys.map((key) => html`<tr key=${key.id}>
        <td class="number">${key.id}</td><td class="name">${key.name}</td><td>${rightsOf(key)}</td>
        <td class="number"><${Time} at=${key.lastUsedAt} /></td>
        <td class="wide number"><${Time} at=${key.createdAt} /></td>
        <td class="wide number">${key.expiresAt ? html`<${Time} at=${key.expiresAt} />` : html`<span class="faint">never</span>`}</td>
        <td class="number"><button type="button" class="quiet danger" aria-label=${`Revoke key ${key.id}`} onClick=${() => setDialog({ revoked: key })}>Revoke</button></td>
      </tr>`)}
    </${Table}>`}
    ${page.data?.next && html`<p class="pager"><a href=${`#/access?after=${page.data.next}`}>Next page</a></p>`}
    ${dialog?.making && html`<${NewKey} onClose=${() => setDialog(null)} onMade=${(made) => setDialog({ made })} />`}
    ${dialog?.made && html`<${Made} made=${dialog.made} onClose=${close} />`}
    ${dialog?.revoked && html`<${Revoke} revoked=${dialog.revoked} onClose=${() => setDialog(null)} onDone=${close} />`}
  </${Fragment}>`;
}
