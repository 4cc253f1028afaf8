import { AwsError, type Input, type Operations } from './aws-json.ts';
import { busArn, DEFAULT_BUS, type EventbridgeContext } from './bus.ts';
import { invalid, list, notFound, optionalText, text } from './input.ts';
import { page } from './page.ts';
import type { BusRow } from './store.ts';
import { putTags } from './tags.ts';

const BUSES_MAX = 100;
const BUS_NAME = { max: 256, pattern: /^[.\-_A-Za-z0-9]+$/ };

export function busOperations(context: EventbridgeContext): Operations {
  return {
    CreateEventBus: (input) => createEventBus(context, input),
    DescribeEventBus: (input) => describeEventBus(context, input),
    ListEventBuses: (input) => listEventBuses(context, input),
    DeleteEventBus: (input) => deleteEventBus(context, input),
  };
}

function createEventBus(context: EventbridgeContext, input: Input): object {
  const name = text(input, 'Name', BUS_NAME);
  const description = optionalText(input, 'Description', { max: 512 });
  if (context.store.bus(name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
  if (context.store.buses().length >= BUSES_MAX) {
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  }
  const tags = input.Tags === undefined ? [] : list(input, 'Tags', { max: 50 });
  context.store.addBus(name, description ?? null, context.clock.now());
  putTags(context, busArn(context, name), tags);
  return { EventBusArn: busArn(context, name), ...(description === undefined ? {} : { Description: description }) };
}

function describeEventBus(context: EventbridgeContext, input: Input): object {
  const nameOrArn = optionalText(input, 'Name', { max: 1600 }) ?? DEFAULT_BUS;
  const name = nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
  const bus = context.store.bus(name);
  if (!bus) throw notFound(`Event bus ${name}`);
  return described(context, bus);
}

function listEventBuses(context: EventbridgeContext, input: Input): object {
  const prefix = optionalText(input, 'NamePrefix', { max: 256 }) ?? '';
  const buses = context.store.buses().filter(({ name }) => name.startsWith(prefix));
  const { items, next } = page(buses, input, ({ name }) => name);
  return { EventBuses: items.map((bus) => described(context, bus)), ...next };
}

function deleteEventBus(context: EventbridgeContext, input: Input): object {
  if (input.Name === DEFAULT_BUS) throw invalid('Name', 'Cannot delete event bus default.');
  const bus = text(input, 'Name', BUS_NAME);
  if (context.store.rules(bus).length > 0) {
    throw new AwsError('ValidationException', `Event bus ${bus} cannot be deleted since it has rules.`);
  }
  context.store.removeBus(bus);
  context.store.removeTags(busArn(context, bus));
  context.router.forget(bus);
  return {};
}

function described(context: EventbridgeContext, { name, description, createdAt }: BusRow): object {
  const created = { CreationTime: createdAt / 1000, LastModifiedTime: createdAt / 1000 };
  return { Name: name, Arn: busArn(context, name), ...(description === null ? {} : { Description: description }), ...created };
}
