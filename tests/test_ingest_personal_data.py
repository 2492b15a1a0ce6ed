"""How much personal data is masked and how little else: sentences as customers write and say them, both languages.

Personal parts stand as [LABEL:text]; a new line within a sentence is written \\n.
"""

import re
from collections import Counter

import pytest

from ingest import redact

_MARKED = re.compile(r"\[([A-Z]+):(.*?)\]")
_NAMED = {"PERSON", "ADDRESS"}

ENGLISH = r"""
Hi, my name is [PERSON:Laura Whitcombe] and my kettle arrived broken.
You can reach me at [PHONE:(503) 555-0148] any weekday.
This is [PERSON:Kevin] calling about my lamp.
I'm [PERSON:Jennifer Okafor], the account holder.
I spoke to [PERSON:Brandon] yesterday and he promised a refund.
The agent named [PERSON:Priscilla] told me to wait.
Yesterday [PERSON:Michael Torres] from your team rang me.
Please ask Mr. [PERSON:Henderson] to call back.
Best regards,\n[PERSON:Siobhan Kerrigan]
Thanks,\n[PERSON:Tom]
Thank you, [PERSON:Angela], that fixed it.
Dear [PERSON:Rebecca],\nyour parcel is on the way.
hello [PERSON:Patrick], any update?
my name is [PERSON:sandra bullwinkle] and i never got my order
hi this is [PERSON:derek] from leeds my heater is dead
i spoke with [PERSON:natalie] last week about the refund
The name on the account is [PERSON:Gregory Vance].
It's under the name [PERSON:Olga Marchetti].
My wife [PERSON:Helen] placed the order.
My husband, [PERSON:Dmitri], signed for it.
The driver was [PERSON:Curtis] according to the note.
I was told by [PERSON:Danielle Reyes] that it is covered.
Can you connect me to [PERSON:Stephanie]?
[PERSON:Jonathan Pierce] ordered it for me.
Could [PERSON:Rachel] call me tomorrow?
It was delivered to [PERSON:Hassan Malik] next door.
I talked to [PERSON:Ngozi] on chat.
Dr. [PERSON:Feldman] uses the same model.
Mrs [PERSON:Achterberg] is my mother.
Agent: Thank you for calling Aozora Home, this is [PERSON:Melissa], how can I help?
Sincerely,\n[PERSON:Yuki Tanaka]
This is [PERSON:Tanaka Hiroshi] from Osaka.
Please send it to [PERSON:Sato]-san at reception.
[PERSON:Kenji Watanabe] here, the invoice is wrong.
Contact person: [PERSON:Bethany Crowe]
Attn: [PERSON:Lucas Brandt]
Name: [PERSON:Marguerite Dupont]
I am [PERSON:Carlos Mendoza] and I live in Austin.
okay thanks [PERSON:jessica] bye
speaking with [PERSON:Tyrone] was great
the account is under [PERSON:jennifer lawson]
The technician, [PERSON:Raj Patel], came at nine.
[PERSON:Emily] from support was lovely.
Regards, [PERSON:Phil Donnelly]
Cheers\n[PERSON:Aoife]
I'd like to add [PERSON:Thomas Becker] to my account.
From: [PERSON:Nadia Hussain] <[EMAIL:nadia.h@example.com]>
My colleague [PERSON:Ingrid Solberg] will pick it up.
Ms. [PERSON:Vandermeer] approved the refund.
Yes, my name's [PERSON:Adaeze].
The recipient is [PERSON:Walter Grimm].
Please write to [EMAIL:j.whitcombe+home@mail.example.org] instead.
my email is [EMAIL:taro dot yamada at example dot com]
it's [EMAIL:kate underscore miller at gmail dot com]
Email: [EMAIL:m a r i a at outlook dot com]
Send it to [EMAIL:jane.doe at example dot co dot uk] please
you can write me at [EMAIL:bob_smith99 (at) example (dot) net]
my e-mail address is [EMAIL:l.vance@example.co.uk].
My cell is [PHONE:503-555-0148].
Call [PHONE:+1 (503) 555-0148] after six.
Mobile [PHONE:07700 900461]
Ring [PHONE:020 7946 0991] and ask for billing.
Phone: [PHONE:+44 7700 900461]
My Australian number is [PHONE:0491 570 156].
Sydney office: [PHONE:(02) 5550 1234]
[PHONE:+61 2 5550 1234] is the landline.
Toll free [PHONE:1-800-555-0199] did not answer.
my number is [PHONE:five five five, zero one four eight, two two]
my number is [PHONE:five oh three five five five oh one four eight]
you can call me on [PHONE:oh seven seven double oh nine hundred four six one]
it's [PHONE:oh nine oh, one two three four, five six seven eight]
call me back at [PHONE:four one five, triple five, zero one three two]
my phone number is [PHONE:5035550148]
best number is [PHONE:503.555.0148]
text me at [PHONE:5035550148]
The number to call is [PHONE:555-0148].
I can be reached at [PHONE:(503)555-0148]
fax [PHONE:+49 30 901820]
[PHONE:416-555-0187] is my cell phone.
[PHONE:4165550187] is my number
My card number is [CARD:4000 0566 5566 5556].
Card [CARD:5200828282828210], exp [CARD:12/27], CVV [SECRET:123].
Visa [CARD:4000-0566-5566-5556] expires [CARD:04/2028].
the card is [CARD:3714 496353 98431]
I read the card to him, [CARD:four two four two four two four two four two four two four two four two]
security code [SECRET:456]
The code on the back is [SECRET:789].
the three digits on the back are [SECRET:321]
CVC is [SECRET:9911]
security code is [SECRET:four five six]
Card: [CARD:6011000990139424]
my debit card [CARD:4000056655665556] was charged twice
My IBAN is [IBAN:GB29 NWBK 6016 1331 9268 19].
IBAN: [IBAN:NL91ABNA0417164300]
refund to [IBAN:ES9121000418450200051332] please
pay to [IBAN:FR14 2004 1010 0505 0001 3M02 606]
SSN: [ID:536-22-8146]
My social security number is [ID:536 22 8146].
the last four of my social is [ID:8146]
passport [ID:XK4820193]
My passport number is [ID:482019374].
driver's license number [ID:K482-0193-7741]
Driving licence [ID:VANCE806215G99AB]
my license number is [ID:D48201937]
National Insurance number [ID:QQ 12 34 56 C]
NI number is [ID:AB123456C]
SIN [ID:046 454 286]
TFN: [ID:123 456 782]
NHS number [ID:943 476 5919]
social security [ID:five three six, two two, eight one four six]
Account number [ACCOUNT:10482019], sort code [ACCOUNT:40-12-76].
Routing number is [ACCOUNT:121000358] and account [ACCOUNT:000482019377].
sort code [ACCOUNT:401276]
checking account [ACCOUNT:4820193771]
BSB [ACCOUNT:062-000] account [ACCOUNT:10482019]
my bank account number is [ACCOUNT:one zero four eight two zero one nine]
acct # [ACCOUNT:48201937]
My password is [SECRET:Tulip#7731].
password: [SECRET:opensesame99]
The PIN is [SECRET:7731].
my pin is [SECRET:seven seven three one]
The one-time code is [SECRET:604 118].
[SECRET:604118] is your verification code
OTP [SECRET:604118]
the verification code you sent is [SECRET:604118]
I got the code, the code I got was [SECRET:604118]
API key: [SECRET:ak_9f8e7d6c5b4a3210]
our token is [SECRET:ghp_abcdefABCDEF0123456789abcdefABCDEF01]
[SECRET:sk_test_51Habcdefghijk0123] stopped working
AWS key [SECRET:AKIAIOSFODNN7EXAMPLE]
passcode [SECRET:482019]
I changed my password to [SECRET:Maple!2024x]
gate code is [SECRET:4417]
secret key is [SECRET:wJalrXUtnFEMIK7MDENGbPx]
Login from [IP:198.51.100.23] looks odd.
My router is at [IP:192.168.1.1].
IPv6 [IP:2001:db8::ff00:42:8329]
blocked [IP:203.0.113.200], please unblock
IP address: [IP:10.0.14.7]
the ip is [IP:fe80::1ff:fe23:4567:890a]
I live at [ADDRESS:48 Juniper Lane, Portland, OR 97205].
Ship it to [ADDRESS:1200 Broadway, Apt 4B, New York, NY 10001].
My address is [ADDRESS:17 Rosewood Crescent, Bristol BS6 5QA].
[ADDRESS:Flat 2, 88 Harbour Road, Leith EH6 7DN]
deliver to [ADDRESS:5/12 Wattle Street, Carlton VIC 3053]
[ADDRESS:Unit 7, 240 Queen Street, Brisbane QLD 4000]
[ADDRESS:77 Bloor St W, Toronto, ON M5S 1M2]
[ADDRESS:PO Box 4471, Portland, OR 97208]
My postcode is [ADDRESS:BS6 5QA].
ZIP [ADDRESS:97205-1234]
i live at [ADDRESS:48 juniper lane]
our address is [ADDRESS:900 elm street, springfield]
[ADDRESS:3200 W Oak Blvd Suite 210, Austin, Texas 78701]
Please update it to [ADDRESS:61 Church Street, Cambridge CB1 2AB].
Deliver to [ADDRESS:The Old Rectory, Mill Lane, Ely CB7 4AA]
[ADDRESS:2-14-5 Minami-cho, Kokubunji-shi, Tokyo 185-0021]
The new place is [ADDRESS:14 Sycamore Drive].
we moved to [ADDRESS:305 Pine Avenue, Unit 12]
ship to [ADDRESS:10 Station Road, York YO1 6GA]
Twelve? No, it's [ADDRESS:Twelve Rose Lane].
address: [ADDRESS:8 Cherry Court, Dunedin, FL 34698]
[ADDRESS:221B Willow Street, Boston, MA 02116] is the billing address
Good afternoon, [PERSON:Beatrix Holloway] here regarding the humidifier.
Please update my phone to [PHONE:+44 161 496 0233], the old one is gone.
Could you have [PERSON:Marcus Eide] ring me on [PHONE:0161 496 0233]?
The chat agent [PERSON:Wanjiru] was very patient with me.
I gave your colleague [PERSON:Tobias] my new address: [ADDRESS:9 Larkspur Close, Reading RG4 8TT].
Send the replacement to [ADDRESS:4410 Magnolia Way, Apt. 7C, Sacramento, CA 95819] please.
My dad, [PERSON:Ernest Pembroke], is hard of hearing.
You charged my Mastercard [CARD:5105 1051 0510 5100] twice.
The last charge was on card number [CARD:3566002020360505].
the cvv is [SECRET:842] if you need it
my security code is [SECRET:eight four two]
I was asked for a PIN, so I typed [SECRET:9043].
Your text said [SECRET:550912] is your one-time passcode.
He read out the six digit code [SECRET:550912] to me.
login details: user bea, password [SECRET:Rainy-Day-58]
my wifi password is [SECRET:maple77leaf]
The API token is [SECRET:tok_9a8b7c6d5e4f3a2b].
Refund should go to sort code [ACCOUNT:30-98-45] and account number [ACCOUNT:66200134].
Account no. [ACCOUNT:66200134]
My savings account is [ACCOUNT:0066200134]
ABA [ACCOUNT:026009593]
IBAN is [IBAN:IE29AIBK93115212345678].
Mr [PERSON:Adeyemi] is waiting
My SSN is [ID:219-09-9999]
social security number: [ID:219099999]
US passport no. [ID:533910274]
UK passport number [ID:925665416]
My driver licence number is [ID:PEMBE704215EB9IJ].
the license is [ID:F255-921-50-094-0] from florida driver's license
I logged in from [IP:81.2.69.142] this morning.
Server address [IP:172.16.254.3] times out
my name is [PERSON:tobias nwachukwu] spelled t o b i a s
yeah this is [PERSON:carla] i called earlier
hi [PERSON:amanda] how are you
thanks [PERSON:brian] have a good one
this is [PERSON:walter] speaking
hello my name's [PERSON:fiona]
you're speaking with [PERSON:Denise], what is your account number?
Thank you for calling, my name is [PERSON:Ravi].
Is [PERSON:Margaret] available today?
Tell [PERSON:Joel] that the parcel arrived.
[PERSON:Priyanka Deshmukh] wrote the last reply.
Per my call with [PERSON:Simon Ostrowski], I want to cancel.
I'm writing on behalf of [PERSON:Gloria Stephens].
It was signed for by [PERSON:L. Fontaine].
The invoice should say [PERSON:Henrietta Blum], not [PERSON:Henry Blum].
Yours sincerely,\n[PERSON:Percival Ames]
Many thanks,\n[PERSON:Bea]
Love, [PERSON:Granny Jo]
Hi [PERSON:Theo],\nThanks for writing in.\nBest,\n[PERSON:Kizzy]
phone number is [PHONE:six one seven, five five five, oh one nine nine]
call me at [PHONE:eight hundred five five five zero one nine nine]
reach me on [PHONE:oh one six one, four nine six, oh two double three]
my cell is [PHONE:two one two five five five oh one eight seven]
account number [ACCOUNT:six six two zero zero one three four]
[EMAIL:beatrix dot holloway at mailbox dot example dot org]
email is [EMAIL:bea at example dot com]
it's [EMAIL:b e a 5 8 at gmail dot com]
[EMAIL:bea.holloway@example.ie]
mailing address is [ADDRESS:P.O. Box 88, Fairbanks, AK 99707]
I moved to [ADDRESS:22 Acacia Avenue, Toronto, ON M4B 1B3]
[ADDRESS:3/45 Banksia Rd, Fremantle WA 6160]
my zip is [ADDRESS:95819]
postal code [ADDRESS:M4B 1B3]
[ADDRESS:100 Main St.] Springfield
I am at [ADDRESS:1420 N 5th St, Apt 3, Boise, ID 83702].
"""

