// Reads Prometheus' text, and makes numbers per second of two readings.

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** When the gateway that answers was started; the numbers of another one are no continuation. */
const STARTED = 'process_start_time_seconds';

export const NAMES = [STARTED, 'gateway_records', 'gateway_commit_duration_seconds',
  'gateway_group_size_appends', 'gateway_topic_end_offset', 'gateway_topic_size_bytes', 'gateway_topic_partitions',
  'gateway_relay_topic_lag_records'];

/** A reading: lists of labels and values by the name of the metric. */
export function readingOf(text, at) {
  const found = new Map();
  for (const line of text.split('\n')) {
    const parts = (line.startsWith('gateway_') || line.startsWith(STARTED)) && LINE.exec(line);
    if (parts) {
      const labels = Object.fromEntries([...(parts[2] ?? '').matchAll(LABEL)].map((label) => [label[1], label[2]]));
      found.set(parts[1], [...(found.get(parts[1]) ?? []), { labels, value: Number(parts[3]) }]);
    }
  }
  return { at, found };
}

const isOf = (sample, labels) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value);

/** The sum of all samples with these labels; undefined if there are none. */
export function sum(reading, name, labels = {}) {
  const samples = (reading.found.get(name) ?? []).filter((sample) => isOf(sample, labels));
  return samples.length > 0 ? samples.reduce((total, sample) => total + sample.value, 0) : undefined;
}

/** By topic, of a metric with that label. */
export function byTopic(reading, name) {
  return new Map((reading?.found.get(name) ?? []).map((sample) => [sample.labels.topic, sample.value]));
}

/** How much came in between, at least 0. */
function increase(before, now, name, labels) {
  return Math.max(0, (sum(now, name, labels) ?? 0) - (sum(before, name, labels) ?? 0));
}

/** A quantile of what came in between, from a histogram's buckets. */
function quantile(before, now, name, share) {
  const buckets = (now.found.get(`${name}_bucket`) ?? [])
    .map(({ labels }) => ({ le: Number(labels.le.replace('+Inf', 'Infinity')), count: increase(before, now, `${name}_bucket`, { le: labels.le }) }))
    .sort((a, b) => a.le - b.le);
  const total = buckets.at(-1)?.count ?? 0;
  return total > 0 ? buckets.find((bucket) => bucket.count >= total * share)?.le : undefined;
}

/** What the overview shows of the time between two readings; nothing if they are of two processes. */
export function ratesOf(before, now) {
  if (sum(before, STARTED) !== sum(now, STARTED)) {
    return { at: now.at / 1000, isOther: true };
  }
  const seconds = (now.at - before.at) / 1000;
  const perSecond = (outcome) => increase(before, now, 'gateway_records_total', { outcome }) / seconds;
  const mean = (name) => {
    const count = increase(before, now, `${name}_count`);
    return count > 0 ? increase(before, now, `${name}_sum`) / count : undefined;
  };
  return {
    at: now.at / 1000,
    appended: perSecond('appended'), duplicate: perSecond('duplicate'), refused: perSecond('refused'), failed: perSecond('failed'),
    commit: mean('gateway_commit_duration_seconds'), commit99: quantile(before, now, 'gateway_commit_duration_seconds', 0.99),
    group: mean('gateway_group_size_appends'),
  };
}
