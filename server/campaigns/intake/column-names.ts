/** What we look for in a list, by the names of the schema. */
export const FIELDS = [
  'email',
  'contactForm',
  'source',
  'checkedOn',
  'timezone',
  'country',
  'salutation',
  'language',
  'office',
  'name',
  'id',
] as const;
export type Field = (typeof FIELDS)[number];

/**
 * The names under which columns go, in English, German, French, Spanish and Italian; without case, accents, punctuation
 * and spaces. The plainest first: where two columns could be meant, the earlier name wins.
 */
export const COLUMN_NAMES: Record<Field, string> = {
  email: `email emailaddress mail mailaddress emails officialemail publicemail workemail contactemail emailcontact emailadresse mailadresse
    courriel adressecourriel adressemail adresseemail adresseelectronique mel correoelectronico correo
    direcciondecorreo direcciondecorreoelectronico direccionemail indirizzoemail indirizzomail indirizzoelettronico
    postaelettronica`,
  contactForm: `contactform webform onlineform formurl contacturl contactpage kontaktformular webformular formular onlineformular
    kontaktseite formulairedecontact formulairecontact formulaire formulaireenligne formulariodecontacto
    formulariocontacto formulario modulodicontatto modulocontatto modulocontatti form`,
  source: `source sources sourceurl quelle quellen fuente fuentes fonte fonti provenance origin herkunft reference url website
    web homepage webseite internetseite siteweb sitioweb paginaweb sitoweb link`,
  checkedOn: `checkedon lastchecked datechecked checked verifiedon lastverified verified retrieved accessed lastupdated lastupdate
    updatedon updatedat updated asof gepruftam zuletztgepruft gepruft letzteprufung abgerufenam aktualisiertam
    aktualisiert stand verifiele verifie datedeverification derniereverification derniermisajour misajour maj
    comprobado verificadoel verificado fechadeverificacion fechadecomprobacion actualizado fechadeactualizacion
    verificatoil verificato datadiverifica aggiornatoil aggiornato date datum fecha`,
  timezone: 'timezone tz zeitzone fuseauhoraire fuseau zonahoraria husohorario fusoorario',
  country: `country countrycode countryname isocode iso iso2 iso3 iso3166 alpha2 alpha3 land landercode landercodes landeskurzel
    landesname staat pays codepays nomdupays pais codigopais codigodepais paese codicepaese nazione nation stato etat`,
  salutation: `salutation greeting opening anrede briefanrede begrussung formuledappel formuledepolitesse civilite saludo tratamiento
    encabezamiento formuladesaludo saluto formuladisaluto appellativo`,
  language: `language languages lang languagecode sprache sprachen korrespondenzsprache langue langues idioma idiomas lengua lenguas
    lingua lingue locale`,
  office: `office officetitle position post role function jobtitle portfolio ministry department amt amtsbezeichnung funktion
    ressort ministerium behorde dienststelle fonction poste ministere portefeuille charge cargo puesto ministerio
    cartera carica ruolo funzione incarico ministero dicastero institution organisation organization title titel
    titre titulo titolo`,
  name: `name fullname displayname personname nameofminister ministername recipientname contactname officeholder person
    recipient member mp vollername vollstandigername vorundnachname vornameundnachname vornamenachname namevorname
    nachnamevorname amtsinhaber amtsinhaberin empfanger empfangerin abgeordnete abgeordneter nom nomcomplet
    nometprenom nomprenom prenometnom prenomnom titulaire destinataire nombre nombrecompleto nombreyapellidos
    apellidosynombre titular destinatario nome nomecompleto nomeecognome cognomeenome lastname surname familyname
    nachname familienname nomdefamille apellidos apellido cognome sortname`,
  id: 'id identifier recipientid uid uuid key slug kennung schlussel identifiant identificador identificatore',
};

/** Columns that hold a name in two parts, in the order in which people say it. */
export const PAIRS: readonly (readonly [string, string])[] = `
  firstname lastname, firstname surname, firstname familyname, givenname familyname, givenname surname, givenname lastname,
  givennames surname, forename surname, vorname nachname, vorname familienname, vorname zuname, vorname name, prenom nom,
  prenom nomdefamille, nombre apellidos, nombre apellido, nombres apellidos, nome cognome`
  .trim()
  .split(/,\s+/)
  .map((pair) => pair.split(' ') as [string, string]);

/** Names of columns that hold a whole name, so that its parts beside it are not needed. */
export const WHOLE_NAMES = new Set(
  `name fullname displayname personname nameofminister ministername recipientname contactname vollername
  vollstandigername nomcomplet nombrecompleto nomecompleto`.split(/\s+/),
);

/** Single words that name a column even among others, as in "E-mail of the private office". */
export const TELLING_WORDS: Record<Field, string> = {
  email: 'email emails mail courriel correo mel',
  contactForm: 'form webform formular kontaktformular formulaire formulario modulo',
  source: 'source quelle fuente fonte',
  checkedOn:
    'checked verified updated retrieved gepruft aktualisiert verifie verificado actualizado verificato aggiornato',
  timezone: 'timezone zeitzone fuseau',
  country: 'country land staat pays pais paese',
  salutation: 'salutation greeting anrede saludo saluto tratamiento',
  language: 'language languages sprache sprachen langue langues idioma lingua',
  office: `office ministry position portfolio role ministerium amt funktion ressort ministere fonction ministerio cargo ministero
    carica incarico`,
  name: 'name names nom nombre nome',
  id: '',
};

/** Words of columns that hold something else, whatever it looks like: a portrait is no source, a birthday no day of checking. */
export const OTHER_WORDS = new Set(
  `id phone telephone telefon telefono tel fax mobile handy party partei parti partido partito group fraktion gruppe
  gender sex geschlecht birth birthday born geburt geburtstag geburtsdatum naissance nacimiento nascita start end
  since until beginn ende term image images photo foto picture bild portrait twitter facebook instagram linkedin
  youtube bluesky mastodon wikipedia wikidata postal street strasse city ort stadt ville ciudad zip plz postcode area region
  constituency wahlkreis notes note comment comments bemerkung bemerkungen religion first vorname prenom given user
  file image logo`.split(/\s+/),
);

/** What may be a person ("Jane Roe") or an office ("Minister of Waters"): the cells tell. */
export const PERSON_OR_OFFICE = new Set([
  'minister',
  'ministers',
  'ministerin',
  'ministre',
  'ministro',
  'ministra',
  'secretary',
  'commissioner',
]);
