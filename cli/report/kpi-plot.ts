import type { KpiReport } from '#usecases/report/views.ts';
import { dot, line, panel, path, percent, type Size, styleSheet, text, ticksTo } from '../predict/plot/svg.ts';

const MARGIN = 28;
const PANEL = { width: 430, height: 360 };
const GAP = 36;
const SOURCES_MAX = 10;

/** Retention by month, and conversion by source: light or dark as the reader prefers, and the same text for the same figures. */
export function kpiPlot(report: KpiReport): string {
  const [width, height] = [2 * MARGIN + 2 * PANEL.width + GAP, 2 * MARGIN + PANEL.height + 62];
  const words = `${report.customers.customers} customers, ${report.at.slice(0, 10)}`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${words}">`,
    `<style>${styleSheet()}.whole{stroke-width:3;stroke-linecap:round}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="14"/>`,
    text({ x: MARGIN, y: MARGIN + 16 }, words, 'title'),
    `<g transform="translate(${MARGIN} ${MARGIN + 50})">`,
    ...retentionPanel(report, PANEL),
    '</g>',
    `<g transform="translate(${MARGIN + PANEL.width + GAP} ${MARGIN + 50})">`,
    ...sourcePanel(report, PANEL),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

function retentionPanel({ customers: { retention } }: KpiReport, size: Size): string[] {
  const shares = ticksTo(Math.max(0.05, ...retention.map((one) => one.retention)));
  const end = Math.max(1, retention.length);
  const { frame, shapes } = panel(size, ['Do customers come back?', 'Share that orders, so many months after the first order'], {
    x: {
      max: end,
      ticks: [...new Set(ticksTo(end).map(Math.round))].filter((month) => month <= end),
      label: String,
      name: 'months',
    },
    y: { max: shares.at(-1) ?? 1, ticks: shares, label: percent, name: 'of the customers of that time' },
  });
  if (retention.length === 0)
    return [...shapes, text({ x: size.width / 2, y: size.height / 2 }, 'no month is over yet', 'muted middle')];
  const points = retention.map((one) => ({ ...frame.at(one.months, one.retention), one }));
  return [
    ...shapes,
    ...(points.length > 1 ? [path(points, 'came')] : []),
    ...points.map((point) =>
      dot(
        point,
        4,
        'dot',
        `month ${point.one.months}: ${point.one.retained} of ${point.one.customers}, ${percent(point.one.retention)}`,
      ),
    ),
  ];
}

function sourcePanel({ sources }: KpiReport, size: Size): string[] {
  const shown = sources.slice(0, SOURCES_MAX);
  const left = 150;
  const [top, bottom] = [54, size.height - 46];
  const ticks = ticksTo(Math.min(1, Math.max(0.05, ...shown.map(({ interval }) => interval[1])))).filter(
    (tick) => tick <= 1.0001,
  );
  const most = Math.max(ticks.at(-1) ?? 1, ...shown.map(({ interval }) => interval[1]));
  const x = (share: number): number => left + (share / most) * (size.width - left - 8);
  const rows = Math.max(1, shown.length);
  return [
    text({ x: 0, y: 14 }, 'Whose leads become customers?', 'heading'),
    text({ x: 0, y: 34 }, 'Share of leads that ordered, by first touch, with its 95 % interval', 'muted'),
    ...ticks.flatMap((tick) => [
      line({ x: x(tick), y: top }, { x: x(tick), y: bottom }, tick === 0 ? 'axis' : 'grid'),
      text({ x: x(tick), y: bottom + 18 }, percent(tick), 'tick middle'),
    ]),
    ...shown.flatMap(({ source, campaign, leads, customers, rate, interval }, index) => {
      const y = top + ((index + 0.5) * (bottom - top)) / rows;
      const name = campaign === '' ? source : `${source} · ${campaign}`;
      return [
        text({ x: 0, y: y - 1 }, name.length > 22 ? `${name.slice(0, 21)}…` : name, ''),
        text({ x: 0, y: y + 13 }, `${customers} of ${leads}`, 'tick'),
        line({ x: x(interval[0]), y }, { x: x(interval[1]), y }, 'interval whole'),
        dot({ x: x(rate), y }, 5, 'dot', `${name}: ${customers} of ${leads}, ${percent(rate)}`),
      ];
    }),
  ];
}
