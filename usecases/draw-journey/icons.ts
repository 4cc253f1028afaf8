/** Icons of 16 by 16, drawn with a line, without a fill. */
import type { Step, Trigger } from '#core/catalogue.ts';
import type { Tone } from './piece.ts';

type Look = readonly [tone: Tone, icon: string];

const bolt = 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z';
const bell = 'M4 11.2V7a4 4 0 0 1 8 0v4.2l1.2 1.6H2.8zM6.6 14.8h2.8';
const calendar = 'M2.5 3.5h11v10h-11zM2.5 6.7h11M5.5 2v3M10.5 2v3';
const stairs = 'M2 13.5h3.2v-3.6h3.6V6.3h3.6V2.7H14';
const star = 'm8 1.8 1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2 .7-4.3-3.1-3 4.3-.6z';
const ticket = 'M1.8 4h12.4v2.6a1.4 1.4 0 0 0 0 2.8V12H1.8V9.4a1.4 1.4 0 0 0 0-2.8zM9.8 4v1.6M9.8 7.2v1.6M9.8 10.4V12';
const arrow = 'M6.5 9.5 12.5 3.5M8.5 3h4.5v4.5M11.5 10v3h-8.5V4.5h3';
const door = 'M9.5 3h-6v10h6M7 8h7M11.5 5.5 14 8l-2.5 2.5';
const people =
  'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c.2-2.8 2-4.2 4.5-4.2s4.3 1.4 4.5 4.2M10.5 2.7a2.5 2.5 0 0 1 0 4.6M12 9.6c1.5.6 2.4 1.9 2.5 3.9';
const minus = 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM5 8h6';

export const stepLooks: Readonly<Record<Step['type'], Look>> = {
  send_email: ['mail', 'M1.8 3.5h12.4v9H1.8zM1.8 4.5 8 9.2l6.2-4.7'],
  delay: ['wait', 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 4.6V8l2.4 1.6'],
  time_window: ['wait', calendar],
  wait_for_event: ['wait', bell],
  wait_until: [
    'wait',
    'M4 1.8h8M4 14.2h8M4.7 1.8c0 3.6 3.3 4 3.3 6.2s-3.3 2.6-3.3 6.2M11.3 1.8c0 3.6-3.3 4-3.3 6.2s3.3 2.6 3.3 6.2',
  ],
  condition: ['way', 'M8 1.3 14.7 8 8 14.7 1.3 8zM6.5 6.5a1.6 1.6 0 1 1 2.4 1.4c-.6.3-.9.6-.9 1.2M8 11v.1'],
  branch: ['way', 'M8 14.5V10C8 7.5 3.5 8 3.5 3M8 10c0-2.5 4.5-2 4.5-7M1.5 4.8l2-2 2 2M10.5 4.8l2-2 2 2'],
  random_split: [
    'way',
    'M4.3 2h7.4A2.3 2.3 0 0 1 14 4.3v7.4a2.3 2.3 0 0 1-2.3 2.3H4.3A2.3 2.3 0 0 1 2 11.7V4.3A2.3 2.3 0 0 1 4.3 2zM5.3 5.3v.1M10.7 10.7v.1M10.7 5.3v.1M5.3 10.7v.1M8 8v.1',
  ],
  holdout: ['way', 'M7.5 2.5v6h6a6 6 0 1 1-6-6zM10.3 1.8a6 6 0 0 1 3.9 3.9h-3.9z'],
  repeat: [
    'way',
    'M2.5 7.2a5.6 5.6 0 0 1 9.8-2.9l1.2 1.4M13.5 2.4v3.3h-3.3M13.5 8.8a5.6 5.6 0 0 1-9.8 2.9l-1.2-1.4M2.5 13.6v-3.3h3.3',
  ],
  update_profile: ['data', 'M8 7.8a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8zM2.5 14c.4-2.9 2.6-4.2 5.5-4.2s5.1 1.3 5.5 4.2'],
  subscribe: ['data', 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM5 8.2l2.1 2.1L11 6'],
  unsubscribe: ['data', minus],
  award_points: ['data', star],
  issue_voucher: ['data', ticket],
  emit_event: ['out', bolt],
  webhook: ['out', arrow],
  start_journey: ['out', 'M4 14.2V2M4 2.8h8.5l-2 2.9 2 2.9H4'],
  exit: ['end', door],
};

export const triggerIcons: Readonly<Record<Trigger['type'], string>> = {
  event: bolt,
  form: 'M3.5 1.8h9v12.4h-9zM5.8 5h4.4M5.8 8h4.4M5.8 11h2.2',
  segment_entry: people,
  segment_exit: people,
  tier_change: star,
  stage_change: stairs,
  schedule: calendar,
  date: calendar,
  points: star,
  voucher: ticket,
  api: arrow,
};