JAPANESE = r"""
[PERSON:小野寺薫]と申します。
あおぞらホームの[PERSON:石塚]です。
お世話になっております。株式会社みなとの[PERSON:榊原]と申します。
担当の[PERSON:三宅]です。
[PERSON:高瀬美帆]です。注文の件で連絡しました。
電話に出た[PERSON:鶴田]さんが親切でした。
[PERSON:長谷川 翔太]様\nお世話になっております。
[PERSON:楠木]様\nいつもありがとうございます。
先日、[PERSON:中村]が担当してくださいました。
[PERSON:桐山]様からお電話がありました。
妻の[PERSON:由美子]さんの名義です。
氏名：[PERSON:笹川 圭介]
フリガナ：[PERSON:ササガワ ケイスケ]
お名前は[PERSON:笹川圭介]様でよろしいでしょうか。
口座名義は[PERSON:ササガワ ケイスケ]です。
名義：[PERSON:ヨシダ ミサキ]
契約者は[PERSON:吉田美咲]です。
はい、[PERSON:松浦]です。
もしもし、[PERSON:さいとう]と申しますが。
[PERSON:佐々木健太郎]([PERSON:ささきけんたろう])です。
よろしくお願いいたします。\n[PERSON:堀内 沙織]
敬具\n[PERSON:宮下 誠]
受付の[PERSON:村瀬]さんに伝えました。
[PERSON:田代]氏に確認してください。
[PERSON:ジョン・スミス]と申します。
[PERSON:マリア]さんに代わってください。
[PERSON:Emily Carter]と申します。
[PERSON:Tanaka Hiroshi]です。
[PERSON:キム・ミンジュン]様
[PERSON:矢野]から電話がありました。
昨日、[PERSON:西岡恵理]さんに対応していただきました。
こちらは[PERSON:内田]と言います。
宛名は[PERSON:早坂 実]でお願いします。
担当者：[PERSON:菅原]
私、[PERSON:山岸文子]は先月購入しました。
[PERSON:やまもとゆうこ]と申します。
届け先名：[PERSON:大沢 匠]
[PERSON:宇野]様のご注文
営業部の[PERSON:五十嵐]でございます。
カスタマーセンターの[PERSON:遠藤]が承りました。
[PERSON:荒井]様宅に届いています。
父の[PERSON:清水茂]が注文しました。
[PERSON:林]です。先ほどの件です。
[PERSON:熊谷]に代わります。
[PERSON:鷲尾]という者です。
会員名 [PERSON:神谷 楓]
前回対応の[PERSON:望月]さん、ありがとうございました。
差出人：[PERSON:本橋 茜]
[PERSON:黄]様\nお世話になります。
[PERSON:御手洗]と申します。
電話は[PHONE:０３－１２３４－５６７８]です。
携帯は[PHONE:090 1234 5678]
[PHONE:(06)6123-4567]まで
[PHONE:0466(12)3456]にお願いします。
[PHONE:+81-80-1234-5678]に折り返してください。
TEL：[PHONE:0798-12-3456]
電話番号は[PHONE:08012345678]です。
連絡先　[PHONE:０８０１２３４５６７８]
[PHONE:ゼロキュウゼロのイチニイサンヨンのゴロクナナハチ]です。
電話番号は[PHONE:〇九〇の一二三四の五六七八]です
携帯が[PHONE:ゼロハチゼロ、イチイチニニ、サンサンヨンヨン]になります。
番号は[PHONE:ぜろきゅうぜろのいちにさんよんのごろくななはち]です。
[PHONE:090の1234の5678]です
自宅は[PHONE:045-123-4567]
ＦＡＸ：[PHONE:０４５－１２３－４５６８]
[PHONE:0120-123-456]にかけました。
折り返しは[PHONE:03-1234-5678]、内線12です。
[PHONE:０５０－１２３４－５６７８]
メールは[EMAIL:keisuke.sasagawa@example.jp]です。
[EMAIL:タロウ アットマーク example ドット コム]です。
メールアドレスは[EMAIL:hanako ハイフン yamada アットマーク gmail ドット com]です
[EMAIL:ｋｅｉ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ]に送ってください。
アドレスは[EMAIL:sato.mika@example.ne.jp]。
カード番号は[CARD:4000-0566-5566-5556]です。
[CARD:５２００　８２８２　８２８２　８２１０]
カード[CARD:4000056655665556]、有効期限[CARD:12/27]、セキュリティコード[SECRET:123]
裏面の3桁は[SECRET:456]です。
カード番号は[CARD:ヨンニーヨンニー、ヨンニーヨンニー、ヨンニーヨンニー、ヨンニーヨンニー]です。
カードの有効期限は[CARD:04/28]です。
マイナンバーは[ID:4820-1937-7415]です。
個人番号 [ID:482019377415]
マイナンバー：[ID:４８２０　１９３７　７４１５]
免許証番号は[ID:482019377415]です。
運転免許証の番号：第[ID:482019377415]号
パスポート番号 [ID:TK4820193]
旅券番号は[ID:MU4820193]
健康保険証の記号番号は[ID:1234-567]です。
保険証番号：[ID:12345678]
被保険者番号 [ID:4820193]
在留カードの番号は[ID:AB48201937CD]です。
基礎年金番号：[ID:4820-193774]
雇用保険被保険者番号 [ID:4820-193774-1]
みどり銀行 港支店 普通 [ACCOUNT:4820193]
口座番号：[ACCOUNT:4820193]
みどり信用金庫 本店 当座 [ACCOUNT:0048201]
ゆうちょ銀行 記号[ACCOUNT:14820 番号19377411]
記号 [ACCOUNT:14820、番号 19377411]です。
振込先はあおば銀行桜支店(普)[ACCOUNT:4820193]です。
口座番号は[ACCOUNT:４８２０１９３]
普通預金 [ACCOUNT:4820193] [PERSON:ササガワケイスケ]
みどり銀行港支店の口座[ACCOUNT:4820193]に返金してください。
口座番号は[ACCOUNT:ヨンハチニーゼロイチキュウサン]です
暗証番号は[SECRET:7731]です。
パスワードは[SECRET:Tulip7731]です。
パスワード：[SECRET:tsubaki]
認証コードは[SECRET:604118]でした。
ワンタイムパスワードは[SECRET:604118]です。
確認コード[SECRET:604118]を入力しました。
[SECRET:604118]が認証コードです。
暗証番号は[SECRET:ナナナナサンイチ]です。
暗証番号は[SECRET:七七三一]です。
APIキーは[SECRET:ak_9f8e7d6c5b4a3210]です。
合言葉は「[SECRET:あおいそら]」です。
オートロックの暗証番号は[SECRET:4417]です。
PINは[SECRET:7731]
IPアドレスは[IP:198.51.100.23]です。
[IP:203.0.113.9]からのアクセス
ルーターは[IP:192.168.0.1]です
IPv6は[IP:2001:db8::7]
IBANは[IBAN:DE75512108001245126199]です。
送金先 [IBAN:GB29 NWBK 6016 1331 9268 19]
住所は[ADDRESS:東京都調布市布田2-14-5]です。
[ADDRESS:〒182-0024 東京都調布市布田2-14-5 グランメゾン青葉501]
[ADDRESS:神奈川県横浜市港北区日吉本町一丁目二番三号]
[ADDRESS:京都市中京区烏丸通御池下る虎屋町577]
[ADDRESS:京都府京都市下京区四条通烏丸東入長刀鉾町8]
[ADDRESS:川崎市高津区溝口3-5-7 コーポ山吹B-203]に送ってください。
届け先：[ADDRESS:福岡県福岡市博多区博多駅前3丁目25番1号]
[ADDRESS:北海道札幌市北区北8条西5丁目]
[ADDRESS:名古屋市中村区名駅4-7-1 ミッドビル12階]
[ADDRESS:沖縄県那覇市泉崎1-2-2]
[ADDRESS:埼玉県さいたま市浦和区高砂3-15-1]
引っ越し先は[ADDRESS:千葉県船橋市本町7丁目8-9 ハイツ桜201号室]です。
[ADDRESS:〒５３０－０００１]
郵便番号は[ADDRESS:182-0024]です。
[ADDRESS:新潟県南魚沼郡湯沢町大字神立1234番地]
[ADDRESS:岐阜県高山市上一之町12番地3]
[ADDRESS:兵庫県神戸市中央区加納町6-5-1 ポートタワーマンション 1203号室]
[ADDRESS:世田谷区三軒茶屋2の11の22]
[ADDRESS:長崎県佐世保市八幡町1-10]在住です。
[ADDRESS:東京都港区芝公園4-2-8]へお届けください
[ADDRESS:愛媛県松山市二番町四丁目7-2]
お電話ありがとうございます。あおぞらホーム、[PERSON:柏木]でございます。
先ほどお電話した[PERSON:安東]ですが、担当の[PERSON:倉橋]さんはいらっしゃいますか。
[PERSON:伊集院 麗]と申します。
名前は[PERSON:内海千晶]です。
私、[PERSON:郡司]と言います。
[PERSON:東海林]様からのお問い合わせです。
[PERSON:西園寺]さんにお願いしました。
[PERSON:竹ノ内]様
ご担当の[PERSON:早乙女]様へ
株式会社ひかりの[PERSON:設楽]です。
技術担当の[PERSON:柚木]です。
配達員の[PERSON:持田]さんが荷物を落としました。
息子の[PERSON:翔太]が使っています。
主人の[PERSON:倉田博之]に代わって連絡しています。
受取人は[PERSON:勅使河原 薫]です。
名義人：[PERSON:クラタ ヒロユキ]
ご契約者様名：[PERSON:倉田 博之]
お名前（カナ）：[PERSON:クラタ ヒロユキ]
[PERSON:倉田]([PERSON:くらた])と申します。
以上、よろしくお願いします。\n[PERSON:倉田 博之]
何卒よろしくお願いいたします。\n\n[PERSON:安東 美和子]
[PERSON:山崎]より
[PERSON:デイビッド・ミラー]です。
[PERSON:Kim]さんに伝えてください。
[PERSON:ナンシー]さんという方から電話がありました。
こちら[PERSON:Suzuki Ichiro]と申します。
昨日[PERSON:矢部]様とお話ししました。
[PERSON:佐伯]と[PERSON:古賀]さんが来ました。
前任の[PERSON:東条]さんからの引き継ぎです。
[PERSON:陳]さんは不在でした。
[PERSON:小鳥遊]さんの件です。
電話は[PHONE:03(5555)1234]です。
[PHONE:０９０ー５５５５ー１２３４]
携帯番号：[PHONE:080 5555 1234]
[PHONE:+81 (0)90-5555-1234]
連絡先は[PHONE:0422-55-1234]まで
夜間は[PHONE:07055551234]にお願いします。
[PHONE:ゼロサン、ゴーゴーゴーゴー、イチニーサンヨン]にお電話ください
電話番号ですが、[PHONE:ゼロハチゼロの、ゴゴゴゴの、イチニイサンヨン]です。
[PHONE:〇三の五五五五の一二三四]まで折り返し願います。
番号は[PHONE:まるきゅうまるのごーごーごーごーのいちにーさんよん]です
[PHONE:090-5555-1234]（携帯）
FAX番号 [PHONE:03-5555-1235]
メアドは[EMAIL:kurata.h@example.com]になります。
[EMAIL:クラタ ドット エイチ アットマーク example ドット シーオー ドット ジェーピー]
[EMAIL:kurata アットマーク example ドット jp]までお願いします
クレジットカード：[CARD:3566-0020-2036-0505]
カードは[CARD:5105105105105100]で期限は08/27です。
CVVは[SECRET:842]です。
セキュリティーコードは[SECRET:8421]。
カード裏の3桁 [SECRET:842]
お支払いは[CARD:４１１１１１１１１１１１１１１１]で
個人番号は[ID:987654321098]です。
マイナンバーカードの番号 [ID:9876-5432-1098]
免許証の番号は[ID:305512345670]です。
パスポート[ID:TR5512345]
保険証の記号は[ID:12-34]、番号は[ID:567890]です
健康保険の番号は[ID:55123456]
年金番号 [ID:5512-345678]
三日月銀行 本町支店 普通預金 口座番号 [ACCOUNT:0551234]
返金先：青葉信用金庫 西支店（当）[ACCOUNT:0551234]
ゆうちょ 記号:[ACCOUNT:10140 番号:55123451]
口座は[ACCOUNT:5512345]です
三日月銀行の普通[ACCOUNT:5512345]
振込口座 [ACCOUNT:5512345] クラタ
ログインパスワードは[SECRET:Kurata_5512]にしています。
パスワードを[SECRET:Mikan#12]に変えました
暗証番号[SECRET:5512]を入れました
認証番号は[SECRET:551234]と届きました。
SMSで届いたコードは[SECRET:551234]です
ワンタイムパスは[SECRET:551234]
暗証番号は[SECRET:ゴーゴーイチニー]です
アクセスキーは[SECRET:AKIA5512ABCD3456EFGH]です。
接続元は[IP:133.242.0.3]でした
IPは[IP:2400:4050::1]です
[ADDRESS:埼玉県川口市栄町3-8-2 メゾンあおい302]
住所：[ADDRESS:大阪市淀川区西中島5丁目16番1号]
[ADDRESS:〒604-8571 京都市中京区寺町通御池上る上本能寺前町488]
[ADDRESS:京都市左京区下鴨泉川町59]
[ADDRESS:東京都千代田区丸の内1-9-1]
[ADDRESS:静岡県浜松市中央区元城町103-2]
[ADDRESS:神戸市灘区六甲台町1-1]に引っ越しました
[ADDRESS:千葉県市川市八幡二丁目五番八号 コーポ八幡二〇三]
[ADDRESS:広島県広島市中区基町10-52]あてに
[ADDRESS:仙台市青葉区国分町3丁目7-1]です。
[ADDRESS:東京都八王子市元本郷町三丁目24番1号]
[ADDRESS:〒900-0021 沖縄県那覇市泉崎1丁目1-1 オーシャンハイツ 4F]
[ADDRESS:石川県金沢市広坂1の1の1]
届け先は[ADDRESS:鹿児島市山下町11-1 サンライズ鹿児島105号]です
[ADDRESS:三重県津市広明町13番地]
"""

