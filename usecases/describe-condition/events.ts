/**
 * Events of the Segment specs in words: what somebody has done, and what somebody does. Others are named as they are sent:
 * “Trial Started” happens.
 */
const known: Readonly<Record<string, readonly [done: string, does: string]>> = {
  'Order Completed': ['ordered', 'orders'],
  'Order Cancelled': ['cancelled an order', 'cancels an order'],
  'Order Refunded': ['had an order refunded', 'has an order refunded'],
  'Checkout Started': ['started a checkout', 'starts a checkout'],
  'Cart Viewed': ['looked into the cart', 'looks into the cart'],
  'Product Added': ['put a product into the cart', 'puts a product into the cart'],
  'Product Removed': ['took a product out of the cart', 'takes a product out of the cart'],
  'Product Viewed': ['looked at a product', 'looks at a product'],
  'Products Searched': ['searched for products', 'searches for products'],
  'Product Added to Wishlist': ['put a product on the wish list', 'puts a product on the wish list'],
  'Product Reviewed': ['reviewed a product', 'reviews a product'],
  'Coupon Applied': ['used a coupon', 'uses a coupon'],
  'Signed Up': ['signed up', 'signs up'],
  'Signed In': ['signed in', 'signs in'],
  'Account Created': ['made an account', 'makes an account'],
  'Account Deleted': ['deleted the account', 'deletes the account'],
  Subscribed: ['subscribed', 'subscribes'],
  Unsubscribed: ['unsubscribed', 'unsubscribes'],
  'Email Delivered': ['got a mail', 'gets a mail'],
  'Email Opened': ['opened a mail', 'opens a mail'],
  'Email Link Clicked': ['clicked in a mail', 'clicks in a mail'],
  'Email Bounced': ['had a mail bounce', 'has a mail bounce'],
  'Email Marked as Spam': ['marked a mail as spam', 'marks a mail as spam'],
};

/** The words after "has"; undefined for an event that has none. */
export const doneWords = (event: string): string | undefined => known[event]?.[0];

/** What happens now: "orders", “Trial Started” happens. */
export const doesWords = (event: string): string | undefined => known[event]?.[1];

/** What was done to the mail of one step. */
export const mailVerbs: Readonly<Record<string, string>> = {
  'Email Delivered': 'got',
  'Email Opened': 'opened',
  'Email Link Clicked': 'clicked',
};
