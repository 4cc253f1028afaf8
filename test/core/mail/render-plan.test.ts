import { Liquid } from 'liquidjs';
import { expect, test } from 'vitest';
import { renderText } from '#core/mail/liquid.ts';
import type { MailVariables } from '#core/mail/variables.ts';

const variables = {
  customer: { id: 'c', email: 'e', firstName: 'Ana', tags: ['a', 'b'], age: 41, vip: true, none: null, 'first name': 'dashed' },
  event: {
    products: [
      { name: 'Cup', price: 3, sizes: ['S', 'L'] },
      { name: 'Bowl', price: 12, sizes: [] },
    ],
    total: 15,
    key: 'total',
    empty: '',
  },
  loyalty: { points: 12, tier: { name: 'Silver' } },
} as unknown as MailVariables;

/** The plan runs the frequent forms by itself; it must say what the library would have said. */
test.each([
  '{{ customer.firstName }} {{ customer.nobody }} {{ customer["first name"] }} {{ customer.tags[1] }} {{ customer.tags.size }} {{ customer.tags.first }}',
  '{{ event.products[0].name }} {{ event.products.last.price }} {{ event[event.key] }} {{ "text" }} {{ 12.5 }} {{ true }} {{ nil }}',
  '{{ customer.firstName | upcase | append: customer.id }} {{ customer.age | plus: 1 | divided_by: 2 }} {{ "a,b" | split: "," | join: "-" }}',
  '{{ event.products | map: "name" | join: ", " }} {{ event.products | where: "price", 12 | size }} {{ event.products | sort: "name" | first | map: "name" }}',
  '{{ customer.none | default: "d" }} {{ event.empty | default: customer.firstName }} {{ false | default: true, allow_false: true }}',
  '{% if customer.vip %}yes{% else %}no{% endif %}{% if customer.none %}yes{% elsif event.total > 10 and customer.age >= 41 %}middle{% else %}no{% endif %}{% unless customer.vip %}x{% else %}y{% endunless %}',
  '{% if customer.tags contains "a" %}in{% endif %}{% if event.empty == empty %}empty{% endif %}{% if event.empty %}truthy{% endif %}{% if customer.nobody == nil %}nil{% endif %}',
  '{% for p in event.products %}{{ forloop.index }}/{{ forloop.length }} {{ p.name }}{% unless forloop.last %}, {% endunless %}{% for s in p.sizes %}{{ s }}{{ forloop.first }}{% else %}none{% endfor %}{% endfor %}',
  '{% for i in (1..9) %}{% if i == 3 %}{% continue %}{% endif %}{% if i > 5 %}{% break %}{% endif %}{{ i }}{% endfor %} after',
  '{% for p in event.products limit: 1 offset: 1 %}{{ p.name }}{% endfor %}{% for t in customer.tags reversed %}{{ t }}{% endfor %}',
  '{% assign x = event.total | times: 2 %}{{ x }}{% capture y %}[{{ x }}{% if x %}!{% endif %}]{% endcapture %}{{ y }}{% assign customer = "shadow" %}{{ customer }}',
  '{% case loyalty.tier.name %}{% when "Gold" %}g{% when "Silver", "Bronze" %}s{% else %}n{% endcase %}{% cycle "a", "b" %}{% cycle "a", "b" %}',
  '{%- if true -%}  trimmed  {%- endif -%} {{- " x " -}} {% raw %}{{ raw }}{% endraw %}{% comment %}{{ x }}{% endcomment %}{% # note %}{% echo event.total | plus: 1 %}',
  '{% if event.total > 14 %}a{% endif %}{% if event.total > 15 %}b{% endif %}{% if event.total >= 15 and customer.age < 41 %}c{% else %}d{% endif %}{% if 3 > event.products.size or customer.vip %}e{% endif %}',
  '{% if customer.nobody > 1 %}a{% else %}b{% endif %}{% if event.empty != "" %}c{% endif %}{% if not customer.vip %}d{% else %}e{% endif %}{% if customer.none == nil and event.empty == blank %}f{% endif %}{% if event.total == "15" %}g{% endif %}',
  '{% if loyalty.points > 5 and loyalty.points < 20 or customer.firstName == "Zoe" %}a{% endif %}{% if customer.firstName > "Aa" %}b{% endif %}{% if customer.tags == customer.tags %}c{% endif %}',
  '{% for p in event.products %}{{ forloop.rindex }}{{ forloop.rindex0 }}{{ forloop.index0 }}{{ forloop.name }}{% if p.price > 5 %}{% break %}{% endif %}{{ p.name }}{% endfor %}{% for t in customer.tags %}{% if t == "a" %}{% continue %}{% endif %}{{ t }}{% endfor %}',
  '{% for p in event.products %}{% for t in customer.tags %}{{ t }}{% break %}{% endfor %}{{ p.name }}{{ t }}{% endfor %}{{ p.name }}{{ forloop.index }}',
  '{% for t in customer.tags limit: 1 %}{{ t }}{% endfor %}{% for t in customer.tags offset: continue %}{{ t }}{% endfor %}{% for t in customer.tags %}{% endfor %}{% for t in customer.tags offset: continue %}{{ t }}{% else %}all{% endfor %}',
  '{% for t in customer.firstName %}{{ t }}{% endfor %}{% for pair in loyalty.tier %}{{ pair[0] }}={{ pair[1] }}{% endfor %}{% for n in customer.none %}x{% else %}y{% endfor %}{% for n in customer.nobody %}x{% endfor %}',
  '{% for event in event.products %}{% assign event = event.name %}{{ event.price }}{% endfor %}{{ event }}{% for p in event.products %}{% assign first = p.name %}{% endfor %}{{ first }}',
  '{% tablerow p in event.products cols: 1 %}{{ p.name }}{% endtablerow %}',
])('the same text as the library: %s', (source) => {
  expect(renderText(source, variables)).toBe(new Liquid({ strictFilters: true }).parseAndRenderSync(source, variables));
});

test('an object is never [object Object]', () => {
  expect(renderText('{{ loyalty.tier }}', variables)).toBe('{"name":"Silver"}');
});
