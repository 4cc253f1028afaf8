/** The bare DynamoDB client and nothing else, bundled as the functions are: what no function can load faster than. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export const client = new DynamoDBClient({});
