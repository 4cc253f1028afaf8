import type { Table } from 'dynalite/db/index.js';
import type { TableSettings, ViewType } from './table-settings.ts';

type Description = Readonly<Record<string, unknown>>;

/** A table as DescribeTable shows it: what dynalite knows, and what is kept beside it. */
export function describeTable(table: Table, settings: TableSettings): Description {
  const { stream, encryption } = settings;
  const streaming = { StreamSpecification: { StreamEnabled: true, StreamViewType: stream?.viewType } };
  return {
    ...table,
    ...(stream?.enabled === true ? streaming : {}),
    ...(stream === undefined ? {} : { LatestStreamArn: stream.arn, LatestStreamLabel: stream.label }),
    ...(encryption === undefined
      ? {}
      : { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: encryption.keyArn } }),
    ...(settings.tableClass === undefined ? {} : { TableClassSummary: { TableClass: settings.tableClass } }),
    DeletionProtectionEnabled: settings.deletionProtection ?? false,
  };
}

/** A stream is named after the instant at which it was switched on; switching it on again makes a new one. */
export function newStream(table: Table, viewType: ViewType, now: number): NonNullable<TableSettings['stream']> {
  const label = new Date(now).toISOString().replace('Z', '');
  return { enabled: true, viewType, label, arn: `${table.TableArn}/stream/${label}` };
}

export function describeTimeToLive(settings: TableSettings): Description {
  const { ttlAttribute } = settings;
  const description =
    ttlAttribute === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute };
  return { TimeToLiveDescription: description };
}

export function describeContinuousBackups(settings: TableSettings, now: number): Description {
  const recovery = settings.pointInTimeRecovery;
  const description =
    recovery === undefined
      ? { PointInTimeRecoveryStatus: 'DISABLED' }
      : {
          PointInTimeRecoveryStatus: 'ENABLED',
          RecoveryPeriodInDays: recovery.periodDays,
          EarliestRestorableDateTime: Math.floor(recovery.sinceMs / 1000),
          LatestRestorableDateTime: Math.floor(now / 1000),
        };
  return {
    ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: description },
  };
}
