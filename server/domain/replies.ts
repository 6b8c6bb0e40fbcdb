/** What a mail server said of a mail it refused: its reply code (RFC 5321), enhanced code (RFC 3463), and words. */
export type Reply = { code: number | null; enhanced: string | null; text: string };

/** Why a mail was refused. Only the first says that writing there again is of no use. */
export type RefusalReason = 'gone' | 'policy' | 'full' | 'temporary' | 'unknown';

/** The address or its domain is not there: bad mailbox, system or syntax, moved, no such recipient, no route, no domain. */
const GONE_CODE = /^5\.(1\.([012346]|10|351)|4\.(4|310))$/;
const FULL_CODE = /^[245]\.2\.2$/;
const POLICY_CODE = /^5\.(7\.\d+|1\.[789]|2\.[134]|3\.4|6\.\d+)$/;

/** Words about whoever writes, not about who is written to: an unknown domain there is the writer's. */
const OF_THE_WRITER = [
  /\bsender (id|address|domain|verif|e-?mail|is|was|not|unknown|invalid|host|ip|denied|rejected|blocked|access)/i,
  /\b(client host|helo|ehlo|reverse[ -]dns|rdns|PTR|hostname) .{0,40}(reject|not found|unknown|missing|invalid|cannot|could not|record|fail)/i,
  /\bmissing (reverse dns|ptr)|\b(SPF|DKIM|DMARC)\b|\bdomain of sender|\bfrom address|\bsending (domain|ip|host|server|mta)|\breturn[- ]path|\bin reply to MAIL FROM|after MAIL FROM/i,
  /\byour (domain|host|e-?mail address|ip|server|network|mail server|provider|isp|access|reputation)\b.{0,60}(unknown|not found|does ?n.t|invalid|reject|block|listed|denied|prohibit|not allowed|poor|low)/i,
];

