/** Given names and surnames as they are common somewhere, put together anew: nobody is meant. Each pair of lists is one language's. */
const LISTS: [given: string, family: string][] = [
  ['ئالىم گۈلنار مەمەت پەرىدە تۇرسۇن ئايگۈل ياسىن', 'تۇرسۇن روزى ھاشىم قادىر ئىمىن سابىر ئوسمان'],
  ['Alim Gülnar Memet Perhat Tursun Aygül Yasin', 'Rozi Hashim Qadir Imin Sabir Osman Tohti'],
  ['བསྟན་འཛིན་ སྒྲོལ་མ་ ཚེ་རིང་ པད་མ་ རྡོ་རྗེ་ ལྷ་མོ་ ནོར་བུ་', 'ཕུན་ཚོགས། དབང་མོ། རྒྱལ་པོ། སྐྱིད། བཟང་པོ། རྒྱ་མཚོ། ཆོས་འཕེལ།'],
  ['Tenzin Dolma Tsering Pema Dorje Lhamo Norbu', 'Phuntsok Wangmo Gyalpo Kyi Zangpo Gyatso Chöphel'],
  ['伟 芳 娜 秀英 敏 静 丽', '王 李 張 劉 陳 歐陽 司徒'],
  ['大文 美玲 志強 嘉欣 家豪 詠詩 子軒', '陳 黃 李 林 張 何 鄧'],
  ['محمد فاطمة علي زينب عمر مريم عبد‌الرحمن', 'الحسن بن‌علي العمري السيد الخطيب النجار حدّاد'],
  ['علی زهرا رضا مریم حسین فاطمه امیر', 'رضایی محمدی می‌رزایی حسینی کریمی نوری‌زاده صادقی'],
  [
    'Aoife Seán Caoimhe Pádraig Síle Ó’Dónal Niamh',
    "O'Brien Ní-Bhriain Mac-Giolla-Phádraig Ó-Súilleabháin D'Arcy O’Neill Nic-Aodha",
  ],
  ['Nguyễn Trần Lê Phạm Hoàng Đặng Võ', 'Thị-Hồng Văn-Đức Quốc-Khánh Ngọc-Ánh Bảo Phương Dũng'],
  ['สมชาย สมหญิง ประเสริฐ กัลยา ณัฐ วิไล ปิยะ', 'ใจดี ศรีสุข ทองคำ แก้วมณี รุ่งเรือง บุญมี วงศ์ใหญ่'],
  ['अनिल प्रिया राम कृष्णा श्री लक्ष्मी दीपक', 'शर्मा सिंह वर्मा गुप्‍ता क्षत्रिय मिश्रा पटेल'],
  ['முருகன் லட்சுமி கண்ணன் மீனா குமார் செல்வி அருண்', 'சுப்பிரமணியம் ராஜன் நடராஜன் பாண்டியன் செல்வம் வேலு சேகர்'],
  ['דוד שרה משה רחל יוסף מרים אליהו', 'כהן לוי מזרחי פרץ ביטון צ׳ודנובסקי בן־דוד'],
  ['Γιώργος Ελένη Νίκος Μαρία Σπύρος Άννα Ιωάννης', 'Παπαδόπουλος Οικονόμου Ζαφειρίου Ανδρέου Μακρή Ξένου Ψαρρά'],
  ['Олексій Наталія Іван Ольга Ґеорґій Юлія Єва', 'Шевченко Коваленко Ґонта Мар’яненко Їжак Щербак Дем’янів'],
  ['민수 지영 서연 도윤 하은 준호 예린', '김 이 박 최 정 남궁 황보'],
  ['太郎 花子 健 さくら 翔 美咲 拓海', '佐藤 鈴木 髙橋 渡邉 齋藤 伊藤 〆木'],
  ['Ọlábísí Chukwuemeka Ńgọzi Adébáyọ̀ Nomvula Thandiwe Wanjikũ', 'Ọ̀kánlàwọ́n Nwáfọ̀r Mthembu ǂKhoi Ngũgĩ Dlamini Àjàyí'],
  [
    'João Conceição Inês Łukasz Zoë Renée Björk',
    "da-Conceição van-'t-Hof de-la-Cruz D'Angelo Þórðardóttir Nuñez-y-Álvarez Ðoković",
  ],
  ['Şükrü Çağla İpek Işıl Ömür Ayşegül Tuğba', 'Yılmaz Öztürk Gökçe Şahin Doğan Çelik Iğdır'],
  ['Mykhailo X Ӂ O Ia Bo Xi', 'Li Ng Ø Å U Yi Æ'],
];

/** More than a thousand names, each as somebody would type it. */
export const NAMES = LISTS.flatMap(([given, family]) => {
  const [first, last] = [given.split(' '), family.split(' ')];
  return first.flatMap((one) =>
    last.map((other) => (/^\p{Script=Han}/u.test(other) ? `${other}${one}` : `${one} ${other}`)),
  );
});
