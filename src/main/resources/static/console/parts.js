// Small things that many views have.
import { html, useEffect, useRef, useState } from './ui.js';
import { Away, curlOf } from './api.js';
import { ago } from './format.js';
import { update } from './state.js';

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  }
  catch {
    // without TLS browsers have no clipboard for pages
    const area = document.createElement('textarea');
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  update({ said: 'Copied' });
}

export function Copy({ text, label = 'Copy', what = '' }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    const timer = done ? setTimeout(() => setDone(false), 1500) : 0;
    return () => clearTimeout(timer);
  }, [done]);
  const click = async () => {
    await copy(text);
    setDone(true);
  };
  return html`<button type="button" class="quiet" onClick=${click} aria-label=${what ? `Copy ${what}` : undefined}>
    ${done ? 'Copied' : label}</button>`;
}

/** Shows the request that a view is made of. */
export function Curl({ path, request, what }) {
  const show = () => update({ curl: curlOf(path, request) });
  return html`<button type="button" class="quiet" onClick=${show} aria-label=${`curl: ${what}`}>curl</button>`;
}

export function Time({ at }) {
  return at ? html`<time dateTime=${at} title=${at}>${ago(at)}</time>` : html`<span class="faint">never</span>`;
}

/** What went wrong, in the gateway's words, and what to do about it. */
export function Problem({ error, children }) {
  if (!error || error instanceof Away) {
    return null;
  }
  const page = error.problem?.type?.replace(/.*\/problems\//, '../problems/');
  return html`<div class="note bad" role="alert">
    <p><strong>${error.problem?.title ?? 'That did not work'}.</strong> ${error.message}</p>
    ${error.problem?.errors?.length > 1 && html`<ul>${error.problem.errors.map((each) => html`<li><code>${each.field}</code> ${each.message}</li>`)}</ul>`}
    <p class="tools">${page && html`<a href=${page}>What to do: ${error.code}</a>`} ${children}</p>
  </div>`;
}

/** A dialog that has the keyboard until it is closed; without onClose Esc does not close it. */
export function Modal({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const shown = dialog.current;
    shown.showModal();
    shown.querySelector('[autofocus]')?.focus();
    return () => shown.close(); // which gives the focus back
  }, []);
  const id = `dialog-${title.toLowerCase().replace(/\W+/g, '-')}`;
  return html`<dialog ref=${dialog} aria-labelledby=${id} onCancel=${(event) => {
    event.preventDefault();
    onClose?.();
  }} onKeyDown=${(event) => {
    // a browser lets only the first Esc be refused as a cancel
    if (event.key === 'Escape' && !onClose) {
      event.preventDefault();
    }
  }}>
    <h2 id=${id}>${title}</h2>
    ${children}
  </dialog>`;
}

/** A table that scrolls by itself where it is too wide for the page. */
export function Table({ label, head, children, empty }) {
  const count = Array.isArray(children) ? children.flat().filter(Boolean).length : Number(Boolean(children));
  return html`<div class="table" role="region" aria-label=${label} tabindex="0">
    <table>
      <thead><tr>${head.map((cell) => {
        const [text, kind = ''] = Array.isArray(cell) ? cell : [cell];
        return text === '' ? html`<td class=${kind}></td>` : html`<th scope="col" class=${kind}>${text}</th>`;
      })}</tr></thead>
      <tbody>${count > 0 ? children : html`<tr><td class="empty" colspan=${head.length}>${empty}</td></tr>`}</tbody>
    </table>
  </div>`;
}

export function Head({ title, children, sub }) {
  useEffect(() => {
    document.title = `${title} · Exactly-Once Gateway`;
  }, [title]);
  return html`<div class="head"><h1 tabindex="-1">${title}</h1><div class="tools">${children}</div></div>
    ${sub && html`<p class="lead">${sub}</p>`}`;
}

export const Loading = ({ of }) => of.loading && !of.error && html`<p class="faint" role="status">Loading…</p>`;

/** A field with its label. */
export function Field({ label, hint, error, ...input }) {
  const id = `field-${label.toLowerCase().replace(/\W+/g, '-')}`;
  return html`<div class="field"><label for=${id}>${label}</label>
    <input id=${id} autocomplete="off" spellcheck="false" aria-invalid=${error ? 'true' : undefined}
      aria-describedby=${hint || error ? `${id}-hint` : undefined} ...${input} />
    ${(error || hint) && html`<small id=${`${id}-hint`} class=${error ? 'bad' : 'faint'}>${error || hint}</small>`}</div>`;
}
