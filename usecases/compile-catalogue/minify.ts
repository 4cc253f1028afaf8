const BLOCK_TAG = '</?(?:html|head|body|title|meta|style|table|tbody|tr|td|div|p|h[1-6]|ul|ol|li)\\b[^>]*>';
const CONDITIONAL = '<!--\\[if [^\\]]*\\]>(?:<!-->)?|(?:<!--)?<!\\[endif\\]-->';
const aroundBlocks = new RegExp(`\\s*(${BLOCK_TAG}|${CONDITIONAL})\\s*`, 'g');

/**
 * MJML's own minifier takes half a second to load and reads the HTML anew, with words for Liquid in places where HTML has no
 * text. Nearly all that can be saved is indentation, and around blocks it may go. Mail with preformatted text is left alone.
 */
export function minified(html: string): string {
  if (/<pre\b|white-space:\s*pre/.test(html)) return html;
  return html
    .replace(/[ \t\r\n]+/g, ' ')
    .replace(aroundBlocks, '$1')
    .replace(/" >/g, '">')
    .trim();
}
