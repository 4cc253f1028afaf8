/** The name that an e-commerce event has since version 2 of the Segment spec; any other name stays as it is. */
export function todaysName(name: string): string {
  return TODAY.get(name) ?? name;
}

const TODAY: ReadonlyMap<string, string> = new Map([
  ['Viewed Product Category', 'Product List Viewed'],
  ['Viewed Promotion', 'Promotion Viewed'],
  ['Clicked Promotion', 'Promotion Clicked'],
  ['Clicked Product', 'Product Clicked'],
  ['Viewed Product', 'Product Viewed'],
  ['Added Product', 'Product Added'],
  ['Removed Product', 'Product Removed'],
  ['Started Order', 'Checkout Started'],
  ['Viewed Checkout Step', 'Checkout Step Viewed'],
  ['Completed Checkout Step', 'Checkout Step Completed'],
  ['Updated Order', 'Order Updated'],
  ['Completed Order', 'Order Completed'],
]);
