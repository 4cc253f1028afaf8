/**
 * How parsed Liquid is run. The library evaluates everything through generators, since a value might be a promise; in a mail
 * none is, and of 250 µs for a mail of 20 KB more than half went into generators that yield once. Here what mails are made of
 * (markup, values with filters, conditions) becomes plain functions, made once for a template. Everything else (loops,
 * assignments) still runs in the library, whose loops come back here for what stands inside them.
 */
import {
  type Context,
  Drop,
  type Emitter,
  type Filter,
  ForTag,
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

type Step = { readonly template: Template; readonly run: (context: Context, emitter: TextEmitter) => void };
type Evaluate = (context: Context) => unknown;

/** What one mail may run in all, loops included: a bound that does not depend on how fast the machine is. */
const STEPS_MAX = 100_000;

export type TextEmitter = Emitter & { buffer: string };

/** Only what the library runs by itself writes; steps of a plan add their text, which is well-formed, to the buffer. */
export function textEmitter(): TextEmitter {
  return {
    buffer: '',
    write(value: unknown) {
      this.buffer += toText(toValue(value)).toWellFormed();
    },
  };
}

/** Takes the place of the library's own renderer, and gives the same text. */
export function planned(liquid: Liquid) {
  const plans = new WeakMap<readonly Template[], readonly Step[]>();
  return function renderTemplates(templates: readonly Template[], context: Context, given?: Emitter): unknown {
    const emitter = (given as TextEmitter | undefined) ?? textEmitter();
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
    return emitter.buffer;
  };
}

type RenderTemplates = ReturnType<typeof planned>;

function count(context: Context, steps: number): void {
  const counting = context as Context & { stepsRun?: number };
  counting.stepsRun = (counting.stepsRun ?? 0) + steps;
  if (counting.stepsRun > STEPS_MAX) throw new Error(`the template runs more than ${STEPS_MAX} steps`);
}

function stepFor(template: Template, liquid: Liquid, renderTemplates: RenderTemplates): Step['run'] {
  const markup = (template as Template & { str?: unknown }).str;
  if (typeof markup === 'string') {
    const text = markup.toWellFormed();
    return (_, emitter) => {
      emitter.buffer += text;
    };
  }
  if (template instanceof Output) {
    const evaluate = evaluatorOf(template.value, liquid);
    return (context, emitter) => {
      const value = evaluate(context);
      emitter.buffer += typeof value === 'string' ? value : toText(value);
    };
  }
  if (template instanceof IfTag) return conditionStep(template, liquid, renderTemplates);
  return template instanceof ForTag ? loopStep(template, renderTemplates) : libraryStep(template);
}

function libraryStep(template: Template): Step['run'] {
  return (context, emitter) => {
    const written = toValueSync(template.render(context, emitter) as IterableIterator<unknown>);
    if (written) emitter.write(written);
  };
}

/** A loop over all entries of a list, which nearly every loop is; others (ranges, parts of lists, objects) are the library's. */
function loopStep(tag: ForTag, renderTemplates: RenderTemplates): Step['run'] {
  const run = libraryStep(tag);
  const entriesOf = argumentOf(tag.collection);
  if (entriesOf === undefined || Object.keys(tag.hash.hash).length > 0) return run;
  const { variable, templates } = tag;
  const name = `${variable}-${tag.collection.getText()}`;
  const asks = tag.token.input.includes('forloop');
  return (context, emitter) => {
    const entries = entriesOf(context);
    if (!Array.isArray(entries) || entries.length === 0) return run(context, emitter);
    // Where a later loop over the same goes on that says `offset: continue`.
    context.setRegister(`continue-${name}`, entries.length);
    const scope: Record<string, unknown> = Object.create(null);
    context.push(scope);
    for (let index = 0; index < entries.length && !context.breakCalled; index += 1) {
      context.continueCalled = false;
      if (asks) scope.forloop = forloop(name, index, entries.length);
      scope[variable] = entries[index];
      renderTemplates(templates, context, emitter);
    }
    context.continueCalled = false;
    context.breakCalled = false;
    context.pop();
  };
}

function forloop(name: string, index: number, length: number): object {
  const [isFirst, isLast] = [index === 0, index === length - 1];
  return {
    name,
    length,
    index: index + 1,
    index0: index,
    rindex: length - index,
    rindex0: length - index - 1,
    first: isFirst,
    last: isLast,
  };
}

function conditionStep(tag: IfTag, liquid: Liquid, renderTemplates: RenderTemplates): Step['run'] {
  const ways = tag.branches.map(({ value, templates }) => ({ evaluate: evaluatorOf(value, liquid), templates }));
  const otherwise = tag.elseTemplates;
  return (context, emitter) => {
    for (const { evaluate, templates } of ways) {
      if (isTruthy(evaluate(context), context)) return void renderTemplates(templates, context, emitter);
    }
    if (otherwise) renderTemplates(otherwise, context, emitter);
  };
}

/** A value with its filters. What is more than paths, literals and operators is left to the library. */
function evaluatorOf(value: Value, liquid: Liquid): Evaluate {
  const initial = expressionOf(value.initial.postfix, liquid);
  const filters = value.filters.map((filter) => filterStep(filter, liquid));
  if (initial === undefined || !allDefined(filters)) return (context) => toValue(toValueSync(value.value(context, false)));
  const [only, ...others] = filters;
  if (only === undefined) return (context) => toValue(initial(context));
  if (others.length === 0) return (context) => toValue(only(initial(context), context));
  return (context) => {
    let result = only(initial(context), context);
    for (const filter of others) result = filter(result, context);
    return toValue(result);
  };
}

/** Operands and operators in postfix order, as the library parsed them, worked off with the library's own operators. */
function expressionOf(postfix: readonly object[], liquid: Liquid): Evaluate | undefined {
  if (postfix.length === 1) return argumentOf(postfix[0]);
  const steps = postfix.map((token) => (TypeGuards.isOperatorToken(token) ? token.operator : argumentOf(token)));
  if (!allDefined(steps) || steps.length === 0) return undefined;
  const operators = liquid.options.operators as Readonly<Record<string, (...operands: unknown[]) => unknown>>;
  const [left, right, between] = steps;
  // By far the most frequent: one operator between two operands.
  if (steps.length === 3 && typeof left === 'function' && typeof right === 'function' && typeof between === 'string') {
    const operate = operators[between];
    return (context) => plain(operate?.(left(context), right(context), context));
  }
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

type Scoped = { findScope(key: string): object };

function pathOf(head: string, rest: readonly (string | number)[]): Evaluate {
  return (context) => {
    // Looks through the scopes of loops and assignments before the variables of the mail.
    let value = propertyOf(context, (context as unknown as Scoped).findScope(head), head);
    for (const key of rest) {
      if (value === undefined || value === null) return value;
      value = propertyOf(context, value, key);
    }
    return value;
  };
}

/** What an object has itself is read at once; all else (drops, lists, `size` …) is the library's to say. */
function propertyOf(context: Context, value: unknown, key: string | number): unknown {
  if (typeof value === 'object' && value !== null && typeof key === 'string' && Object.hasOwn(value, key)) {
    const own = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof own !== 'function' && !Array.isArray(value) && !(value instanceof Drop)) return own;
  }
  return context.readProperty(value as object, key);
}

function allDefined<Value>(values: readonly (Value | undefined)[]): values is readonly Value[] {
  return values.every((value) => value !== undefined);
}
