// Lines over the last two minutes, drawn by uPlot, which is loaded when the first is drawn.
import { html, useEffect, useRef } from '../ui.js';
import { num } from '../format.js';

const SECONDS = 120;

let loaded;

function library() {
  loaded ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = 'lib/uplot.js';
    script.onload = () => done(window.uPlot);
    script.onerror = failed;
    document.head.append(script);
  });
  return loaded;
}

/** A canvas knows no variables of a stylesheet. */
function colorsOf(place) {
  const probe = place.appendChild(document.createElement('span'));
  return (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
}

function options(width, series, color) {
  const axis = { stroke: () => color('--faint'), grid: { stroke: () => color('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
  return {
    width,
    height: 180,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    scales: { x: { range: (plot, low, high) => [high - SECONDS, high] }, y: { range: (plot, low, high) => [0, Math.max(high * 1.1, 5)] } },
    axes: [{ ...axis, space: 100, size: 26, values: (plot, splits) => splits.map((at) => new Date(at * 1000).toLocaleTimeString('en-GB')) }, { ...axis, size: 52, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5],
      values: (plot, splits) => splits.map((value) => num(value)) }],
    series: [{}, ...series.map(({ line, dash, fill }) => ({
      stroke: () => color(line), width: 1.75, dash, points: { show: false }, fill: fill && (() => color(fill)),
    }))],
  };
}

/** Points are {at, …}, at in seconds; series say which member is which line. Only the one that is filled is drawn at 0. */
export function Chart({ points, series, label }) {
  const place = useRef(null);
  const plot = useRef(null);
  const data = [points.map((point) => point.at), ...series.map(({ of, fill }) => points.map((point) => (fill ? point[of] ?? null : point[of] || null)))];
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    let gone = false;
    const draw = () => plot.current?.redraw();
    const colors = matchMedia('(prefers-color-scheme: dark)');
    const sizes = new ResizeObserver(() => plot.current?.setSize({ width: place.current.clientWidth, height: 180 }));
    library().then((UPlot) => {
      if (!gone) {
        plot.current = new UPlot(options(place.current.clientWidth, series, colorsOf(place.current)), latest.current, place.current);
        sizes.observe(place.current);
        colors.addEventListener('change', draw);
      }
    }, () => {});
    return () => {
      gone = true;
      sizes.disconnect();
      colors.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => {
    plot.current?.setData(data);
  }, [points]);
  return html`<figure class="chart"><div ref=${place} role="img" aria-label=${label}></div>
    <figcaption>${series.map(({ of, line, dash }) => html`<span class=${`key ${line.slice(2)} ${dash ? 'dashed' : ''}`}>${of}</span>`)}</figcaption></figure>`;
}
