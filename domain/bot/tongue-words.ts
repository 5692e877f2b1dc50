/**
 * Members write to the robot in the languages they have at hand, a whole turn or three words of it. What decides there is
 * little: a person, thanks, yes, no, « not that », « does not work », and what cannot wait. Those few words are put into
 * French before anything is read; nothing else is translated.
 *
 * Each line: the French, and what stands for it. `_` joins the words of a phrase, `*` leaves the ending open.
 */
export const SPOKEN: readonly (readonly [string, string])[] = [
  // a person
  [
    'je veux',
    `quiero quisiera querria quero queria gostaria gostava voglio vorrei ich_will ich_mochte mochte_ich ich_wurde_gern* mochte_gern* ik_wil
    chce chcialbym chcialabym vreau as_vrea doresc istiyorum isterim istiyom хочу хотел хотела хотів хотіла бажаю искам
    اريد بدي ابغى عايز عاوز بغيت اود ارغب bghit bgit nebghi nheb n7eb habit mwen_vle mwen_le m_vle an_vle an_le mi_ve mi_ve_bien
    mi_voudre dua_te zelim hocu میخواهم میخوام`,
  ],
  [
    'parler',
    `hablar hablo habla hable charlar comunicarme falar fale fala falo conversar parlare parla_italiano sprechen reden redde spreken praten rozmawiac porozmawiac mowic
    vorbesc vorbi vorbim konus* gorusm* goruse* говорит* поговор* разговарив* общат* розмовл* говоря التحدث اتحدث اتكلم الكلام التكلم نتكلم
    نهدر نهضر اهدر احكي تحدث nhdar nehder nahdar nahder nhder netkalem ntkelem pale_epi pale_ak pale_avek pale_ba pale_a koze koz
    flas flasim razgovarati pricati صحبت komz canter
    соедините позовите переключите з_єднаите покличте переключіть`,
  ],
  [
    'rappelez moi',
    `llamenme llamadme llameme me_llamen me_pueden_llamar pueden_llamarme me_podem_ligar podem_ligar_me liguem_me me_liguem ligar_me me_ligar richiamatemi chiamatemi richiamarmi chiamarmi
    rufen_sie_mich ruf_mich mich_anrufen mich_zuruckrufen um_ruckruf ruckruf bel_mij bel_me terugbellen zadzwoncie oddzwoncie
    prosze_o_telefon sunati_ma ma_sunati ma_suna beni_ara* bana_telefon перезвонит* позвоните_мне передзвоніт* зателефонуит*
    подзвоніт* اتصلوا_بي التواصل_معي تواصلوا_معي اتصلو_بي كلموني عيطولي kriye_mwen telefone_mwen rele_mwen apel_amwin`,
  ],
  [
    'humain',
    `persona personas humano humana ser_humano pessoa pessoas umano umana essere_umano mensch menschen persoon czlowiek* osoba osobe
    osobie persoana oameni insan insana insanla insanlar* kisi kisiyle biriyle birisiyle gercek_biri* человек* люди людин* людьми
    людям особою особа човек* انسان شخص بشر بشري bnadem insen moun dimoun njeri person_i_vertete covjek* covek* osobom 真人 人工`,
  ],
  [
    'quelqu un',
    `alguien alguem qualcuno jemand jemanden jemandem iemand kims kimse* cineva кем_нибудь кто_нибудь кем_то кимось хтось когось
    احد_ما حد شي_واحد شي_حد chi_wahed chi_wa7ed shi_wahed chi_had quequin quequun kekun`,
  ],
  [
    'conseiller',
    `agente asesor asesora operador operadora empleado empleada atendente funcionario funcionaria operatore consulente
    impiegato addetto mitarbeiter mitarbeiterin sachbearbeiter* berater beraterin ansprechpartner* medewerker konsultant* pracownik*
    doradca consilier angajat functionar temsilci* danisman* yetkili* gorevli* оператор* консультант* сотрудник*
    співробітник* працівник* موظف موظفة مستشار مسؤول عامل mowadaf mouadaf mwadaf mas2oul`,
  ],
  [
    's il vous plait',
    `por_favor porfavor porfa per_favore per_piacere bitte alstublieft alsjeblieft prosze va_rog te_rog lutfen пожалуиста
    будь_ласка будьласка من_فضلك لو_سمحت من_فضلكم عافاك 3afak 3afakoum souple silvouple please molim моля لطفا`,
  ],
  [
    'besoin de',
    `necesito preciso_de preciso_falar bisogno brauche potrzebuje am_nevoie ihtiyacim мне_нуж* нуж* мені_потріб* потріб* احتاج محتاج
    khassni lazemni`,
  ],
  // how it went
  [
    'merci',
    `gracias obrigado obrigada obg grazie danke dank dankeschon dankjewel bedankt dziekuje dzieki multumesc multam tesekkur*
    sagol sagolun eyvallah спасибо благодарю дякую شكرا chokran choukran chukran shukran barakallah* mesi mersi hvala faleminderit
    谢谢 cheers vielmols blagodaria`,
  ],
  [
    'bonjour',
    `hola buenos_dias buenas_tardes buenas bom_dia boa_tarde boa_noite ola buongiorno buonasera ciao guten_tag guten_morgen
    guten_abend hallo goedemorgen goedemiddag dzien_dobry czesc buna_ziua buna_seara buna salut_alikoum merhaba selam
    selamun_aleykum здравствуите добрыи_день добрии_день привет привіт доброго_дня السلام_عليكم مرحبا سلام salam slm
    salam_alaykoum salam_aleykoum bonzour bonjou hello hi hey`,
  ],
  ['oui', `evet нет_да да так نعم اجل ايوا iyeh naam`],
  [
    'ok',
    `tamam ладно хорошо добре حسنا تمام واخا wakha waxxa wakhkha va_bene in_ordnung in_orde de_acordo esta_bien dobrze w_porzadku`,
  ],
  ['non', `nao hayir нет ні لا nicht_so`],
  [
    'pas',
    `nicht niet degil не ليس مش ماشي machi not isn_t doesn_t don_t didn_t isnt doesnt didnt kein keine keinen geen`,
  ],
  [
    'compris',
    `entendido comprendido ya_entiendo percebi ho_capito capito alles_klar verstanden begrepen zrozumialem zrozumialam rozumiem
    am_inteles anladim понятно поняла зрозуміло зрозумів зрозуміла فهمت fhamt got_it understood i_see makes_sense`,
  ],
  [
    'j ai trouve',
    `encontrei ja_encontrei lo_encontre ya_lo_encontre ho_trovato trovato gefunden gevonden znalazlem znalazlam am_gasit buldum нашел
    нашла знаишов знаишла لقيته لقيتها وجدته lqito lqitha found_it i_found`,
  ],
  [
    'ca marche',
    `ya_funciona ja_funciona ora_funziona funktioniert_jetzt jetzt_geht_s geht_jetzt werkt_nu juz_dziala acum_merge calisti oldu
    получилось заработало вишло запрацювало вийшло خدمات خدم it_works works_now it_worked all_good`,
  ],
  [
    'ca marche pas',
    `no_funciona no_me_funciona nao_funciona non_funziona funktioniert_nicht geht_nicht klappt_nicht werkt_niet nie_dziala nu_merge
    nu_functioneaza calismiyor olmuyor acilmiyor gelmiyor не_работает не_работают не_открывается не_працює не_працюють
    не_відкривається لا_يعمل لا_تعمل ما_يعمل ما_يخدمش مايخدمش ماخدامش makhdamch ma_khdamch makhedmch ma_temchich pa_ka_mache
    i_mars_pa i_marche_pa doesn_t_work doesnt_work not_working does_not_work didn_t_work isn_t_working`,
  ],
  [
    'c est pas ca',
    `no_es_eso no_es_esto no_es_lo_que nao_e_isso nao_e_isto nao_e_o_que nao_foi_isso nao_perguntei_isso non_e_questo non_e_quello
    non_questo das_ist_es_nicht das_ist_nicht_das nicht_das das_meine_ich_nicht dat_is_het_niet dat_bedoel_ik_niet to_nie_to nie_o_to
    nu_e_asta nu_asta nu_este_asta nu_asta_am bu_degil oyle_degil onu_sormadim это_не_то не_то не_об_этом це_не_те не_те не_про_це
    ليس_هذا مش_هذا مو_هذا ماشي_هذا ماشي_هادشي machi_hadchi machi_hada mashi_hadshi se_pa_sa pa_sa_mwen that_s_not
    not_that not_what_i not_my_question`,
  ],
  [
    'je comprends pas',
    `no_entiendo no_comprendo no_lo_entiendo nao_entendo nao_percebo nao_entendi nao_compreendo non_capisco non_ho_capito
    verstehe_nicht verstehe_ich_nicht verstehe_das_nicht begrijp_het_niet begrijp_ik_niet snap_het_niet nie_rozumiem nie_zrozumialem
    nu_inteleg nu_am_inteles n_am_inteles anlamadim anlamiyorum не_понимаю не_понял не_поняла не_розумію не_зрозумів не_зрозуміла
    لا_افهم لم_افهم ما_فهمت مافهمت مافهمتش ما_فهمتش mafhamtch ma_fhamtch mafhemtch pa_konprann mi_konpran_pa mi_gagne_pa
    don_t_understand dont_understand do_not_understand don_t_get_it nit_verstande versteh_nix`,
  ],
  [
    'ca repond pas',
    `no_responde nao_responde nao_ajuda no_ayuda no_me_ayuda non_risponde non_aiuta hilft_mir_nicht hilft_nicht helpt_niet helpt_me_niet
    nie_pomaga nie_odpowiada nu_raspunde nu_ajuta yardimci_olmuyor yardimci_olmadi не_помогает не_отвечает не_допомагає لا_يجيب
    ما_جاوبتش pa_ka_reponn not_help no_help doesn_t_help doesn_t_answer not_helpful`,
  ],
  [
    'encore',
    `otra_vez de_nuevo outra_vez de_novo di_nuovo ancora wieder schon_wieder opnieuw alweer znowu iarasi yine tekrar опять снова знову
    مرة_اخرى من_جديد مجددا again anko`,
  ],
  [
    'toujours',
    `siempre todavia sigue siguen sempre immer immer_noch altijd nog_steeds zawsze ciagle mereu hala всегда все_еще досі завжди دائما ديما dima مازال mazal touzour toudis still`,
  ],
  [
    'meme',
    `mismo misma mesmo mesma stesso stessa gleiche gleichen dasselbe zelfde to_samo aceeasi acelasi ayni то_же_самое одно_и_то_же те_саме то_саме نفس menm same`,
  ],
  [
    'reponse',
    `respuesta resposta risposta antwort antwoord odpowiedz raspuns raspunsul cevap cevabi yanit ответ відповідь جواب الجواب jawab answer`,
  ],
  [
    'question',
    `pregunta pergunta domanda frage vraag pytanie intrebare intrebarea sorum soru вопрос питання سؤال سؤالي`,
  ],
  ['comment', `como_hago como_faco come_faccio wie_kann hoe_kan nasil كيف kifach kifash как як how_do how_can how_to`],
  ['quand', `cuando quando wann wanneer kiedy ne_zaman когда коли متى imta when`],
  ['combien', `cuanto quanto wieviel wie_viel hoeveel сколько скільки chhal ch7al how_much how_long`],
  ['pourquoi', `por_que warum waarom dlaczego neden niye почему чому لماذا علاش 3lach why`],
  // things of the trade
  [
    'carte',
    `tarjeta cartao tessera karte karta karti kartim kartimi карта карту картка картку بطاقة البطاقة card kat_vital kart_vital`,
  ],
  [
    'remboursement',
    `reembolso rimborso erstattung terugbetaling rambursare rambursarea zwrot geri_odeme возмещение відшкодування ranboursman refund`,
  ],
  ['dossier', `expediente pratica_mia akte dosarul dosyam dosya досье справа`],
  [
    'paiement',
    `pago pagamento zahlung betaling platnosc plata odeme odemem выплата выплату виплата виплату الدفع payment peyman`,
  ],
  [
    'argent',
    `dinero dinheiro soldi denaro geld pieniadze pieniedzy bani paramı деньги денег гроші грошеи المال فلوس flouss flous lajan money`,
  ],
  ['medecin', `arzt arztin lekarz лікар лікаря врач врача طبيب الطبيب tbib doctor`],
  ['hopital', `ospedale krankenhaus ziekenhuis szpital spital spitalul hastane* больниц* лікарн* المستشفى مستشفى`],
  // what cannot wait
  ['dialyse', `dialisis dialise dialisi dializa dialize dyaliz diyaliz* диализ* діаліз* غسيل_الكلى dialysis`],
  [
    'chimio',
    `quimio quimioterapia chemioterapia chemo chemotherapie chemotherapy kemoterapi* chimioterapie chimioterapia химиотерап* хіміотерап* كيماوي`,
  ],
  [
    'mon operation',
    `operacion operacao operazione operacja operacje operatie operatia ameliyat* meine_operation операци* операці* عملية_جراحية my_surgery surgery loperasion`,
  ],
  [
    'je me fais operer',
    `me_operan me_van_a_operar vou_ser_operado vou_ser_operada mi_operano werde_operiert ameliyat_olacagim меня_оперируют мене_оперують`,
  ],
  ['insuline', `insulina insulin insulin* инсулин* інсулін* انسولين الانسولين`],
  ['demain', `amanha domani morgen jutro yarin завтра غدا بكرة ghedda ghda tomorrow denmen demen dimin`],
  ['lundi', `lunes segunda_feira lunedi montag maandag poniedzialek pazartesi понедельник понеділок الاثنين monday`],
  [
    'mardi',
    `martes terca_feira martedi dienstag dinsdag wtorek marti_dim marti_seara sali_gunu вторник вівторок الثلاثاء tuesday`,
  ],
  [
    'mercredi',
    `miercoles quarta_feira mercoledi mittwoch woensdag sroda srode miercuri carsamba среду середу الاربعاء wednesday`,
  ],
  ['vendredi', `viernes sexta_feira venerdi freitag vrijdag piatek vineri cuma пятницу пятница п_ятницю الجمعة friday`],
  ['jeudi', `jueves quinta_feira giovedi donnerstag donderdag czwartek persembe четверг четвер الخميس thursday`],
  [
    'plus d argent',
    `no_tengo_dinero sin_dinero nao_tenho_dinheiro sem_dinheiro non_ho_soldi senza_soldi kein_geld geen_geld nie_mam_pieniedzy
    nu_am_bani fara_bani param_yok hic_param нет_денег без_денег немає_грошеи нема_грошеи без_грошеи ما_عندي_فلوس ماعنديش_فلوس
    ليس_لدي_مال ma_3andich_flouss ma3andich_flouss pa_ni_lajan pa_gen_lajan pa_ni_larjan no_money`,
  ],
  [
    'plus rien a manger',
    `nada_para_comer nada_que_comer nothing_to_eat no_food nichts_zu_essen nichts_mehr_zu_essen niente_da_mangiare niets_te_eten
    nic_do_jedzenia nie_mam_co_jesc nimic_de_mancare yiyecek_bir_sey yemek_yok нечего_есть нічого_істи нема_що_істи
    لا_يوجد_اكل ما_عندي_ماكل ما_عندناش_ماكلة makanch_makla pa_ni_ayen_pou_manje ayen_pou_manje anyen_pou_manje can_t_eat`,
  ],
  [
    'je veux mourir',
    `quiero_morir quiero_morirme quero_morrer voglio_morire ich_will_sterben will_sterben nicht_mehr_leben wil_dood wil_niet_meer_leven
    chce_umrzec nie_chce_zyc vreau_sa_mor nu_mai_vreau_sa_traiesc olmek_istiyorum yasamak_istemiyorum хочу_умереть не_хочу_жить
    хочу_померти не_хочу_жити اريد_ان_اموت اريد_الموت بغيت_نموت bghit_nmout i_want_to_die want_to_die mwen_vle_mouri an_vle_mo
    mi_ve_mor no_quiero_vivir nao_quero_viver non_voglio_vivere`,
  ],
  [
    'me suicider',
    `matarme suicidarme me_matar suicidar_me ammazzarmi uccidermi umbringen zabic_sie sa_ma_omor ma_omor intihar* покончить_с
    покінчити_з انتحر الانتحار انتحار نقتل_راسي kill_myself killing_myself end_my_life end_it_all touye_tet_mwen tchoue_ko_mwen`,
  ],
  [
    'mon mari me frappe',
    `me_pega me_golpea me_bate me_maltrata mi_picchia schlagt_mich slaat_mij slaat_me bije_mnie mnie_bije ma_bate beni_dovuyor
    dovuyor бьет_меня меня_бьет б_є_мене мене_б_є يضربني كيضربني kaydrebni kaydrabni beats_me hits_me ka_bat_mwen i_bat_amwin bat_a_mwin`,
  ],
];

/** The same, of words that mean something else in French: read so only beside a word of the list above. */
export const BESIDE: readonly (readonly [string, string])[] = [
  ['avec', 'con com mit cu ile с з مع m3a epi ak avek with'],
  ['un', 'uno um ein eine einem einen een bir'],
  ['oui', 'sim ja tak da'],
  ['non', 'nu nie nee'],
  ['humain', 'person mens om'],
  ['conseiller', 'operator adviser'],
  ['moi', 'mir mich mij mwen mwin amwin'],
  ['demain', 'maine manana'],
];
/** Picard and its neighbours speak French, in their own spelling. */
export const DIALECT: readonly (readonly [string, string])[] = [
  ['ca', 'cha'],
  ['c est', 'ch_est chest ch_esst'],
  ['ce', 'ch ech'],
  ['mon', 'min'],
  ['ma', 'em'],
  ['je', 'ej'],
  ['une', 'eune'],
  ['pas', 'nin point'],
  ['avec', 'aveuc'],
  ['voir', 'vir'],
  ['bien', 'bin'],
];
