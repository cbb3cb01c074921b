// Records in a table, and one of them in full. What a record says is shown as text, never run.
import { Fragment, html, useEffect, useMemo, useState } from '../ui.js';
import { open, recordsPath, refusalOf } from '../api.js';
import { bytes, num } from '../format.js';
import { Copy, Curl, Problem, Table, Time } from '../parts.js';
import { bytesOf, hex, isImage, keyOf, kindOf, lineOf, pretty } from '../record.js';

const MOST_TEXT = 100000;
const MOST_HEX = 4096;
const SUFFIXES = { 'application/json': 'json', 'text/plain': 'txt', 'text/csv': 'csv', 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp', 'image/avif': 'avif' };

/** The stored bytes, by the one record's own address: fetched, since a link carries no token. */
async function download(topic, partition, offset) {
  const response = await open(`${recordsPath(topic, partition)}/${offset}`, { headers: { Accept: '*/*' } });
  if (!response.ok) {
    throw await refusalOf(response);
  }
  const type = (response.headers.get('Content-Type') ?? '').split(';')[0];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([await response.blob()], { type: 'application/octet-stream' }));
  link.download = `${topic}-${partition}-${offset}.${SUFFIXES[type] ?? (type.endsWith('json') ? 'json' : 'bin')}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function Image({ record }) {
  const [url, setUrl] = useState(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytesOf(record)], { type: record.contentType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [record]);
  return url && html`<div class="picture"><img src=${url} alt=${`The value of record ${record.offset}`} /></div>`;
}

function formsOf(record) {
  const kind = kindOf(record);
  return kind === 'tombstone' ? [] : [isImage(record) && kind === 'bytes' && 'image', kind === 'json' && 'pretty', kind !== 'bytes' && 'text', 'hex'].filter(Boolean);
}

function Value({ record }) {
  const forms = formsOf(record);
  const [form, setForm] = useState(forms[0]);
  const data = useMemo(() => bytesOf(record), [record]);
  const full = record.value ?? record.valueText ?? '';
  const [text, shortened] = useMemo(() => {
    if (form === 'hex') {
      return [hex(data.subarray(0, MOST_HEX)), data.length > MOST_HEX];
    }
    const all = form === 'pretty' ? pretty(full, MOST_TEXT) : form === 'text' ? full : '';
    return all.length > MOST_TEXT ? [`${all.slice(0, MOST_TEXT)}…`, true] : [all, false];
  }, [record, form]);
  if (forms.length === 0) {
    return html`<p class="faint">No value: a tombstone, Kafka’s null.</p>`;
  }
  return html`<div>
    <div class="tools"><div class="switch" role="group" aria-label="Show the value as">${forms.map((each) => html`
      <button type="button" aria-pressed=${String(each === form)} onClick=${() => setForm(each)}>${{ pretty: 'JSON', text: 'Text', hex: 'Hex', image: 'Image' }[each]}</button>`)}</div>
      <span class="faint">${bytes(data.length)}${record.contentType ? `, ${record.contentType}` : ''}</span></div>
    ${form === 'image' ? html`<${Image} record=${record} />` : html`<pre class="value" tabindex="0" aria-label="Value">${text}</pre>`}
    ${shortened && html`<p class="faint">This is the beginning. Download has the whole.</p>`}
  </div>`;
}

const headerText = (value) => (value === null ? 'null' : typeof value === 'string' ? value : `base64 ${value.base64}`);

function Facts({ record }) {
  const headers = Array.isArray(record.headers) ? record.headers : Object.entries(record.headers ?? {});
  const facts = [['Offset', num(record.offset)], ['Key', keyOf(record) ?? html`<span class="faint">none</span>`],
    record.id !== undefined && ['Id', record.id],
    ['Appended', html`<${Time} at=${record.appendedAt} /> <span class="faint">${record.appendedAt}</span>`],
    record.timestamp !== record.appendedAt && ['Timestamp', record.timestamp],
    ['Producer', record.producerId === null ? html`<span class="faint">none: at least once</span>`
      : html`<a href=${`#/producers/${record.producerId}`}>${record.producerId}</a>, epoch ${num(record.producerEpoch)}, sequence ${num(record.sequence)}`],
    ...headers.map(([name, value]) => [html`<span class="header">${name}</span>`, headerText(value)])].filter(Boolean);
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function Details({ record, topic, partition }) {
  const [error, setError] = useState(null);
  const path = `${recordsPath(topic, partition)}/${record.offset}`;
  return html`<div class="details">
    <div><${Facts} record=${record} />
      <p class="tools">
        ${kindOf(record) !== 'bytes' && kindOf(record) !== 'tombstone' && html`<${Copy} text=${record.value ?? record.valueText} label="Copy value" />`}
        <button type="button" class="quiet" onClick=${() => download(topic, partition, record.offset).catch(setError)}>Download</button>
        <${Curl} path=${path} what="this record" />
      </p>
      <${Problem} error=${error} /></div>
    <${Value} record=${record} />
  </div>`;
}

function Row({ record, isOpen, toggle, children }) {
  const key = keyOf(record);
  return html`<${Fragment}>
    <tr class=${`record ${isOpen ? 'opened' : ''}`} onClick=${(event) => event.target.closest('a,button') || getSelection().toString() || toggle(record.offset)}>
      <td class="number"><button type="button" class="cell" aria-expanded=${String(isOpen)} onClick=${() => toggle(record.offset)}
        aria-label=${`Record ${record.offset}`}>${num(record.offset)}</button></td>
      <td class="wide when"><${Time} at=${record.appendedAt} /></td>
      <td class="cut key">${key ?? html`<span class="faint">–</span>`}</td>
      <td class=${`cut line ${kindOf(record)}`}>${lineOf(record)}</td>
      <td class="wide number">${record.producerId === null ? html`<span class="faint">–</span>` : html`<a href=${`#/producers/${record.producerId}`}
        aria-label=${`Producer ${record.producerId}`}>${record.producerId}</a> <span class="faint">·</span> ${num(record.sequence)}`}</td>
    </tr>
    ${isOpen && html`<tr class="more"><td colspan="5">${children}</td></tr>`}
  </${Fragment}>`;
}

export function Records({ records, topic, partition, empty }) {
  const [opened, setOpened] = useState(null);
  const toggle = (offset) => setOpened((before) => (before === offset ? null : offset));
  return html`<${Table} label="Records" empty=${empty}
    head=${[['Offset', 'number'], ['Appended', 'wide'], 'Key', 'Value', ['Producer · sequence', 'wide number']]}>
    ${records.map((record) => html`<${Row} key=${record.offset} record=${record} isOpen=${opened === record.offset} toggle=${toggle}>
      ${opened === record.offset && html`<${Details} record=${record} topic=${topic} partition=${partition} />`}</${Row}>`)}
  </${Table}>`;
}
