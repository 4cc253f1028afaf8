import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** The index of customers by the time at which they are next to be woken; those who wait for nothing stand at its far end. */
export const wakeIndex = 'wake';

export type CustomerTableProps = { readonly name: string; readonly keep: boolean };

/** The one table: customers, their timelines, messages, releases. */
export class CustomerTable extends Table {
  constructor(scope: Construct, id: string, props: CustomerTableProps) {
    super(scope, id, {
      tableName: props.name,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The key that AWS manages in this account: its use shows in CloudTrail, and it costs no fee. A customer-managed key would
      // add a way to lose every customer by one deleted key, and nothing that the roles of this stack do not already limit.
      encryption: TableEncryption.AWS_MANAGED,
      deletionProtection: props.keep,
      removalPolicy: props.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.addGlobalSecondaryIndex({
      indexName: wakeIndex,
      partitionKey: { name: 'wakeShard', type: AttributeType.STRING },
      sortKey: { name: 'wakeAt', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}
