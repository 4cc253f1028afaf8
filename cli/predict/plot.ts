import type { Predicted } from '#usecases/predict.ts';
import { calibrationPanel } from './plot/calibration-panel.ts';
import { styleSheet, text } from './plot/svg.ts';
import { trackingPanel } from './plot/tracking-panel.ts';

const MARGIN = 28;
const PANEL = { width: 430, height: 360 };
const GAP = 36;

/**
 * Calibration and back-test as an SVG document: light or dark as the reader prefers, without anything from elsewhere, and the
 * same text for the same figures.
 */
export function predictionPlot(predicted: Predicted): string {
  const [width, height] = [2 * MARGIN + 2 * PANEL.width + GAP, 2 * MARGIN + PANEL.height + 62];
  const words = `Forecasts by ${predicted.chosen === 'bgnbd' ? 'BG/NBD' : 'MBG/NBD'} of ${predicted.customers.length} customers until ${predicted.until}`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${words}">`,
    `<style>${styleSheet()}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="14"/>`,
    text({ x: MARGIN, y: MARGIN + 16 }, words, 'title'),
    `<g transform="translate(${MARGIN} ${MARGIN + 50})">`,
    ...calibrationPanel(predicted, PANEL),
    '</g>',
    `<g transform="translate(${MARGIN + PANEL.width + GAP} ${MARGIN + 50})">`,
    ...trackingPanel(predicted, PANEL),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}