const FULL = [
  /\b(over|exceed(s|ed|ing)?|out of|above|beyond|disk|mailbox|storage|user|account)( \w{1,20}){0,4} (disk )?quota\b|\bquota (is |has been |was )?(exceed|full|violat|reach)|\bover ?quota|\b(user|disk) quota/i,
  /\b(mail ?box|inbox|mail ?folder|mail ?drop|maildir|mail ?spool|account|user|postfach|boite)('s)? .{0,30}\b(is |are |was |has |too )?(full|voll|pleine?|out of space|over ?(its )?limit|exceeded|too large|too big|no space)\b/i,
  /\b(mail ?box|maildir|mail ?folder) (is )?(full|over ?quota)|\btoo much mail\b|\b(insufficient|not enough|exceeded) (\w{1,20} )?(storage|disk|mailbox|space)|\bstorage (space|limit|allocation)|mailbox size limit|no space left in mailbox|sobrepasa|espace .{0,20}insuffisant/i,
];

/** It may be there again one day: stopped, not gone. */
const STOPPED =
  /\b(suspend|deactivat|disabled|inactive|inactivity|discontinued|on hold|frozen|expired account|locked|blocked by admin|temporarily unavailable|not currently active|not active|closed for)/i;

const WHO =
  '(users?|recipients?|mail ?box(es)?|mail ?drop|(mail |e-?mail )?accounts?|(e-?mail |rcpt |recipient |destination |to |mail |envelope )?address(es)?|addressee|alias|login|member|subscriber|customer|persons?|user ?id|userid|local[- ]?part|user ?name|destinataire|empf(ä|ae)nger(-?adresse)?|usuario)';
const NOT_THERE =
  '(unknown|unlisted|undeliverable|(was |could |can |is )?(not|n.t|no longer) (be )?(found|exists?|valid|known|listed|recogni[sz]ed|registered|in (the|our) (directory|database)|available here|here|on (this )?server|available at|in use|a (valid|known|registered|local)\\b|in service)|(wasn|couldn|isn|doesn|didn|hasn|don)(.|..)?t (be )?(found|exist|valid|known|listed|recogni[sz]ed|registered|have an? .{0,30}(account|mailbox))|does ?(not|n.t) (have an? .{0,30}(account|mailbox)|match|exist)|do not exist|did not exist|non-?existent|has been (deleted|removed)|invalide?|has moved|not exist|nicht (gefunden|bekannt)|unbekannt|inconnu|inexistante?|desconocido|inexistente)';
const GONE = [
  new RegExp(`\\b${WHO}['"]?( |: |:|\\W{1,3}\\S{0,80}\\W{1,4}| \\S{1,80} |, | \\w{1,12} ){0,2}${NOT_THERE}`, 'i'),
  new RegExp(
    `\\b(unknown|no such|invalid|incorrect|illegal|bad|non-?existent|nonexisting|unrecogni[sz]ed|unrouteable|unroutable|undefined|wrong|not an? (valid|known|existing|registered gateway|local)|not our|no valid|no( local)?)( \\w{1,20}| e-mail)? ?${WHO}\\b`,
    'i',
  ),
  /\bno (such )?(mailbox|user|account|address|person) (here|by that|with that|at this|there)|\bnot listed in .{0,40}(address book|directory)|\buser ?unknown|\bunknown_user|\bnosuchuser|\b(ExRecip|Recip|Recipient)(ient)?NotFound|\bmailbox unavailable\b|\bunknown local|not a registered|account or domain may not exist|(tried|trying) to reach (does not|doesn.t) exist|no longer (on server|working|employed)|invalid final delivery|\bdestination mailbox address|\badresse .{0,30}(invalide|inconnue|n.existe)/i,
  /usuario (desconocido|no existe|inexistente)|usu[aá]rio (desconhecido|n[aã]o existe|inexistente)|(utente|destinatario) (sconosciuto|inesistente)|casella (inesistente|non (esiste|trovata))|utilisateur inconnu|(gebruiker|ontvanger) (onbekend|bestaat niet)|onbekende (gebruiker|ontvanger)|benutzer existiert nicht|unbekannte[rn]? (benutzer|empf[aä]nger)/i,
  /(пользователь|ящик|адрес(ат)?) не (найден|существует)|нет такого (пользователя|ящика)|(用户|用戶|收件人|邮箱|郵箱|地址)(不存在|未找到)|(无|無|没有)此(用户|用戶)|(ユーザー?|宛先|アドレス)(が|は)?(存在しません|不明|見つかりません)/u,
];

/** Where a whole domain is gone, so are its addresses. */
export const NO_DOMAIN =
  /\b(host|domain|domain name|destination|relay|dns domain|system)\b.{0,40}\b(unknown|does(n.t| not) exist|not exist|non-?existent)|\bunroute?able (mail )?(address|domain)|\b(unknown|no such|illegal|bad|invalid|non-?existent|nonexistent) (\w{1,20} ){0,2}(host|domain|destination|mail domain)\b|\bcould(n.t| not) find any host|\b(host|domain)( or domain)?( name)? (was )?not found|\bNXDOMAIN|\bno MX (record|host)|\b(cannot|can.t|could not|unable to) (find|resolve) (\w{1,20} ){0,3}(host|domain|mx)\b|\bnull ?MX|does not accept (e?-?mail|messages)\b|\bindicated no SMTP service|\bnon-existent hosts|mail for \S{1,99} is not accepted/i;

const POLICY =
  /spam|\bUBE\b|\bUCE\b|junk|black ?list|block ?list|denylist|\bblocked|\bRBL\b|DNSBL|spamhaus|reputation|polic(y|ies)|rate limit|too many|too fast|throttl|virus|malware|malicious|phish|content (reject|filter)|relay(ing)? (access )?(denied|not permitted|not allowed|prohibited)|(unable|not permitted|not allowed|denied) to relay|relaying|not authori[sz]ed|authenticat|access denied|permission denied|not allowed|prohibited|\bbanned|filter|grey-?list|listed (in|by|on) |you have been|not accepted due|refused due|abus|refused by/i;

const any = (rules: readonly RegExp[], text: string) => rules.some((rule) => rule.test(text));
const saysGone = (text: string) => any(GONE, text) || NO_DOMAIN.test(text);

/** A host that is called after the spam it keeps away says nothing of this mail. */
const withoutNames = (text: string) => text.replace(/\S+@\S+|https?:\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/gi, ' ');

type Rule = { reason: RefusalReason; holds(enhanced: string, text: string, code: number | null): boolean };

/** The first that holds decides: enhanced codes with their words, then words, then the bare reply code. */
const RULES: readonly Rule[] = [
  { reason: 'full', holds: (enhanced, text) => FULL_CODE.test(enhanced) || any(FULL, text) },
  { reason: 'temporary', holds: (enhanced) => enhanced.startsWith('4.') },
  { reason: 'policy', holds: (_, text) => any(OF_THE_WRITER, text) },
  { reason: 'policy', holds: (enhanced, text) => STOPPED.test(text) && !(GONE_CODE.test(enhanced) && saysGone(text)) },
  // RFC 7372 and its kin: about the writer's own domain, whatever the words.
  { reason: 'policy', holds: (enhanced) => /^5\.7\.2\d$/.test(enhanced) },
  // Office 365 for an address that is not in its directory.
  { reason: 'gone', holds: (enhanced, text) => enhanced === '5.4.1' && /recipient address rejected/i.test(text) },
  // Servers misuse codes: plain words about the address outweigh a code of policy, and words of policy a code of address.
  {
    reason: 'gone',
    holds: (enhanced, text) => GONE_CODE.test(enhanced) && (saysGone(text) || !POLICY.test(withoutNames(text))),
  },
  { reason: 'policy', holds: (enhanced) => GONE_CODE.test(enhanced) },
  { reason: 'gone', holds: (_, text) => saysGone(text) },
  { reason: 'policy', holds: (enhanced, text) => POLICY_CODE.test(enhanced) || POLICY.test(text) },
  { reason: 'temporary', holds: (_, __, code) => code !== null && code >= 400 && code < 500 },
  { reason: 'gone', holds: (_, __, code) => code === 551 || code === 556 },
  { reason: 'full', holds: (_, __, code) => code === 552 },
  { reason: 'policy', holds: (_, __, code) => code === 554 },
];

/** The reason that a reply gives, by its enhanced code first, then by its words, then by its reply code. */
export function refusalReason({ code, enhanced, text }: Reply): RefusalReason {
  // A reply is short; whoever writes more than that is not listened to.
  const words = text.slice(0, 4000).replace(/\s+/g, ' ');
  return RULES.find(({ holds }) => holds(enhanced ?? '', words, code))?.reason ?? 'unknown';
}
