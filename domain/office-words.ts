/**
 * Words of addresses and display names that name an office, a trade or a service and never a person (folded). What they say
 * about a mail is kept where names are hidden (domain/learning-text.ts), so no surname and no place may stand here.
 */
export const OFFICE: ReadonlySet<string> = new Set(
  `accueil administration admin adherents agence ambulance ambulances ameli aphm aphp assistante association asso assurance
  assurances assure assures atelier ateliers avocat avocate avocats barreau bureau cabinet cab caf caisse campus cantine carsat
  ccas centre chef chru clinique cnamts college commission commune compta comptabilite conciliateur conseil contact
  courrier courriel cpam daf delegue demande dentaire dep depute deputee direction docteur dossier dpo drh droits ecole
  ehpad elu employeur entraide entreprise esat etatcivil etude expertise facturation foyer france franceservices garage
  gendarmerie gerance gerant gestion gouv groupe habitat hopital hse idel imprimerie infirmerie infirmier infirmiere info
  informations insertion jeunes juridique justice kine labo laboratoire les lettre locale lycee mademoiselle madame mail mailbox
  mailer mairie maison maitre mandataire mandataires maternite mecanique medecin medecins medical medicale mediation
  mediateur menuiserie messagerie mission missions mjpm monsieur msa msp mssante mutualite mutuelle newsletter noreply notaire
  notaires office officine optique ortho paie papeterie pediatrie permanence personnel pharm pharma pharmacie plateforme
  podo pole polyclinique postmaster president prevoyance promo protection psychiatrie qse radio reclamation reclamations
  recrutement redaction refuge relais reply reponse ressources salaires sante sarl sas scierie scp secretaire secretariat
  securite selarl senat service services servicesocial siege social sociale societe solidaire soutien spip support syndic
  syndicat taxi taxis transport transports travail tresorerie tri tutelaire tutelle tutelles udaf union univ urgences urssaf
  usagers usine ville vsl via des pour par aux sur`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Mail providers open to everybody: such a domain says « a private person », and names nobody. */
export const OPEN_PROVIDERS: ReadonlySet<string> = new Set(
  `aliceadsl.fr aol.com bbox.fr cegetel.net club-internet.fr free.fr gmail.com gmx.com gmx.fr googlemail.com hotmail.com
  hotmail.fr icloud.com laposte.net live.com live.fr mac.com mailo.com me.com msn.com neuf.fr numericable.fr orange.com orange.fr
  outlook.com outlook.fr pm.me proton.me protonmail.com sfr.fr tutanota.com voila.fr wanadoo.fr yahoo.com yahoo.fr ymail.com
  zaclys.com`.split(/\s+/),
);
