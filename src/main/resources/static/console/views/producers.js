// Who writes: by name, by id, or a page of them.
import { Fragment, html, useState } from '../ui.js';
import { json } from '../api.js';
import { num } from '../format.js';
import { useLoad } from '../load.js';
import { Curl, Field, Head, Loading, Problem, Table, Time } from '../parts.js';

const PAGE = 100;

const pathOf = (query) => (query.get('name') ? `producers?name=${encodeURIComponent(query.get('name'))}`
  : `producers?limit=${PAGE}${query.get('after') ? `&after=${encodeURIComponent(query.get('after'))}` : ''}`);

/** A name may have digits alone, as an id has. */
async function isName(text) {
  try {
    return (await json(`producers?${new URLSearchParams({ name: text })}`)).producers.length > 0;
  } catch {
    return false;
  }
}

export function Producers({ query }) {
  const path = pathOf(query);
  const [wanted, setWanted] = useState(query.get('name') ?? '');
  const page = useLoad((signal) => json(path, { signal }), [path]);
  const submit = async (event) => {
    event.preventDefault();
    const text = wanted.trim();
    location.hash = /^\d+$/.test(text) && !(await isName(text)) ? `#/producers/${text}` : text ? `#/producers?${new URLSearchParams({ name: wanted })}` : '#/producers';
  };
  const found = page.data?.producers ?? [];
  const hasOwner = found.some((each) => each.owner !== undefined);
  const head = [['Id', 'number'], 'Name', ['Epoch', 'number'], ...(hasOwner ? ['Owner'] : []), ['Partitions', 'wide number'], ['Registered', 'wide number']];
  return html`<${Fragment}>
    <${Head} title="Producers" sub="A producer counts its records, and the gateway remembers its last sequence in each partition. That is how a record that is sent again is stored once.">
      <${Curl} path=${path} what="the producers" /></${Head}>
    <form class="row" onSubmit=${submit}>
      <${Field} label="Name or id" value=${wanted} onInput=${(event) => setWanted(event.target.value)} />
      <button type="submit" class="quiet">Find</button>
    </form>
    <${Problem} error=${page.error} />
    <${Loading} of=${page} />
    ${page.data && html`<${Table} label="Producers" head=${head} empty=${query.get('name') ? 'There is no producer of this name that you may see.' : 'No producer has registered yet.'}>
      ${found.map((each) => html`<tr key=${each.producerId}>
        <td class="number"><a href=${`#/producers/${each.producerId}`} aria-label=${`Producer ${each.producerId}`}>${each.producerId}</a></td>
        <td class="name">${each.name ?? html`<span class="faint">anonymous</span>`}</td>
        <td class="number">${num(each.producerEpoch)}</td>
        ${hasOwner && html`<td class="name">${each.owner ?? '–'}</td>`}
        <td class="wide number">${num(each.partitions.length)}</td>
        <td class="wide number"><${Time} at=${each.createdAt} /></td>
      </tr>`)}
    </${Table}>`}
    ${(page.data?.next || query.get('after')) && html`<p class="pager">
      ${query.get('after') && html`<a href="#/producers">First page</a>`}
      ${page.data?.next && html`<a href=${`#/producers?after=${page.data.next}`}>Next page</a>`}</p>`}
  </${Fragment}>`;
}
