/**
 * The end of every mail. Marketing mail carries a way out, which is known only at the time of sending (`links.unsubscribe`);
 * mail that a customer must get says instead why it was sent.
 */
type Words = {
  readonly unsubscribe: string;
  readonly preferences: string;
  readonly view: string;
  readonly marketing: string;
  readonly service: string;
  /** Of the mail that asks for a confirmation: whoever gets it may never have heard of us. */
  readonly asked: string;
};

const words: Readonly<Record<string, Words>> = {
  en: {
    unsubscribe: 'Unsubscribe',
    preferences: 'Choose what you get',
    view: 'View in browser',
    marketing: 'You signed up at BRAND for e-mails like this one.',
    service: 'This e-mail is about your account at BRAND, so you get it without having signed up for it.',
    asked: 'This address was entered in a form at BRAND. If that was not you, you need do nothing.',
  },
  pt: {
    unsubscribe: 'Cancelar subscrição',
    preferences: 'Escolher o que recebe',
    view: 'Ver no navegador',
    marketing: 'Pediu à BRAND que lhe enviasse e-mails como este.',
    service: 'Este e-mail diz respeito à sua conta na BRAND, por isso recebe-o sem o ter pedido.',
    asked: 'Este endereço foi escrito num formulário da BRAND. Se não foi você, não precisa de fazer nada.',
  },
  es: {
    unsubscribe: 'Darse de baja',
    preferences: 'Elegir qué recibir',
    view: 'Ver en el navegador',
    marketing: 'Se suscribió en BRAND a correos como este.',
    service: 'Este correo trata de su cuenta en BRAND, por eso lo recibe sin haberlo pedido.',
    asked: 'Esta dirección se escribió en un formulario de BRAND. Si no fue usted, no tiene que hacer nada.',
  },
  fr: {
    unsubscribe: 'Se désabonner',
    preferences: 'Choisir ce que vous recevez',
    view: 'Voir dans le navigateur',
    marketing: 'Vous avez demandé à BRAND de recevoir ce type d’e-mails.',
    service: 'Cet e-mail concerne votre compte chez BRAND : vous le recevez sans l’avoir demandé.',
    asked: 'Cette adresse a été saisie dans un formulaire de BRAND. Si ce n’était pas vous, vous n’avez rien à faire.',
  },
  de: {
    unsubscribe: 'Abmelden',
    preferences: 'Auswählen, was Sie bekommen',
    view: 'Im Browser ansehen',
    marketing: 'Sie haben sich bei BRAND für solche E-Mails angemeldet.',
    service: 'Diese E-Mail betrifft Ihr Konto bei BRAND; darum bekommen Sie sie auch ohne Anmeldung.',
    asked: 'Diese Adresse wurde in ein Formular von BRAND eingetragen. Waren Sie es nicht, brauchen Sie nichts zu tun.',
  },
  it: {
    unsubscribe: 'Annulla iscrizione',
    preferences: 'Scegli cosa ricevere',
    view: 'Apri nel browser',
    marketing: 'Hai chiesto a BRAND di ricevere e-mail come questa.',
    service: 'Questa e-mail riguarda il tuo account presso BRAND, perciò la ricevi senza averla chiesta.',
    asked: 'Questo indirizzo è stato inserito in un modulo di BRAND. Se non sei stato tu, non devi fare nulla.',
  },
  nl: {
    unsubscribe: 'Afmelden',
    preferences: 'Kies wat je ontvangt',
    view: 'Bekijk in de browser',
    marketing: 'Je hebt je bij BRAND voor dit soort e-mails aangemeld.',
    service: 'Deze e-mail gaat over je account bij BRAND; daarom krijg je hem ook zonder aanmelding.',
    asked: 'Dit adres is ingevuld in een formulier van BRAND. Was jij dat niet, dan hoef je niets te doen.',
  },
};

/** As MJML on one line. English where the language has no words here. */
export function footer(locale: string): string {
  const said = words[locale] ?? words[locale.split('-')[0] ?? ''] ?? words.en;
  if (said === undefined) return '';
  const brand = (text: string) => text.replaceAll('BRAND', '{{ brand.name }}');
  const link = (name: string, text: string) => `{% if links.${name} %}<a href="{{ links.${name} }}">${text}</a>{% endif %}`;
  const gap = (name: string) => `{% if links.${name} %} &nbsp;·&nbsp; {% endif %}`;
  return [
    '<mj-section mj-class="outside"><mj-column><mj-text mj-class="small" align="center" padding="4px 16px">',
    `<p>{% if links.unsubscribe %}${brand(said.marketing)}{% elsif links.confirm %}${brand(said.asked)}{% else %}${brand(said.service)}{% endif %}</p>`,
    `<p>${link('unsubscribe', said.unsubscribe)}`,
    `{% if links.unsubscribe %}${gap('preferences')}{% endif %}${link('preferences', said.preferences)}`,
    `{% if links.unsubscribe or links.preferences %}${gap('view')}{% endif %}${link('view', said.view)}</p>`,
    '<p>{{ brand.name }}, {{ brand.postalAddress }}</p>',
    '</mj-text></mj-column></mj-section>',
  ].join('');
}
