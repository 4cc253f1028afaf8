import { CfnOutput, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Settings } from '#infra/context.ts';

/** How mail leaves: a configuration set whose events go to the default bus, and the identity of the sender's domain. */
export class Mail extends Construct {
  readonly configurationSetName: string;
  /** All that sending touches, for the role of `send`. */
  readonly resourceArns: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.configurationSetName = `rekindle-${settings.stage}`;
    const configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: this.configurationSetName,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      sendingEnabled: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    // SES accepts no other bus than the account's default one.
    configurationSet.addEventDestination('Events', {
      configurationSetEventDestinationName: 'default-bus',
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: Object.values(EmailSendingEvent),
    });
    if (settings.domain !== undefined) this.addIdentity(settings.domain);
    this.resourceArns = this.arns(settings);
  }

  private addIdentity(domain: string): void {
    const identity = new EmailIdentity(this, 'Identity', { identity: Identity.domain(domain) });
    identity.dkimRecords.forEach((record, index) => {
      const description = `DNS record ${index + 1} of 3 that proves the domain ${domain} to SES (DKIM)`;
      new CfnOutput(this, `Dkim${index + 1}`, { value: `${record.name} CNAME ${record.value}`, description });
    });
  }

  /** SES asks for the identity that it finds for the address: the address itself where that is verified, else its domain or a parent. */
  private arns(settings: Settings): string[] {
    const domain = settings.sender.slice(settings.sender.indexOf('@') + 1);
    const identities = new Set([settings.sender, domain, ...(settings.domain === undefined ? [] : [settings.domain])]);
    const stack = Stack.of(this);
    return [
      ...[...identities].map((name) => stack.formatArn({ service: 'ses', resource: 'identity', resourceName: name })),
      stack.formatArn({ service: 'ses', resource: 'configuration-set', resourceName: this.configurationSetName }),
    ];
  }
}
