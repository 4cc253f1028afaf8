import { Duration } from 'aws-cdk-lib';
import { Dashboard as CloudWatchDashboard, GraphWidget, type IMetric, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Watched } from './alarms.ts';

const period = Duration.minutes(5);

/** One page for whoever is on duty: calls, time, failures, and what waits where. */
export class Dashboard extends CloudWatchDashboard {
  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id, { dashboardName: `rekindle-${watched.stage}`, periodOverride: PeriodOverride.AUTO });
    const { functions, queues, deadLetters, http } = watched;
    const each = (metric: (one: Watched['functions'][number]) => IMetric) => functions.map(metric);
    this.addWidgets(
      graph('Calls of the HTTP API', [
        http.api.metricCount({ period }),
        http.api.metricClientError({ period }),
        http.api.metricServerError({ period }),
      ]),
      graph(
        'Invocations',
        each(({ lambda, node }) => lambda.metricInvocations({ period, label: node.id })),
      ),
    );
    this.addWidgets(
      graph(
        'Duration, p95',
        each(({ lambda, node }) => lambda.metricDuration({ period, statistic: 'p95', label: node.id })),
      ),
      graph(
        'Errors',
        each(({ lambda, node }) => lambda.metricErrors({ period, label: node.id })),
      ),
    );
    this.addWidgets(
      graph(
        'Waiting messages',
        queues.map(({ id, queue }) => queue.metricApproximateNumberOfMessagesVisible({ period, label: id })),
      ),
      graph(
        'Dead letters',
        deadLetters.map(({ id, queue }) => queue.metricApproximateNumberOfMessagesVisible({ period, label: id })),
      ),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 12, height: 6 });
}