LOOK_ALIKES = r"""
Where is order 482019377415?
Order #4820-1937-7415 has not shipped.
Tracking 4820 1937 7415 shows no movement.
Tracking number 1Z482A019377415521
The error is E4820 on the display.
It says 0x80070005 when updating.
Version 10.4.22.1 broke it.
Firmware 192.0.2 is old.
Serial number 4820193774.
S/N: AB12-CD34-EF56
Part number 415-555-0132 is out of stock.
Model KT-2048 in white.
ISBN 978-0-306-40615-7
JAN 4901234567894
We have twenty four seven support, right?
I tried one or two times.
one, two, three, and it turns off
It happened two or three times in four days.
I bought the Oliver desk lamp.
The Charlotte sofa is too big.
Our Stella kettle leaks.
My Hazel rug is faded.
Two Emma mattresses arrived.
The Luna chair wobbles.
I shop at John Lewis often.
Calvin Klein sheets are fine.
I live near Oxford Street.
The store in Paris is closed.
Austin is hot this week.
Aozora Home Bristol was closed.
Wall Street opened lower.
the lamp costs $1,299.00
It is 35% off until 12/27.
The coupon expires 12/27.
Meet at 10:30 on 2024-05-01.
Invoice 2024-0511-0093 is wrong.
Please mark it as paid.
I will pay on May 3.
Grace period ends in April.
Hope this helps.
Bill is wrong this month.
Rose gold is sold out.
The joy of cooking.
Dr. Martens boots
Mr. Coffee machine
Hi there, quick question.
Hello Aozora team,
Dear Customer Service,
Best regards,\nAozora Home Support
Kind regards,\nCustomer Care Team
This is Great news
This is Wednesday's delivery.
Thanks Team!
It's Monday already.
Case 00482019 was closed.
Ticket 4820193 reopened
SKU 4820-193-774
Promo code 482019 does not work.
The error code is 4820.
My pin is not accepted.
My password is expired.
The password is wrong again
Please reset my password
size 10-12-14
It weighs 1200 grams.
capacity 5000 mAh battery
Batch 20240511-22
The fan has 3 speeds.
5 Star Drive failed
a 3 way street
Bluetooth 5.3 and Wi-Fi 6
Gift card balance is 4820 yen
The account was charged 48201 yen
Reference 4820193774 please
flight NH 482 at 9:15
room 204 on floor 2
USB 3.2 Gen 2x2
Order 4000 0566 5566 5556 is late
confirmation number 604118
I need 4 to 6 weeks.
Use code 2024 at checkout for promo code.
I called at 10 and at 12.
We spoke to Amazon and DHL.
I spoke to Customer Service.
I talked to the store manager.
Sent from my iPhone
Jack Daniel's glasses
The Victoria line station
Page 12, Section 3
Call of Duty is broken
I was on hold for 45 minutes.
Temperature 20.5 to 30.2
quantity: 1200
MAC 00:1A:2B:3C:4D:5E
12:30:45 log entry
縞模様のカーテンを注文しました。
水玉模様の生地です。
神様にお願いしました。
お客様のご意見
皆様のおかげです。
王様の耳
同様の症状です。
多様な製品
仕様変更について
お母さんへの贈り物です。
たくさんの注文
摂氏25度まで
青森県産りんご
皆さんに感謝します。
店員さんが親切でした。
配達員さんに渡しました。
業者さんを呼びました。
大家さんに聞きます。
息子さんへのプレゼント
奥様へ
王子様の絵柄
模様替えをしました。
様子を見ます。
様式を教えてください。
どのような仕様ですか。
ご担当者様
関係者各位
株式会社みどり御中
あおぞらホーム様
佐川急便さんが来ました。
ヤマトさんに聞きました。
注文番号482019377415の件です。
注文番号は4820-1937-7415です。
追跡番号：4820-1937-7415
伝票番号 482019377415
書類の123456789018を見てください。
お問い合わせ番号4820-1937-7415
型番KT-2048です。
シリアル番号は4820193774です。
JANコード4901234567894
ISBN978-4-00-310101-8
バージョン10.4.22.1にしました。
エラーコード4820が出ます。
製造番号 090-1234-5678
商品コード03-1234-5678
2024年5月1日に届きました。
2024-05-01の注文
午前10時30分に来てください。
12,800円の返金
35％引きでした。
渋谷区の店舗に行きました。
東京都に住んでいます。
京都の店で買いました。
大阪支店は休みですか。
神奈川県の配送料
北海道への送料
銀座四丁目の交差点
山口県のお店です。
千葉で買いました。
福島産の桃
石川県は対象外ですか。
小松菜の種
松本市に届けて
高田馬場駅の近くです。
上野公園で待ちます。
田中貴金属の地金
本田技研の株
高橋商店で買いました。
山本電機製のケトル
一、二回試しました。
二、三日待ちました。
三度目の問い合わせです。
五六人で使います。
十二時間かかりました。
1、2、3と点滅します。
二〇二四年に購入しました。
普通郵便で送りました。
暗証番号を忘れました。
パスワードを変更したい。
認証コードが届きません。
パスワードの有効期限は2024年までです。
口座から12800円引かれました。
残高は4820193円です。
電話が繋がりません。
3-5日かかります。
サイズは10-12-14です。
部品番号 0120-444-123
クーポンコード604118
管理番号4820193
受付番号 4820193
予約番号は604118です。
室温は20.5度です。
型番は192.168.1です
サポートさんに聞きました。
氏名を変更したい。
名前は何ですか。
担当者は不在です。
宛名は会社名です。
森の中の家
林の香り
南口で待っています。
東です。
東京です。
原因は故障です。
説明書の通りです。
twitter handle is @beah
Order 20240511 for two chairs
The code on the box is 4410-A
Room 1204 at the Hilton was cold.
Tracking no. 7489 2210 0034 1187 5521
Delivery window 10-12 on 14-05-2024
I have one two-year old and five cats.
Ten out of ten, would buy again.
It beeps three times, then two.
The Olivia chair is lovely.
the new Jasper bed frame squeaks
Our Madison bookcase is wobbly
I love the Harper collection.
Where is the Amelia lamp?
Is the Henry vacuum in stock?
My Henry hoover stopped.
Grant me a refund.
Can I return it in May or June?
Mark as urgent
Frank advice needed.
We bought it in Victoria.
St. Patrick's Day sale
Abbey Road store
Fleet Street branch
Model 3 Drive Way
4 Way switch
Windows 11 build 22631.3447
Item 5512-0098-7731
Lot 0120444123
PO 4500012345
The total is 482.019 yen
Case number is 50098-7731
Article number 702.356.93
Your password must have 8 characters.
code E-1204 on the panel
chapter 4 verse 12
my order number is four four one zero nine two seven
the reference is 415 555 0132
Dear Valued Customer,
Hi Aozora,
Thanks again,
Sony WH-1000XM5
Samuel Adams beer
the Apple Watch Series 9
Thank you Kizuna
I'm Happy with it.
This is Urgent.
Regards,\nSales Department
お父さんのために買いました。
お隣さんの荷物です。
八百屋さんで買いました。
赤ちゃん用のベッド
ぬいぐるみのくまさん
サンタさんの飾り
奥さんと相談します。
担当者さんに代わってください。
神様のようです。
花柄と縞模様があります。
様々な色がある。
左様でございます。
異様な音がします。
殿堂入りの商品
氏名の欄がありません。
摂氏と華氏の切り替え
多摩川沿いの店
高橋是清の本です
渋谷で買いました。
横浜のお店です。
松山空港の近く
大阪府の送料はいくらですか。
山田うどんに行きました。
鈴木自動車の部品
清水の舞台
青木ヶ原樹海
小林製薬の商品
中村屋のカレー
森永のお菓子
林野庁の資料
品番HN-5512です。
注文No.5512-3456-7890
問い合わせ番号は0551234567です
発送番号 5512-3456-7896
会員番号5512345
店舗コード5512
部屋番号は302です。
1-2週間かかります。
5月12日の15時
税込5,512円
5512ポイント使いました
容量は5512mlです
残り2-3個です。
エラー5512が表示
Ver.5.5.12.3です
12-34-56のボタンを押す
三、四日で届きますか。
一二三堂の商品
五十音順です。
二十四時間営業ですか。
七五三の写真
三三七拍子
第一、第二、第三候補
皆様によろしく
ユーザー様向け
王様のブランチ
カスタマーサポート様
各位様
ご本人様確認
法人様限定
新規のお客様です。
お世話になっております、購入者です。
問題は解決です。
色は緑です。
届いたのは桜です。
担当は誰ですか。
"""


