// One producer: where it is in each partition, and taking it over.
import { Fragment, html, useState } from '../ui.js';
import { call, json, withJson } from '../api.js';
import { num } from '../format.js';
import { useLoad } from '../load.js';
import { Curl, Failure, Head, Loading, Modal, Problem, Table, Time } from '../parts.js';

const SHOWN = 500;

function TakeOver({ producer: latest, onClose, onDone }) {
  const [producer] = useState(latest); // the epoch that is asked about, whatever comes meanwhile
  const [error, setError] = useState(null);
  const path = `producers/${producer.producerId}/epoch`;
  const request = withJson('POST', { producerEpoch: producer.producerEpoch });
  const take = async () => {
    try {
      await call(path, request);
      onDone();
    }
    catch (failure) {
      setError(failure);
    }
  };
  return html`<${Modal} title="Take over" onClose=${onClose}>
    <p>The epoch of producer ${producer.producerId}${producer.name ? ` (${producer.name})` : ''} rises from ${num(producer.producerEpoch)} to ${num(producer.producerEpoch + 1)}.
      From that answer on, a process that writes with the old epoch is refused as fenced, and should stop. Do it only if the old process must not write any more.</p>
    <${Failure} error=${error} />
    <p class="tools end"><${Curl} path=${path} request=${request} what="taking over" />
      <button type="button" class="quiet" autofocus onClick=${onClose}>Cancel</button>
      <button type="button" class="danger" onClick=${take}>Take over</button></p>
  </${Modal}>`;
}

function States({ id, states }) {
  return html`<${Table} label="Where it is" empty="It has not written yet."
    head=${['Topic', ['Partition', 'number'], ['Last sequence', 'wide number'], ['Next sequence', 'number'], ['Last record', 'number']]}>
    ${states.slice(0, SHOWN).map((each) => {
      const address = `#/topics/${encodeURIComponent(each.topic)}/${each.partition}`;
      return html`<tr key=${`${each.topic}/${each.partition}`}>
        <td class="name"><a href=${`#/topics/${encodeURIComponent(each.topic)}`}>${each.topic}</a></td>
        <td class="number"><a href=${address} aria-label=${`Partition ${each.partition} of ${each.topic}`}>${each.partition}</a></td>
        <td class="wide number">${num(each.lastSequence)}</td>
        <td class="number">${num(each.nextSequence)}</td>
        <td class="number">${each.lastOffset === null ? html`<span class="faint">deleted</span>`
          : html`<a href=${`${address}?${new URLSearchParams({ before: each.lastOffset + 1, filter: `producer ${id}` })}`} aria-label=${`Record ${each.lastOffset}`}>${num(each.lastOffset)}</a>`}</td>
      </tr>`;
    })}
  </${Table}>`;
}

export function Producer({ parts: [id] }) {
  const [asking, setAsking] = useState(false);
  const path = `producers/${id}`;
  const producer = useLoad((signal) => json(path, { signal }), [id], 5000);
  const found = producer.data;
  return html`<${Fragment}>
    <p class="trail"><a href="#/producers">Producers</a> /</p>
    <${Head} title=${found?.name ?? `Producer ${id}`} sub=${found && html`Id ${found.producerId}, epoch ${num(found.producerEpoch)}${found.owner ? `, owner ${found.owner}` : ''}. ${found.name ? '' : 'It has no name. '}Registered <${Time} at=${found.createdAt} />.`}>
      ${found && html`<button type="button" onClick=${() => setAsking(true)}>Take over</button>`}
      <${Curl} path=${path} what="this producer" /></${Head}>
    <${Problem} error=${producer.error} />
    <${Loading} of=${producer} />
    ${found && html`<${States} id=${found.producerId} states=${found.partitions} />`}
    ${found?.partitions.length > SHOWN && html`<p class="faint">The first ${SHOWN} of ${num(found.partitions.length)} partitions.</p>`}
    ${asking && html`<${TakeOver} producer=${found} onClose=${() => setAsking(false)} onDone=${() => {
      setAsking(false);
      producer.reload();
    }} />`}
  </${Fragment}>`;
}
