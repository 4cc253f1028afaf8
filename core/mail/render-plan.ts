/**
 * How parsed Liquid is run. The library evaluates everything through generators, since a value might be a promise; in a mail
 * none is, and of 250 µs for a mail of 20 KB more than half went into generators that yield once. Here what mails are made of
 * (markup, values with filters, conditions) becomes plain functions, made once for a template. Everything else (loops,
 * assignments) still runs in the library, whose loops come back here for what stands inside them.
 */
import {
  type Context,
  type Emitter,
  type Filter,
  IfTag,
  isTruthy,
  type Liquid,
  LiquidError,
  Output,
  RenderError,
  type Template,
  TypeGuards,
  toValue,
  toValueSync,
  type Value,
} from 'liquidjs';
import { escapeHtml, toText } from './escape.ts';

type Step = { readonly template: Template; readonly run: (context: Context, emitter: Emitter) => void };
type Evaluate = (context: Context) => unknown;

/** What one mail may run in all, loops included: a bound that does not depend on how fast the machine is. */
const STEPS_MAX = 100_000;

export type TextEmitter = Emitter & { buffer: string };

export function textEmitter(): TextEmitter {
  return {
    buffer: '',
    write(value: unknown) {
      this.buffer += typeof value === 'string' ? value : toText(toValue(value));
    },
  };
}

/** Takes the place of the library's own renderer, and gives the same text. */
export function planned(liquid: Liquid) {
  const plans = new WeakMap<readonly Template[], readonly Step[]>();
  return function renderTemplates(templates: readonly Template[], context: Context, given?: Emitter): unknown {
    const emitter = given ?? textEmitter();
    let plan = plans.get(templates);
    if (plan === undefined) {
      plan = templates.map((template) => ({ template, run: stepFor(template, liquid, renderTemplates) }));
      plans.set(templates, plan);
    }
    count(context, plan.length);
    for (const step of plan) {
      try {
        step.run(context, emitter);
      } catch (error) {
        throw LiquidError.is(error) ? error : new RenderError(error as Error, step.template);
      }
      if (context.breakCalled || context.continueCalled) break;
    }
    return (emitter as TextEmitter).buffer;
  };
}

type RenderTemplates = ReturnType<typeof planned>;

function count(context: Context, steps: number): void {
  const run = context.getRegister('steps', { count: 0 }) as { count: number };
  run.count += steps;
  if (run.count > STEPS_MAX) throw new Error(`the template runs more than ${STEPS_MAX} steps`);
}

function stepFor(template: Template, liquid: Liquid, renderTemplates: RenderTemplates): Step['run'] {
  const markup = (template as Template & { str?: unknown }).str;
  if (typeof markup === 'string') return (_, emitter) => emitter.write(markup);
  if (template instanceof Output) {
    const evaluate = evaluatorOf(template.value, liquid);
    return (context, emitter) => emitter.write(evaluate(context));
  }
  if (template instanceof IfTag) return conditionStep(template, liquid, renderTemplates);
  return (context, emitter) => {
    const written = toValueSync(template.render(context, emitter) as IterableIterator<unknown>);
    if (written) emitter.write(written);
  };
}

function conditionStep(tag: IfTag, liquid: Liquid, renderTemplates: RenderTemplates): Step['run'] {
  const ways = tag.branches.map(({ value, templates }) => ({ evaluate: evaluatorOf(value, liquid), templates }));
  return (context, emitter) => {
    const way = ways.find(({ evaluate }) => isTruthy(evaluate(context), context));
    const templates = way === undefined ? tag.elseTemplates : way.templates;
    if (templates) renderTemplates(templates, context, emitter);
  };
}

/** A value with its filters. What is more than paths, literals and operators is left to the library. */
function evaluatorOf(value: Value, liquid: Liquid): Evaluate {
  const initial = expressionOf(value.initial.postfix, liquid);
  const filters = value.filters.map((filter) => filterStep(filter, liquid));
  if (initial === undefined || !allDefined(filters)) return (context) => toValue(toValueSync(value.value(context, false)));
  return (context) => {
    let result = initial(context);
    for (const filter of filters) result = filter(result, context);
    return toValue(result);
  };
}

/** Operands and operators in postfix order, as the library parsed them, worked off with the library's own operators. */
function expressionOf(postfix: readonly object[], liquid: Liquid): Evaluate | undefined {
  if (postfix.length === 1) return argumentOf(postfix[0]);
  const steps = postfix.map((token) => (TypeGuards.isOperatorToken(token) ? token.operator : argumentOf(token)));
  if (!allDefined(steps) || steps.length === 0) return undefined;
  const operators = liquid.options.operators as Readonly<Record<string, (...operands: unknown[]) => unknown>>;
  return (context) => {
    const operands: unknown[] = [];
    for (const step of steps) {
      if (typeof step !== 'string') {
        operands.push(step(context));
        continue;
      }
      const right = operands.pop();
      const given = step === 'not' ? [right] : [operands.pop(), right];
      operands.push(plain(operators[step]?.(...given, context)));
    }
    return operands[0];
  };
}

type FilterStep = (value: unknown, context: Context) => unknown;

function filterStep(filter: Filter, liquid: Liquid): FilterStep | undefined {
  const option = liquid.filters[filter.name];
  // The only filter without a name is the escaping that the library puts after each value of the HTML.
  if (option === undefined) return escapeHtml;
  const handler = (typeof option === 'function' ? option : option.handler) as (this: object, ...values: unknown[]) => unknown;
  const values = filter.args.map((argument) =>
    Array.isArray(argument) ? undefined : argumentOf(argument as { content?: unknown }),
  );
  if (!allDefined(values)) return undefined;
  const [first, second, ...rest] = values;
  if (rest.length > 0) return undefined;
  if (first === undefined) return (value, context) => plain(handler.call({ context, liquid }, value));
  if (second === undefined) return (value, context) => plain(handler.call({ context, liquid }, value, first(context)));
  return (value, context) => plain(handler.call({ context, liquid }, value, first(context), second(context)));
}

/** Filters on lists are generators too. */
const plain = (result: unknown): unknown =>
  typeof result === 'object' && result !== null ? toValueSync(result as IterableIterator<unknown>) : result;

function argumentOf(token: object | undefined): Evaluate | undefined {
  if (token === undefined) return undefined;
  if ('content' in token) {
    const { content } = token;
    return () => content;
  }
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable !== undefined) return undefined;
  const path = token.props.map((property) => ('content' in property ? property.content : undefined));
  const [head, ...rest] = path;
  if (typeof head !== 'string' || path.some((key) => typeof key !== 'string' && typeof key !== 'number')) return undefined;
  return pathOf(head, rest as (string | number)[]);
}

function pathOf(head: string, rest: readonly (string | number)[]): Evaluate {
  return (context) => {
    // Looks through the scopes of loops and assignments before the variables of the mail.
    let value = context.readProperty((context as unknown as { findScope(key: string): object }).findScope(head), head);
    for (const key of rest) {
      if (value === undefined || value === null) return value;
      value = context.readProperty(value, key);
    }
    return value;
  };
}

function allDefined<Value>(values: readonly (Value | undefined)[]): values is readonly Value[] {
  return values.every((value) => value !== undefined);
}
