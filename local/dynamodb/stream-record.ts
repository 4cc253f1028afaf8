import { createHash } from 'node:crypto';
import type { DynamoDBRecord } from 'aws-lambda';
import { type Item, itemSize, type Table } from 'dynalite/db/index.js';
import type { Change } from './capture.ts';
import type { TableSettings, ViewType } from './table-settings.ts';

/** Who deleted an item when its time to live was over. */
export const expiredBy = { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const;
export type UserIdentity = typeof expiredBy;

/** A record as Lambda gets it, without what depends on its place in the stream. */
export function describeChange(
  change: Change,
  stream: NonNullable<TableSettings['stream']>,
  at: number,
  by?: UserIdentity,
): DynamoDBRecord {
  const { table, before, after } = change;
  const keys = keyOf(table, after ?? before ?? {});
  const images = imagesFor(stream.viewType, before, after);
  const sizes = [keys, images.NewImage, images.OldImage].map((part) => (part === undefined ? 0 : itemSize(part)));
  return {
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: table.TableArn.split(':')[3] ?? '',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(at / 1000),
      Keys: keys,
      ...images,
      SizeBytes: sizes.reduce((sum, size) => sum + size, 0),
      StreamViewType: stream.viewType,
    },
    eventSourceARN: stream.arn,
    ...(by === undefined ? {} : { userIdentity: by }),
  };
}

/** The record at its place: its id and its sequence number, which sorts as text like the place itself. */
export function placeRecord(record: DynamoDBRecord, sequence: number): DynamoDBRecord {
  const eventID = createHash('md5').update(`${record.eventSourceARN}/${sequence}`).digest('hex');
  return { eventID, ...record, dynamodb: { ...record.dynamodb, SequenceNumber: `1${String(sequence).padStart(20, '0')}` } };
}

export function keyOf(table: Table, item: Item): Item {
  const key: Item = {};
  for (const { AttributeName: name } of table.KeySchema) {
    const value = item[name];
    if (value !== undefined) key[name] = value;
  }
  return key;
}

function imagesFor(viewType: ViewType, before: Item | undefined, after: Item | undefined): { NewImage?: Item; OldImage?: Item } {
  const withNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
  const withOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
  return {
    ...(withNew && after !== undefined ? { NewImage: after } : {}),
    ...(withOld && before !== undefined ? { OldImage: before } : {}),
  };
}
