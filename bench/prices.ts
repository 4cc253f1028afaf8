/**
 * AWS list prices in US dollars: us-east-1, on demand, without free tiers, as public pages gave them up to 21 November 2026.
 * AWS's own live price list was not read: check these against it before you rely on a total.
 */
export const prices = {
  dynamodbWriteUnit: { usd: 0.625 / 1e6, source: 'DynamoDB on demand, standard class: 1 million write request units 0.625' },
  dynamodbReadUnit: { usd: 0.125 / 1e6, source: 'DynamoDB on demand, standard class: 1 million read request units 0.125' },
  busEvent: {
    usd: 1 / 1e6,
    source: 'EventBridge, custom events of up to 64 KB: 1 million 1.00; events of AWS services are free',
  },
  queueRequest: { usd: 0.4 / 1e6, source: 'SQS standard queues: 1 million requests 0.40 (from memory, no current page found)' },
  lambdaRequest: { usd: 0.2 / 1e6, source: 'Lambda: 1 million requests 0.20' },
  lambdaGbSecond: { usd: 0.0000133334, source: 'Lambda on arm64: a GB-second 0.0000133334' },
  httpRequest: { usd: 1 / 1e6, source: 'HTTP API, first 300 million, metered per 512 KB: 1 million requests 1.00' },
} as const;

export type Priced = keyof typeof prices;
