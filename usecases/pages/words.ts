/** What pages for recipients say, in the languages that there are; English for all others. Hyphens in e‑mail do not break. */
export type Words = {
  readonly lang: string;
  readonly leaveTitle: (topic: string) => string;
  readonly leaveText: (brand: string, address: string) => string;
  readonly leaveButton: string;
  readonly chooseInstead: string;
  readonly leftTitle: string;
  readonly leftText: (topic: string, brand: string) => string;
  readonly leftByMistake: string;
  readonly choose: string;
  readonly centreTitle: string;
  readonly centreText: (brand: string, address: string) => string;
  readonly centreLegend: string;
  readonly save: string;
  readonly leaveAll: string;
  readonly leaveAllText: string;
  readonly saved: string;
  readonly leftAll: string;
  readonly spam: string;
  readonly blocked: (brand: string) => string;
  readonly bounced: string;
  readonly waiting: string;
  readonly serviceMail: string;
  readonly confirmTitle: string;
  readonly confirmText: (brand: string, address: string) => string;
  readonly confirmButton: string;
  readonly confirmNotYou: string;
  readonly confirmedTitle: string;
  readonly confirmedText: (brand: string) => string;
  readonly expiredTitle: string;
  readonly expiredText: string;
  readonly unknownTitle: string;
  readonly unknownText: string;
};

const en: Words = {
  lang: 'en',
  leaveTitle: (topic) => `Unsubscribe from “${topic}”?`,
  leaveText: (brand, address) => `${brand} will send no more e‑mails of this kind to ${address}.`,
  leaveButton: 'Unsubscribe',
  chooseInstead: 'Choose what you get instead',
  leftTitle: 'You are unsubscribed',
  leftText: (topic, brand) => `${brand} will send you no more e‑mails about “${topic}”. It took effect at once.`,
  leftByMistake: 'Was it a mistake, or would you like something else?',
  choose: 'Choose what you get',
  centreTitle: 'What would you like to get?',
  centreText: (brand, address) => `These are the e‑mails that ${brand} sends to ${address}. Tick those that you want.`,
  centreLegend: 'E-mails',
  save: 'Save',
  leaveAll: 'Unsubscribe from everything',
  leaveAllText: 'Rather none of these?',
  saved: 'Saved. It took effect at once.',
  leftAll: 'You are unsubscribed from everything. It took effect at once.',
  spam: 'You marked one of our e‑mails as spam, so we send you none of these, whatever is ticked here.',
  blocked: (brand) => `${brand} sends no e‑mails to this address any more, whatever is ticked here.`,
  bounced: 'E‑mails to this address came back, so we send none. Give us another address, and they will come again.',
  waiting: 'Waits for you: please press the button in the e‑mail that asks you to confirm.',
  serviceMail: 'What you must know about your orders and your account comes in any case.',
  confirmTitle: 'Please confirm your address',
  confirmText: (brand, address) => `Somebody asked ${brand} to write to ${address} about:`,
  confirmButton: 'Yes, that was me',
  confirmNotYou: 'If it was not you, close this page: nothing will be sent.',
  confirmedTitle: 'Thank you, it is confirmed',
  confirmedText: (brand) => `Your address is confirmed. ${brand} will write to you.`,
  expiredTitle: 'This link is too old',
  expiredText:
    'It could be used only for some time after the form was filled in. Please fill in the form once more, and we will send you a new one.',
  unknownTitle: 'This link does not work',
  unknownText: 'It may have been cut off when it was copied. Please open it from the e‑mail once more.',
};

const pt: Words = {
  lang: 'pt',
  leaveTitle: (topic) => `Cancelar a subscrição de “${topic}”?`,
  leaveText: (brand, address) => `A ${brand} deixará de enviar e‑mails deste tipo para ${address}.`,
  leaveButton: 'Cancelar subscrição',
  chooseInstead: 'Prefiro escolher o que recebo',
  leftTitle: 'Subscrição cancelada',
  leftText: (topic, brand) => `A ${brand} não lhe enviará mais e‑mails sobre “${topic}”. A alteração já está em vigor.`,
  leftByMistake: 'Foi engano, ou prefere receber outra coisa?',
  choose: 'Escolher o que recebo',
  centreTitle: 'O que gostaria de receber?',
  centreText: (brand, address) => `Estes são os e‑mails que a ${brand} envia para ${address}. Assinale os que quer receber.`,
  centreLegend: 'E-mails',
  save: 'Guardar',
  leaveAll: 'Cancelar todas as subscrições',
  leaveAllText: 'Prefere não receber nenhum?',
  saved: 'Guardado. A alteração já está em vigor.',
  leftAll: 'Todas as subscrições foram canceladas. A alteração já está em vigor.',
  spam: 'Marcou um dos nossos e‑mails como spam, por isso não lhe enviamos nenhum destes, seja qual for a escolha aqui.',
  blocked: (brand) => `A ${brand} já não envia e‑mails para este endereço, seja qual for a escolha aqui.`,
  bounced: 'Os e‑mails para este endereço foram devolvidos, por isso não enviamos nenhum. Indique‑nos outro endereço.',
  waiting: 'À sua espera: carregue no botão do e‑mail que lhe pede a confirmação.',
  serviceMail: 'O que precisa de saber sobre as suas encomendas e a sua conta chega em qualquer caso.',
  confirmTitle: 'Confirme o seu endereço',
  confirmText: (brand, address) => `Alguém pediu à ${brand} que escrevesse para ${address} sobre:`,
  confirmButton: 'Sim, fui eu',
  confirmNotYou: 'Se não foi você, feche esta página: não lhe enviaremos nada.',
  confirmedTitle: 'Obrigado, está confirmado',
  confirmedText: (brand) => `O seu endereço está confirmado. A ${brand} irá escrever-lhe.`,
  expiredTitle: 'Esta ligação é demasiado antiga',
  expiredText:
    'Só podia ser usada durante algum tempo depois de preencher o formulário. Preencha de novo o formulário e enviaremos outra.',
  unknownTitle: 'Esta ligação não funciona',
  unknownText: 'Pode ter ficado incompleta ao ser copiada. Abra-a de novo a partir do e‑mail.',
};

const languages: Readonly<Record<string, Words>> = { en, pt };

/** Languages that there are pages in. */
export const pageLanguages: readonly string[] = Object.keys(languages);

/** The words in the first of these languages that there is: tags such as `pt-BR`, or an `Accept-Language` header. */
export function wordsIn(...wanted: readonly (string | undefined)[]): Words {
  for (const tag of wanted.flatMap((text) => text?.split(',') ?? [])) {
    const words = languages[tag.trim().split(/[-_;]/, 1)[0]?.toLowerCase() ?? ''];
    if (words !== undefined) return words;
  }
  return en;
}
