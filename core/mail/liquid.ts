/**
 * Liquid as mails use it: no files, no clock, no chance, bounded work. Publishing checks templates with the same engines
 * that sending renders with, so that what was accepted also runs.
 */
import { Context, Liquid, type Template } from 'liquidjs';
import { escapeHtml } from './escape.ts';
import { filters } from './filters.ts';
import { planned, textEmitter } from './render-plan.ts';
import type { MailVariables } from './variables.ts';

export function parseHtml(source: string): Template[] {
  return parsed(htmlEngine, htmlTemplates, source);
}

export function parseText(source: string): Template[] {
  return parsed(textEngine, textTemplates, source);
}

export function renderHtml(source: string, variables: MailVariables): string {
  return run(htmlEngine, parseHtml(source), variables);
}

export function renderText(source: string, variables: MailVariables): string {
  return run(textEngine, parseText(source), variables);
}

/** The variables that a template reads and does not set itself, as paths in segments. */
export function variablesOf(source: string): (string | number | object)[][] {
  return textEngine.globalVariableSegmentsSync(parseText(source)) as (string | number | object)[][];
}

/** Loops, and lists or texts built from one another, cannot run away with a function's time or memory. */
const limits = { memoryLimit: 5_000_000, ownPropertyOnly: true } as const;
const SOURCE_LENGTH_MAX = 400_000;
/** More than the mails that one function sends in its life; a bound for the day when that is wrong. */
const CACHED_MAX = 500;

function run(liquid: Liquid, templates: Template[], variables: MailVariables): string {
  const emitter = textEmitter();
  liquid.renderer.renderTemplates(
    templates,
    new Context(variables, liquid.options, { ...limits, sync: true }, { liquid }),
    emitter,
  );
  return emitter.buffer;
}

function parsed(liquid: Liquid, cache: Map<string, Template[]>, source: string): Template[] {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const templates = liquid.parse(source);
  if (cache.size >= CACHED_MAX) cache.clear();
  cache.set(source, templates);
  return templates;
}

function engine(outputEscape: ((value: unknown) => string) | undefined): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    templates: {},
    parseLimit: SOURCE_LENGTH_MAX,
    // Our own filters know locale and zone; to ask the machine for its own would cost some 10 ms at each cold start.
    locale: 'en',
    timezoneOffset: 0,
    ...(outputEscape && { outputEscape }),
  });
  for (const tag of unfitTags) delete liquid.tags[tag];
  for (const filter of unfitFilters) delete liquid.filters[filter];
  for (const [name, filter] of Object.entries(filters)) liquid.registerFilter(name, filter);
  liquid.renderer.renderTemplates = planned(liquid) as typeof liquid.renderer.renderTemplates;
  return liquid;
}

/**
 * Partials are put in when a template is published; at the time of sending there is nothing to load from. Counters would be
 * written into the variables, and go on counting from the HTML into the text.
 */
const unfitTags = ['include', 'render', 'layout', 'block', 'increment', 'decrement'] as const;

/** Filters that depend on the clock or on chance, that let a value through unescaped, or that are of no use in a mail. */
const unfitFilters = [
  'raw',
  'sample',
  'date_to_xmlschema',
  'date_to_rfc822',
  'date_to_string',
  'date_to_long_string',
  'newline_to_br',
  'inspect',
  'hmac_sha256',
] as const;

// Last, because they use what stands above.
const htmlTemplates = new Map<string, Template[]>();
const textTemplates = new Map<string, Template[]>();
const htmlEngine = engine(escapeHtml);
const textEngine = engine(undefined);
