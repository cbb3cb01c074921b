// Small things that many views have.
import { html, useEffect, useRef, useState } from './ui.js';
import { Away, curlOf } from './api.js';
import { ago } from './format.js';
import { update, useApp } from './state.js';

/** Without TLS browsers have no clipboard for pages, but that of a field in the dialog that has the keyboard. */
function copyOfField(text, button) {
  const area = document.createElement('textarea');
  area.value = text;
  (button.closest('dialog') ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  button.focus();
  return done;
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  }
  catch {
    return copyOfField(text, button);
  }
}

export function Copy({ text, label = 'Copy', what = '' }) {
  const [said, setSaid] = useState(null);
  useEffect(() => {
    const timer = said ? setTimeout(() => setSaid(null), 1500) : 0;
    return () => clearTimeout(timer);
  }, [said]);
  const click = async ({ currentTarget }) => {
    const news = (await copy(text, currentTarget)) ? 'Copied' : 'Not copied';
    setSaid(news);
    update({ said: news });
  };
  return html`<button type="button" class="quiet" onClick=${click} aria-label=${what ? `Copy ${what}` : undefined}>
    ${said ?? label}</button>`;
}

/** Shows the request that a view is made of, and more that it is made of. */
export function Curl({ path, request, what, more = [] }) {
  const show = () => update({ curl: [{ path, request, what }, ...more].map((each) => ({ what: each.what, command: curlOf(each.path, each.request) })) });
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

/** What went wrong with a change: without an answer it may have been done. */
export function Failure({ error }) {
  return error instanceof Away ? html`<div class="note bad" role="alert"><p>${error.message}</p></div>` : html`<${Problem} error=${error} />`;
}

/** A dialog that has the keyboard until it is closed; without onClose Esc does not close it. */
export function Modal({ title, onClose, children }) {
  const { away } = useApp();
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
    ${away && html`<div class="note away" role="alert"><p><strong>The gateway does not answer.</strong> It is looked for every second.</p></div>`}
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
