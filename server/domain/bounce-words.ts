/** By these words mail systems, and people who are away, are told apart. Each is looked for in a short text only. */

/** Programs that return mail. */
export const DAEMON =
  /mailer[-_ ]?daemon|post ?master|mail[- ]?deliver|delivery[- ](sub)?system|mail (system|administrator|router|transport)|\bNDR\b|<>|\bmta(admin)?@|mdaemon|bounces?@|returned mail|system administrator|mail ?server/i;

/** What returned mail is called. */
export const FAILING_SUBJECT =
  /undeliver|un-deliver|non[- ]?d(e|é)liv|nondeliver|not (be )?delivered|deliver\w* (has |have |was )?(fail|status|problem|error|notif|report|unsuccess)|fail\w* (to )?(deliver|mail|notice|send)|(mail|message) (delivery )?(fail|error|could|not|rejected|problem|returned)|return(ed|ing) (mail|message|to sender)|failure (notice|notif|deliver)|mail (non|system error)|\bDSN\b|(unzustellbar|unzustellbarkeit|nicht zugestellt|zustellung|zurückgewiesen)|non (remis|livr|distribu|consegna|entreg)|échec|echec|mancat[ao] (consegna|recapito)|no (se )?(pudo|ha podido|entregad)|devuelto|não entreg|nao entreg|onbestelbaar|niet (bezorgd|afgeleverd)|kunde inte|niedostarcz|недостав|не доставл|配信|配達|送信エラー|エラー.{0,6}メール|loop alert|considered unsolicited|(virus|banned|spam|infected).{0,60}(from|by) you\b|error alert|user unknown|unknown user|address (error|unknown)|rejected|warning: (message|could)|could not (send|be)|cannot (send|deliver)|mail error|(dead|undelivered) (letter|mail)|permanent (fail|error)|attempt to deliver/i;

/** What returned mail says at its start. */
export const FAILING_WORDS =
  /(could|can|was|were|has|have|is) ?(not|n.t) (yet )?(be |been )?(successfully )?(delivered|sent|deliver|processed|accepted|relayed|reach)|(could not|cannot|can.t|unable to|wasn.t able to|was unable to|failed to|did not|was not able to|couldn.t|error in|trouble) (successfully )?(deliver|send|be deliver|be sent|sending|delivering|reach)|undeliverable|undelivered|non-?deliver|deliver(y|ing)( \w{1,20}){0,8} (has )?(failed|errors?|problems?|unsuccessful)|(permanent|fatal|unrecoverable) (fatal )?(error|failure)|permanently (fail|reject)|returned (to|mail|message)|(rejected|refused|bounced) (your|by|the|because|for)|transcript of session|unzustellbar|nicht zugestellt|nicht (be|über)liefer|(non|pas) .{0,20}(remis|livré|distribué|délivré|être envoyé)|échec|consegna|no se (pudo|ha podido)|não (foi|pôde|pode)|配信|配達|送信でき|届け|did not receive|following (address|recipient|user|error)|not deliver|mail ?box .{0,20}full|user unknown|smtp error|remote host said|error occurred/i;

/** It is still being tried. */
export const STILL_TRIED =
  /warning message only|(do not|don.t|no) need to (resend|send|retry)|(has|have) (not yet|been) (been )?(delayed|delivered)|(is|are|being|was|been) (currently )?delayed|delivery (to \S{1,200} )?(has been |is |was )?(delayed|deferred)|still (being )?(try|retr|attempt|be retried|in (the )?queue)|will (continue|keep|be retried|try again|retry|be tried)|not yet been delivered|attempts? will (continue|be made)|verzögert|retardée?|delivery (status notification )?\(delay\)|could not be delivered (for|within) the (last|past)|could not send (\w{1,20} )?for (the )?past/i;
export const GIVEN_UP =
  /giv(en|ing) up|permanent|no (further|longer)( \w{1,20}){0,3} (attempt|deliver|tr(y|ied))|has (been )?(expired|failed)|delivery (has )?failed|(retry )?time(out)? (was )?(exceeded|expired)|too long|will not (be )?(retr|tr)|cannot be deliver|removed from (the )?queue|returned to/i;

/** It came as far as it should. */
export const DELIVERED =
  /(was|were|has been|have been) (successfully )?(delivered|relayed) (to|successfully)|successful (mail )?delivery|successfully (delivered|relayed)|delivery (status notification )?\((success|relay)|return receipt/i;

/** Subjects of automatic replies. */
export const AWAY =
  /^\W{0,3}(auto(mat\w{0,10})?[ -]{0,3}(re\b|reply|replied|respon|answer|antwort|odp|svar|vastaus|r(e|é)ponse|:)|auto ?: )|(out|away) (of|from) (the |my )?(office|town|country)|\booo\b|on (annual |sick |parental |maternity )?(leave|vacation|holiday)|vacation|away (until|from)|(automatic|automated|auto)[- ]?(repl|respon|answer|message)|autoreply|autorespon|abwesen|automatische (antwort|r)|nicht im (büro|haus)|im urlaub|r(é|e)ponse automatique|absen(ce|te|t) (du|de|of)|absence|en (congé|vacances)|hors du bureau|respuesta automática|fuera de (la )?oficina|ausente|ausência|ausencia|resposta automática|risposta automatica|fuori (sede|ufficio)|automatisch antwoord|afwezig|autosvar|automatisk(t)? svar|frånvar|fravær|ikke til stede|automaattinen|poissa|autoodpowied|automatyczna|nieobecn|automatická odpověď|nepřítomn|automatikus válasz|házon kívül|автоответ|автоматический ответ|отсутств|otomatik yan|ofis dışında|αυτόματη απάντηση|自動(応答|返信|回答)|不在|自动(回复|答复)|自動回覆|부재|자동 ?(회신|응답)|رد تلقائي/i;