class Recorder:
    """A book that remembers what it gave placeholders for."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []

    def give(self, label: str, original: str) -> str:
        self.given.append((label, original))
        return f"<{label}_{len(self.given)}>"


@pytest.fixture(scope="module")
def redactor() -> redact.Redactor:
    return redact.open()


def sentences(block: str) -> list[str]:
    return [line.replace("\\n", "\n") for line in block.strip().splitlines()]


def given(redactor: redact.Redactor, text: str) -> list[tuple[str, str]]:
    book = Recorder()
    redactor.mask(text, book=book)
    return book.given


@pytest.mark.parametrize("block", [ENGLISH, JAPANESE], ids=["english", "japanese"])
def test_recall_by_label_and_nothing_else_masked(redactor: redact.Redactor, block: str) -> None:
    meant: Counter[str] = Counter()
    masked: Counter[str] = Counter()
    extra: list[tuple[str, str]] = []
    for marked in sentences(block):
        expected = [(label, part) for label, part in _MARKED.findall(marked)]
        found = given(redactor, _MARKED.sub(r"\2", marked))
        meant.update(label for label, _ in expected)
        masked.update(label for label, part in expected if (label, part) in found)
        extra += [one for one in found if not any(one[1] in part or part in one[1] for _, part in expected)]
    structured = [label for label in meant if label not in _NAMED]
    assert sum(masked[label] for label in structured) >= 0.97 * sum(meant[label] for label in structured), masked
    for label in _NAMED:
        assert masked[label] >= 0.9 * meant[label], (label, masked, meant)
    assert len(extra) <= 2, extra


def test_look_alikes_are_left_alone(redactor: redact.Redactor) -> None:
    texts = sentences(LOOK_ALIKES)
    alarms = [(text, found) for text in texts if (found := given(redactor, text))]
    assert len(alarms) <= 0.02 * len(texts), alarms


@pytest.mark.parametrize("block", [ENGLISH, JAPANESE], ids=["english", "japanese"])
def test_masking_twice_is_masking_once(redactor: redact.Redactor, block: str) -> None:
    for marked in sentences(block):
        once = redactor.mask(_MARKED.sub(r"\2", marked)).text
        assert redactor.mask(once).text == once


def test_a_twelve_digit_number_is_a_my_number_only_where_its_words_or_its_writing_say_so(
    redactor: redact.Redactor,
) -> None:
    labelled = {
        text: [label for label, _ in given(redactor, text)]
        for text in (
            "1234-5678-9018です",
            "123456789018です",
            "注文番号1234-5678-9018",
            "ご注文の件、1234-5678-9018です",
            "1234-5678-9012です",
            "マイナンバーは123456789018です",
        )
    }
    assert list(labelled.values()) == [["ID"], [], [], [], [], ["ID"]]
