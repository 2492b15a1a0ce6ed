"""What only looks like personal data stays: numbers of orders, versions, products, companies, towns, dates."""

import pytest

from ingest import redact

ENGLISH = r"""
Order AZ-4471-902 has not moved since Tuesday.
My order number is 402-7719935-2201846.
Order no. 552019384471 still says "processing".
PO 88-20417 was invoiced twice.
Tracking 1Z 55A 8R9 03 9921 4487 shows no scans.
The tracking ID is LX 204 881 973 JP.
Royal Post says consignment 7731 2204 9918 was returned to the depot.
Invoice INV-2026-00417 lists two kettles instead of one.
Please resend invoice 90318827 as a PDF.
Serial: SN 4C7H-99120-K of the dehumidifier.
The serial number on the base is 22A0917745120.
Case #0091827 was closed without an answer.
Ticket 5550142 refers to the same fault.
Booking ref QX7T2M for the installation slot.
Our reservation code is HT-55-2917, two nights in March.
JAN 4901234567894 is printed on the box.
JAN: 4512223683108
EAN: 5012345678900, but your site shows another item.
ISBN 978-3-16-148410-0 came with a torn cover.
UPC: 036000291452 does not scan at the till.
IMEI 490154203237518 is not in your device list.
MAC 00:1B:44:11:3A:B7 is the heater's adapter.
Router MAC address 5C-F3-70-8B-12-AE shows as blocked.
The firmware went from 4.12.0.7 to 4.12.1.0 overnight.
Version 10.2.3.4 of the app crashes on start.
Build 20261104.3 fails on the tablet.
Error E-4417 appears after the beep.
I get error code 0x80070057 when I save.
It stops with ERR_CONN_RESET at 14:32:07.
Fault code F07-21 blinks four times.
My Aozora Kettle K-210W leaks at the spout.
The Hanako 500 rice cooker will not turn on.
We bought the Marlow Grey sofa cover in size L.
Is the Oliver lamp compatible with E27 bulbs?
The Sofia curtains are shorter than described.
Does the Billy Ray speaker charge over USB-C?
Our Charlotte dining table wobbles.
The Emma Mattress Topper arrived rolled.
I ordered the Victoria Plum paint, not Olive Grove.
Jack Wills brand towels are listed as cotton.
Aozora Home replied that Kestrel & Finch handles repairs.
Harper & Stone Ltd issued the receipt.
Johnson Controls made the thermostat in our flat.
The parcel left Leeds and reached Berlin on 4 May.
Deliver to the Paddington store instead of Euston.
The courier's hub is near Clapham Junction.
I will be in San Jose until June.
Saint Helena is not on your list of shipping countries.
The Black Friday price was 129.99, not 149.99.
At the Summer Jazz Fair you gave out a 15% code.
We moved the visit to 12/03/2026 at 9:30.
It is due on March 3rd, between 8 and 12.
Delivery window: 2026-11-08 14:00-16:00.
Your line is open 24/7 but nobody answers.
It happened one or two times last week.
I tried three, four, maybe five times to log in.
The shelf is 120 x 45 x 30 cm.
Weight 12.5 kg, height 1800 mm.
The store at 35.6812, 139.7671 is missing on the map.
My bill rose by 18.5 percent.
You charged $1,204.50 rather than $1,024.50.
The total is EUR 3.499,00 including tax.
Refund of 12,800 yen has not come.
Room for a 60-40 split between the two cards?
The scale shows 072.5 every morning.
The filter lasts 3000 hours or 12 months.
Article 4471-20-118 is out of stock.
Part number 661-07921-A fits the older model.
SKU 30-114-7720 and SKU 30-114-7721 differ only in color.
Lot 20260917-4 smells of plastic.
Batch no 7744120 of the descaler is cloudy.
Model WRT-1900ACS, hardware revision 2.
My meter reads 004518 today.
The warranty card says 2 years, 730 days.
Coupon SPRING25 is rejected at checkout.
Promo code is WELCOME10 but it gives nothing.
The example key XXXXX-XXXXX-XXXXX-XXXXX-XXXXX on the help page confused me.
Your docs show AKIAIOSFODNN7EXAMPLE, where do I find mine?
Password must be at least 12 characters long.
Is the password reset link valid for 30 minutes?
My PIN is not accepted after the update.
The verification code never arrives by SMS.
Which code do I enter, the long or the short one?
The door sensor shows code 14 in the manual.
The alarm clock resets to 12:00 each night.
Will the May sale include lamps?
Mark the ticket as solved, please.
Grace period ends on the 30th, right?
Dear Customer Care, where is my parcel?
Hello Support Team, thanks for the quick fix.
Kind regards from the Aozora Home Service Desk
Best wishes, The Warehouse Team
I spoke with Billing and they sent me to Returns.
Ask Alexa integration does not find the plug.
It works with Google Nest but not with Apple Home.
My Tesla Powerwall and your charger do not talk.
The Baker Street branch opens at 10.
Contract 7-4410-2290 was renewed without notice.
The queue said position 17 of 240.
Page 44 of the manual, figure 3.2, is wrong.
Please check SO-2026/00912 and tell me the status.
Order #: 114 2208 7743 is missing the lid.
Orders 20118843 and 20118850 were merged by mistake.
My web order W00457781 has two lines.
Ord. 7788-1120-45, any news?
I've got 0345-118-2290 as the order number, correct?
The confirmation email shows 98 4410 2207 as its reference.
The label reads 3320 5519 0087 2214 0091, that's the tracking.
Parcel JD0146000099881234567 is stuck in customs.
Courier note 00340434161094042557 left at the door.
USPS 9400 1118 9956 0001 2345 67 says delivered.
Waybill 176-55120983 landed yesterday.
Invoice no. 2026/11-0044 has the wrong VAT rate.
Bill 700 412 998 1 was paid in October.
Credit note CN-0098812 is not on my statement.
S/N: 5CD9 1120 7F is under the battery.
Serial no. 0312-7745-9018 is worn off.
The plate says Ser. 118-20-4471.
Asset tag 044-82-1190 is on the printer.
RMA 55-0198-2231 was approved.
Case 12-3345-998 has been escalated.
Ref: 2201 4477 0913, raised on Monday.
Booking 5-118-2240 for two adults.
Our ferry booking JX55 9021 was moved.
Quote Q-118-555-0142 expires tomorrow.
EAN 4 006381 333931 is on the pen.
The barcode is 5 901234 123457.
GTIN: 00012345600012
ISBN 0-306-40615-2 is out of print.
ISSN 2049-3630 shows as unknown.
The IMEI is 35-209900-176148-1.
MEID: A1000009B2C3D4
WLAN MAC: 3c:22:fb:0a:9e:41
VIN 1HGCM82633A004352 is for the roof rack.
We run version 3.14.15.9 on both tablets.
Upgraded to 22.4.1.18, still no sound.
Bootloader 1.0.33.7 refuses the image.
Rolled back from v7.1.0.2 to v7.0.9.14.
Driver package 31.0.15.3742 fails.
Build number 22H2-19045.3803 here.
The log prints 2026-11-03T08:15:22.114Z ERROR 5003.
Error 404-2231 on checkout.
HTTP 502, then 503, then 504.
Display shows Err 0915 and beeps.
The washer shows 5E, then 4C2, then 000.
Stop code 0x0000007B on boot.
My Juniper Mist diffuser does not spray.
The Eleanor bookcase has a missing screw pack.
Our Rosalind armchair squeaks.
I returned the Theodore desk lamp.
A Beatrix Tea Set arrived with one cup cracked.
Where can I find covers for the Astrid bed?
Does Marguerite wallpaper come in blue?
Holloway & Finch stopped making the valve.
Brightwell Kitchens fitted the hob.
Calder Plumbing Supplies gave me your link.
Northgate Motors has the same charger.
The Tillie toaster trips the fuse.
Penrose Ceramics plates chip easily.
Ashcombe Linen is listed as 100% cotton.
The Larkspur kettle boils in 3 minutes.
We flew from Heathrow to Narita.
Shipped via Memphis and Anchorage.
Pick-up at Shinagawa or Ueno is fine.
I live close to Kings Cross.
The Bristol Temple Meads shop is closed.
Is Okinawa excluded from free shipping?
From Nagoya it took six days.
Tickets for the Glastonbury Festival tent bundle?
The Cyber Monday code stopped working.
Thanksgiving deliveries were late.
It broke on the first of May, again on June 2.
Between 09:00 and 17:30, Monday to Friday.
I called at 8:15, 8:40 and 9:05.
See the 10-12-2025 statement.
Due 2026.12.24, please.
It rang two or three times, then four beeps.
One, two, three, nothing happens.
I need six or seven of the nine hooks.
The cable is 1.5 m, the gap 0.85 m.
Cut-out 560 x 490 mm, depth 55.
Pressure 1013.25 hPa, 21.5 degrees.
Coordinates 51.5007 N, 0.1246 W point to the depot.
Price went from 89.90 to 119.00.
A 1,250.00 deposit and 3 x 416.67.
That is 37% off, plus 5 percent.
I earned 12,400 points, 900 expired.
Serial key ABCDE-12345-FGHIJ-67890-KLMNO is the one printed in your manual as a sample.
The sample password on page 3 is just an example.
What is the PIN for?
My passcode stopped working, how do I set a new one?
I forgot my password and the hint.
Two-factor code expired after 60 seconds.
Dear Sir or Madam, my chair is broken.
Hi there, quick question about filters.
Good morning Aozora, the box is empty.
Best, Accounts Payable
Sent from my Galaxy Tab
Will Parcel Lockers be added soon?
Mark it as urgent, and bill me later.
You quoted 0800-441-22-9 as my quotation.
We have 3 open orders: 44120, 44121 and 44129.
Purchase 2211-0098-4471-7 shows twice.
The ASN is 0033-2217-88.
Pallet 00 3 4012345 000000012 5 arrived broken.
Our customer PO is 4500 118 220.
Delivery note 8055 2219 01 has no signature.
Consignment GV 224 019 887 GB is lost.
DPD parcel 15502 370 894 112 was scanned in Hinckley.
Tracking says 4204 7701 9261 2902.
Invoice AZ/26/1180-B is unpaid.
The serial is C02 XG1 23J HD5.
My S/N begins with 0-441.
Warranty no 2210-559-0147 is expired.
Case number 500-12-8874, opened yesterday.
Ticket #415-555-0199-A duplicates this one.
Booking 020 7946 0018 A was cancelled.
Model 6510-42-118 is discontinued.
Part 541-203-9918 replaces 541-203-9917.
Art. Nr. 302-118-4410 is on the label.
NSN 5820-01-234-5678 is on the antenna.
CAS 7732-18-5 is printed on the bottle.
Item 17-4410 2290 ships in May.
UPC A 0 36000 29145 2.
IMEI2: 49 015420 323751 8
Wi-Fi MAC a4-83-e7-00-19-c2 does not get a lease.
Bluetooth id 11:22:33:AA:BB:CC is shown.
Android 14.0.0.2 breaks the widget.
Windows 10.0.19045.2364 is what I use.
Patch 5.2.0.118 did not help.
Release 2.0.0.1 beta 3
It reports code 255.1.2.
E-02 / E-03 flash in turn.
Kernel log: [ 12.554301] usb 1-1.2
Log id 7f9c2ba4-e88f-4b1d-9c55-0a1b2c3d4e5f
Trace 4bf92f3577b34da6a3ce929d0e0e4736 is in the page.
sha256 starts 9f86d081884c7d65
The Winston recliner is too wide for the door.
Our Harriet sideboard has one hinge missing.
Two Clementine mugs broke in transit.
The Jasper rug sheds a lot.
Does the Penelope crib fit a 60 cm mattress?
Cordelia sheets shrink in the wash.
Florence Blue and Hazel Brown look the same online.
The Edgar wall clock runs slow.
Matilda by Aozora is sold out.
I want the Arthur set, not the Agnes set.
Marlowe Furniture and Sutton Interiors both sell it.
Ellison Electric sent the wrong fuse.
Whitaker & Sons delivered late.
Thornbury Logistics lost it.
Davidson Freight has no record.
Bennett Appliances is your partner, right?
The Wallace Collection mug is chipped.
We shop at Fortnum and at Selfridges.
I bought it from Currys last year.
My Roomba, my Echo and my Nest are all offline.
Siri cannot find the bulb.
Hey Google does nothing.
We stayed near Victoria Station.
It went through Charlotte and Savannah.
Shipped from Jackson, Mississippi.
Leaving Florence on Sunday.
Is Sydney included in next-day delivery?
Ship to Austin or Houston?
The Madison warehouse is slow.
The Fuji Rock tent offer ended.
Mother's Day flowers came on Tuesday.
Easter Monday is a holiday here.
April, May and June were billed.
In August you raised the fee.
March invoices are missing.
I rang at 7:45 and again at 19:20.
From 8am to 6pm nobody came.
Arrives Tue 11/24 by 21:00.
About 1 or 2 out of 10 fail.
It needs four or five tries.
Twenty two minutes on hold.
Two hundred and fifty euros is too much.
Nineteen ninety nine was the price.
One hundred twenty by eighty centimetres.
Count to three, four, five and release.
The frame is 2,100 x 900 x 44.
Voltage 230, current 1.35, power 310.
48.8584, 2.2945 is where the van stopped.
I paid 3 x 49.95 = 149.85.
Interest of 4.75 percent.
From 1200 to 4500 rpm.
Your chat bot said 24/7/365.
Key fob XXXX-YYYY is a placeholder, right?
The page says token=YOUR_TOKEN_HERE.
PIN pad is broken at the till.
What does the code on the sticker mean?
Password field is greyed out.
Security question page loads forever.
Passcode screen flickers.
Hello, anyone there?
Dear Aozora Home, I love the lamp.
Thanks, team!
Regards, Purchasing
Could you look up 8802-4417-90? It is on my packing slip.
The slip says ORD 20 4471 8890.
Order reference 0207-118-4455 was never confirmed.
I returned order 312-555-0147 last month.
Shipment 4471 8890 2201 left on Friday.
Packing list 118-44-2091 has an error.
Consignment number 01632 960 144 is not recognised.
Tracking #: 92748901234567890123456789
Royal Mail AB 1234 5678 9GB is missing.
Invoices 11-2290, 11-2291 and 11-2295 are open.
Statement 2026-10 lists 44.90 twice.
Payment reference 7718-2290-AZ did not match.
Serial 078-05-1120 is engraved.
Unit no. 441-20-7781 hums.
Service tag 9XK2L13 is out of warranty.
Claim 55-441-20917 was rejected.
Complaint number 2026-0044-118 got no answer.
Work order 902-118-4471 is for tomorrow.
Your job number 07700-900-118 was cancelled.
The licence for the software is version 8.1.0.3.
Plugin 3.2.1.0 and theme 5.0.4.11 conflict.
App v12.0.0.45 freezes.
Section 4.2.1.3 of the manual is unclear.
Chapter 10.1.1.2 mentions a reset.
Since 17.4.1.2 the widget is empty.
Error 1001-22-0098 again.
Code 53 blinks, then code 7.
EAN-13 is 2109876543210.
ASIN B07XJ8C8F5 is the one I want.
FCC ID 2ABCB-RPI32 is on the sticker.
Colour RAL 7016 or 9005?
Size 42-32-30 is too big.
Fabric code 118-220-4455 faded.
Filter HF-300-555-0199 is discontinued.
Bulb type GU10, 5 W, 2700 K.
Socket 1151 or 1200?
My Roland keyboard stand is loose.
The Martha casserole dish cracked.
Is the Hugo stool stackable?
The Frida poster was bent.
Our Ingrid cot needs a new slat.
Monroe Trade Park has a depot.
Do you sell Dyson or Miele bags?
Wilkinson Sword blades are sold out.
Bosch and Siemens use the same pump.
The Morris & Co pattern peels.
Paul Smith socks came in the wrong size.
Levi jeans, waist 34.
Baxter Homeware has it cheaper.
Sinclair Roofing did the work.
Ramsey Court Shopping Centre branch
Delivered to St. Albans by mistake.
Melrose depot says it is in Preston.
Is Georgia on the two-day list?
We are near Lake Victoria.
From Lincoln to Durham in one day?
Via Augusta, then Macon.
Stop at Kennedy Airport terminal 4.
Open on Saint Patrick's Day?
Boxing Day returns are refused.
Halloween lights never arrived.
April showers ruined the cover.
It may take until May.
The June bill is higher than the one in July.
On Wed 4 Nov at 13:05 it stopped.
By 30/11/26 at the latest.
Between 1-3 pm or 4-6 pm?
Two to three weeks, you said.
Once or twice a day it beeps.
Three out of four screws fit.
I counted twenty one tiles, not thirty.
Ninety nine euros and ninety cents.
Five six-packs of filters.
220-240V, 50-60Hz, 1800-2000W.
2.4 GHz or 5 GHz only?
Range 0-100, step 5.
60 x 60 x 4.5 inches
My latitude is 40.7128, longitude -74.0060.
Roughly 10-15% less.
I was charged 99.99 + 4.99 + 0.50.
GBP 1 204,50?
The score is 4.5/5.
VAT GB is missing.
What is the PIN code format?
PIN entry times out after 30 seconds.
Passwords need 8-16 characters.
Your password policy changed?
Reset link: https://aozora.example/reset
Login fails with code 403.
Activation code? Nobody sent one.
Licence key format is AAAA-BBBB-CCCC.
Hello hello, is this working?
Dear Returns Department,
Hi Kizuna bot
Thanks, Facilities
Cheers from the office
Warm regards, Customer Relations
Ruby red or Jade green?
Is Willow available in oak?
Can Amber glass go in the oven?
Look at order 6610-2290-71 please.
The number 7719-4480 on the receipt means what?
Order ids 310-555-0188 and 310-555-0189 are both mine.
Shipping ref 0161-496-0990 is invalid on your site.
Carrier pro number 512-440-7781.
Lot 077-31-4402 was recalled.
Inventory code 655-20-1188 does not exist.
Serial range 100-200-3000 to 100-200-3999 is affected.
Warranty claim 2217 8840 11 is pending.
Booking 1-800-441-7 makes no sense to me.
Firmware 9.18.27.3 came out in June.
Driver 472.12.0.1 and BIOS 1.22.0.9 are current.
Release notes for 3.3.0.12, where?
Screen says 5.6.7.8 at start.
MAC 70-4D-7B-2C-11-FE is static.
The Beaumont recliner creaks.
Our Gideon mirror fell.
Phoebe cushions fade.
The Silas rug, the Nora rug, and the Ezra rug look alike.
Ship it from Carlisle, not Chester.
Is Chelsea the nearest branch?
Lives in Jordan or Israel, shipping there?
Sterling Hardware has the key.
Hudson Timber quoted less.
Donovan Brothers Ltd installed it.
Emerson Tools and Maxwell Paints are partners.
Pick it up at Vernon Street.
The Oscar night sale is over.
Valentine's Day roses wilted.
Christmas Eve delivery?
It beeps one, two, three times.
Thirty five minutes, then nothing.
Nine out of ten work.
Charge of 2 x 19.99.
70 x 140 cm towels
The code is on the back of the card holder stand.
My password manager breaks your form.
PIN length should be six digits.
Promo code 2026-SPRING-10 fails.
Thanks, Shipping
Best regards, Your Loyal Customer
Hi Support,
Dear Team Leader,
Will Black be restocked?
May I swap Rose for Ivory?
Article 19.4.0.2 of the terms
Call volume was 4,500 last week.
Table 2: 118 220 445 512
ID 5 is missing from the list.
Room 1204, floor 12, gate B7.
"""

JAPANESE = r"""
注文番号AZ-4471-902の配送状況を教えてください。
注文番号は552019384471です。
ご注文No.4027-7199-3522の件です。
発注番号：88-20417が二重に請求されています。
追跡番号は4021-7755-9031です。
お問い合わせ伝票番号 7731-2204-9918 で検索しても出ません。
送り状番号：３０１２４４８７９９２１
請求書INV-2026-00417の金額が違います。
請求書番号90318827をPDFで再送してください。
製造番号はSN4C7H99120Kです。
シリアル番号：22A0917745120
受付番号0091827の回答がまだです。
チケット番号5550142と同じ不具合です。
予約番号QX7T2Mの設置日を変更したいです。
ご予約コードHT-55-2917で二泊です。
JANコード4901234567894が箱に書いてあります。
JAN：4512223683108
ＪＡＮ：４９０１２３４５６７８９４
ISBN 978-4-10-109205-8のカバーが破れていました。
IMEI：490154203237518が登録できません。
MACアドレスは00:1B:44:11:3A:B7です。
ファームウェアを4.12.0.7から4.12.1.0に上げました。
アプリのバージョン10.2.3.4で落ちます。
ビルド20261104.3でも直っていません。
エラーコードE-4417が出ます。
保存するとエラー0x80070057になります。
エラー番号（5938）の意味を教えてください。
F07-21が4回点滅します。
ケトルK-210Wの注ぎ口から漏れます。
炊飯器「花子500」の電源が入りません。
「太郎」というシリーズの掃除機はまだありますか。
ソファカバーのマーロウグレーを買いました。
オリバーランプはE27に対応していますか。
エマの枕カバーは洗えますか。
カーテン「さくら」の丈が足りません。
青空ホームさんの対応に満足しています。
ヤマト運輸さんから連絡がありました。
佐川さんの営業所で止まっています。
前田製作所の部品を使っていますか。
松本電器産業様宛の領収書をお願いします。
株式会社小林工業で領収書をください。
山田電機の店舗でも返品できますか。
荷物は福島を出て千葉に着きました。
東京駅の店舗で受け取りたいです。
高田馬場の店で買いました。
秋葉原店の在庫を見てください。
神戸から長崎への送料はいくらですか。
北海道と沖縄県は送料が別ですか。
山口県内の配送は何日かかりますか。
宮崎の倉庫から出荷されたようです。
石川県に引っ越す予定です。
ブラックフライデーの価格と違います。
夏祭りセールの割引が適用されません。
三月三日の午前に来てください。
五月一日から十日まで不在です。
2026年11月8日14時から16時でお願いします。
令和8年3月12日に購入しました。
平日は9:00～18:00に営業と書いてあります。
24時間365日対応と聞きました。
一、二回試しましたがだめでした。
二三日お待ちくださいと言われました。
棚のサイズは120×45×30cmです。
重さは12.5kgで高さは1800mmです。
緯度35.6812、経度139.7671の店が地図にありません。
料金が18.5％上がりました。
12,800円の返金がまだです。
税込￥149,800で合っていますか。
三千五百円の差額はどうなりますか。
品番4471-20-118は在庫切れですか。
部品番号661-07921-Aは合いますか。
型番WRT-1900ACSのリビジョン2です。
ロット番号20260917-4は匂いがします。
検針の値は004518です。
クーポンコードSPRING25が使えません。
プロモコードWELCOME10を入れても変わりません。
パスワードは12文字以上必要ですか。
パスワードが分かりません。
合言葉を忘れました。
合言葉は必要ですか。
暗証番号が受け付けられません。
確認コードが届きません。
認証コードはどこに入力しますか。
暗証番号は4桁ですか、6桁ですか。
写真の模様と違います。
神様のような対応でした。
同様の不具合がほかにもあります。
仕様が変わったのですか。
多様な色があると書いてあります。
お客様センターにつながりません。
たくさんの説明書が入っていました。
摂氏25度で止まります。
皆様によろしくお伝えください。
担当者様へ、返金をお願いします。
経理部様宛に送ってください。
営業部の方に伝えてください。
カスタマーサポート御中
管理人さんに預けてください。
宅配業者さんが来ませんでした。
大家さんの許可が必要ですか。
順番待ちは240人中17番目でした。
注文IDはSO-2026/00912です。
注文 114 2208 7743 の蓋がありません。
ご注文20118843と20118850を同梱できますか。
オーダーナンバーW00457781の確認です。
0345-118-2290が注文番号で合っていますか。
メールにある番号は984-4102-2207、これが照会番号ですか。
伝票に3320-5519-0087とあります、追跡できますか。
荷物の番号は１２３４５６７８９０１２です。
EMS番号EJ123456789JPが更新されません。
エアウェイビル176-55120983が到着済みです。
請求No.2026/11-0044の税率が違います。
納品書7004-1299-81を失くしました。
見積番号Q-118-555-0142の期限はいつですか。
機番0312-7745-9018が読めません。
S/N：5CD9-1120-7F
製造No 118-20-4471のモーターです。
資産管理番号044-82-1190です。
修理受付55-0198-2231の進捗は？
お問い合わせID 12-3345-998の件
整理番号220144770913で呼ばれました。
予約No5-118-2240を取り消したいです。
会員番号4471-2200-9913で入れません。
お客様番号 33-1029-4471 の請求です。
JAN:4 901234 567894
バーコード5901234123457が読み取れません。
ＩＳＢＮ４－１０－１０９２０５－８
IMEIは35-209900-176148-1でした。
ＭＡＣ：3c:22:fb:0a:9e:41
車台番号ZVW50-1234567に合うキャリアは？
ファームウェアのバージョンは3.14.15.9です。
Ver.22.4.1.18にしたら音が出ません。
1.0.33.7から1.0.34.0への更新が失敗します。
ソフト更新後の版数は31.0.15.3742です。
ビルド番号22H2-19045.3803です。
表示はErr0915です。
エラー「404-2231」で決済できません。
E：5003と表示されます。
洗濯機に5E、4C2と出ます。
商品名「ゆりこ」の布団カバーです。
「ケンタ」という犬小屋を買いました。
ベッド「アストリッド」の脚が折れました。
加湿器ミスト丸のタンクが割れました。
マルグリットの壁紙に青はありますか。
ロザリンドチェアがきしみます。
北条製陶の皿が欠けました。
三浦金物店で同じ部品がありますか。
西村工房のまな板を探しています。
カルダー配管さんに紹介されました。
丸山設備さんの見積もりと違います。
本田技研の充電器でも使えますか。
ニシダ建材さんから聞きました。
品川駅か上野駅で受け取れますか。
名古屋から六日かかりました。
大宮の倉庫に返送済みです。
立川と町田のどちらが近いですか。
長野、山梨への配送は可能ですか。
福井県産と書いてあります。
岡崎店は閉店しましたか。
宮崎牛セットが届きません。
松山・高松間の送料はいくらですか。
青森・秋田は配送対象外ですか。
春・夏用の布団はどれですか。
正月の休業日を教えてください。
母の日ギフトの締切はいつですか。
桜まつりの会場で配っていたクーポンです。
花火大会の日は配達できますか。
五月の連休に工事できますか。
十一月三日は祝日です。
8時15分、8時40分、9時5分に電話しました。
10-12-2025の明細を見てください。
二、三回鳴って、四回ビープ音がします。
一つ二つ足りない部品があります。
六本か七本必要です。
幅560×奥行490×高さ55です。
気圧1013.25、室温21.5度です。
北緯35度41分、東経139度45分です。
89,900円から119,000円に上がりました。
頭金12,500円と3回払いです。
37％引き、さらに５％還元です。
12,400ポイントのうち900が失効しました。
割引番号SUMMER-2026が無効です。
見本の鍵ABCDE-12345-FGHIJは説明書のものですか。
パスワードの再設定メールが来ません。
ログインパスワードは英数字ですか。
合言葉を設定する画面が出ません。
合言葉は何文字までですか。
PINコードの入力欄がありません。
認証番号の有効時間は60秒ですか。
花模様のカーテンを探しています。
同様に、左の扉も開きません。
この仕様書は古いです。
様々な色を試しました。
有り様をご覧ください。
お子様用の椅子です。
奥様への贈り物に人気と書いてあります。
品質保証部様へご連絡ください。
施工業者様にお渡しください。
仲介会社さんが鍵を持っています。
工事の職人さんが遅れています。
運転手さんが不在票を入れませんでした。
未処理の注文は44120、44121、44129の3件です。
購入履歴2211-0098-4471-7が二重です。
出荷番号0033-2217-88を確認してください。
発注書4500-118-220の納期は？
納品番号8055-2219-01に印がありません。
伝票番号は４２０４－７７０１－９２６１です。
ゆうパック1550-2370-8941を調べてください。
荷物追跡 4204 7701 9261 2902
請求書AZ/26/1180-Bは未払いです。
製造番号C02-XG1-23JHD5
保証書番号2210-559-0147は期限切れです。
案件500-12-8874を昨日開きました。
問い合わせ番号415-555-0199が表示されます。
宿泊予約020-7946-0018の取り消し
型式6510-42-118は廃番ですか。
部品541-203-9918の在庫は？
カタログ番号302-118-4410です。
図面番号120-44-1180の寸法です。
検査番号03-5512-0098と書いてあります。
ロットNo.090-4410-22です。
契約プラン番号0120-44の件です。
JAN 4-901234-567894
ＪＡＮコードが二つあります。
無線LANのMACはa4-83-e7-00-19-c2です。
アンドロイド14.0.0.2で動きません。
パッチ5.2.0.118を当てました。
リリース2.0.0.1です。
コード255.1.2が出ます。
E-02とE-03が交互に点滅します。
UUIDは7f9c2ba4-e88f-4b1d-9c55-0a1b2c3d4e5fです。
「のぞみ」という名前の枕は廃番ですか。
ウィンストンの椅子が大きすぎます。
ハリエットという棚の蝶番がありません。
マチルダシリーズは完売ですか。
ペネロペのベビーベッドに合いますか。
アーサーセットとアグネスセットの違いは？
「あおい」は青いカーテンですか。
家具の「匠」シリーズを探しています。
桜色と藤色はどちらが人気ですか。
若草色のソファです。
小町という包丁の切れ味が悪いです。
大和工業の部品です。
高橋家具店で見ました。
木村運輸さんの荷物が遅れています。
西川の布団は取り扱いがありますか。
三井住友のカードは使えますか。
第一生命様の紹介です。
松屋銀座で買いました。
中村屋のカレーが届きました。
福島屋さんで受け取れますか。
吉田電器さんに修理を頼みました。
トミタ設備さんが来る予定です。
クロネコさんが不在票を入れました。
ニトリさんより安いですか。
コメリさんでも売っていますか。
大阪、京都、奈良は同じ料金ですか。
広島・岡山・山口への配送について。
千葉市内なら翌日ですか。
渋谷店と新宿店の在庫です。
上野から成田までの配送です。
小田原の工場見学に行きました。
熊本城の近くに店がありますか。
三島大社の前で受け取りました。
富士宮やきそばが割れて届きました。
桃の節句の飾りです。
端午の節句までに欲しいです。
盆踊り大会の日です。
四月から六月の請求です。
十二月二十四日に欲しいです。
午前八時から午後六時まで待ちました。
七時四十五分に電話しました。
一人か二人で組み立てられますか。
二十二分も待ちました。
二百五十円足りません。
九千九百円と表示されました。
三つ四つ傷があります。
いちにの三で外れます。
縦2100横900厚さ44です。
電圧230、電流1.35です。
48.8584、2.2945に車が止まっています。
49,950円×3回です。
金利は4.75％ですか。
毎分1200から4500回転です。
年中無休24/7と書いてあります。
鍵番号の欄が空です。
パスワード欄が灰色です。
秘密の質問の画面が開きません。
合言葉は何ですか。
合言葉が違いますと出ます。
暗証番号の変更方法は？
セキュリティコードはどこですか。
神様仏様という気持ちです。
王様サイズの枕です。
仕様です、と言われました。
有様は写真の通りです。
お医者さんに勧められました。
お隣さんの荷物が届きました。
郵便屋さんが来ません。
総務課の皆さんで使っています。
ご担当様、返信をお願いします。
8802-4417-90を調べてください、納品書にあります。
納品書の番号は20-4471-8890です。
ご注文の0207-118-4455が確認できません。
先月返品した注文312-555-0147の件です。
出荷指示118-44-2091に誤りがあります。
お荷物番号01632-960-144が認識されません。
佐川急便の問い合わせ番号は4030-1122-3344です。
ヤマトの伝票 4021-7788-9900 です。
請求書11-2290、11-2291、11-2295が未処理です。
入金照合番号7718-2290です。
製番078-05-1120と刻印があります。
ユニット番号441-20-7781から音がします。
クレーム番号2026-0044-118の回答待ちです。
作業番号902-118-4471は明日です。
工事番号07700-900-118が取り消されました。
プラグイン3.2.1.0が動きません。
アプリv12.0.0.45が固まります。
説明書4.2.1.3の項が分かりません。
OS17.4.1.2にしてからです。
エラー1001-22-0098が出ました。
コード53が点滅します。
EANは2109876543210です。
色番号118-220-4455は廃番ですか。
フィルター品番300-555-0199の在庫は？
電球はGU10、5W、2700Kです。
サイズ42-32-30は大きいです。
ローランドの椅子がぐらつきます。
マーサの鍋が割れました。
フーゴという椅子は重ねられますか。
フリーダのポスターが曲がっていました。
イングリッド棚の板をください。
「すみれ」の食器は割れやすいです。
「勘太郎」のこたつを買いました。
ダイソンとミーレの袋はありますか。
ポール・スミスの靴下です。
モリスの柄がはがれました。
杉山建材で買った木です。
野村証券の株主優待は使えますか。
安田生命の代理店です。
伊藤園のお茶が付くと聞きました。
岩谷産業のコンロに合いますか。
村田製作所の部品ですか。
大塚家具さんと同じ品ですか。
山本電気店さんが来ました。
石井工務店さんの紹介です。
内田様式の棚です。
ホシノ電機さんに聞きました。
アマゾンさんより高いです。
クリーニング屋さんに断られました。
ガス会社さんの点検があります。
不動産屋さんが立ち会います。
配達のお兄さんが親切でした。
お姉さんの説明が丁寧でした。
店員さんに聞きました。
看護師さんに贈ります。
先生方に配ります。
皆さんで分けました。
子どもさん用のサイズです。
奥さん向けの色です。
息子さん用と書いてあります。
長野県松本市の店です。
大分と宮崎の送料は同じですか。
福山から今治まで運べますか。
岩手の工場から直送ですか。
吉祥寺と三鷹の店舗を比べています。
豊橋駅で受け取ります。
千歳空港で買いました。
野田線の沿線です。
関西圏の倉庫ですか。
岡山桃のゼリーが溶けていました。
山形の米を注文しました。
宇都宮の餃子フェアです。
節分の豆が届きません。
勤労感謝の日は休みですか。
八月十五日に欲しいです。
本日中に発送できますか。
来週の水曜、午後二時頃です。
一週間か二週間かかりますか。
二三回繰り返しました。
四五日で届きますか。
九十九円足りません。
二十一枚でした、三十枚ではなく。
五六個余りました。
200-240V、50-60Hzです。
緯度40.7128、経度-74.0060です。
99.99と4.99と0.50です。
評価は4.5です。
PINの形式は何ですか。
暗証番号入力が30秒で切れます。
パスワードは8-16文字ですか。
ログインはコード403で失敗します。
認証コードは誰からも来ません。
合言葉とは何ですか。
秘密の質問を変更したいです。
一様に薄い色です。
外様という言葉の意味です。
左様でございます。
上様で領収書をください。
総務部長宛で大丈夫ですか。
返品係宛に送ればいいですか。
注文6610-2290-71を見てください。
レシートの7719-4480は何の番号ですか。
注文ID310-555-0188は私のです。
配送照会0161-496-0990が無効です。
運送会社の管理番号は512-440-7781です。
ロット077-31-4402は回収対象ですか。
在庫コード655-20-1188がありません。
対象は100-200-3000から100-200-3999の機種です。
保証申請2217-8840-11が保留です。
お届け番号０３－４４１－７７８１
ファーム9.18.27.3は六月のものですか。
BIOS1.22.0.9で止まります。
起動時に5.6.7.8と出ます。
MACアドレス70-4D-7B-2C-11-FEを固定しました。
ボーモントの椅子がきしみます。
ギデオン鏡が落ちました。
フィービーのクッションが色あせました。
「大輔」という焼酎グラスです。
サイラスとノラのラグは同じですか。
浜田木材の方が安いです。
藤井塗料さんと提携ですか。
近藤兄弟商会が取り付けました。
太田胃散は扱っていますか。
川本製紙様の領収書です。
発送元は郡山ですか、白河ですか。
豊洲から門前仲町まで運べますか。
最寄りは大和駅です。
桜木町の店は何時までですか。
米子と出雲は同じ料金ですか。
成人の日に届きますか。
勤務先様宛の領収書は可能ですか。
仕入先様に確認してください。
製造元様の回答待ちです。
現場監督さんが受け取りました。
警備員さんに渡しました。
受付の方に渡しました。
店長さんを呼んでください。
大工さんが測りました。
電気屋さんが言うには故障だそうです。
赤ちゃん用の布団です。
猫ちゃん用のベッドです。
一、二、三回と鳴ります。
三十五分待ちました。
九割は動きます。
十九円の差です。
暗証番号は六桁ですか。
パスワード管理アプリが使えません。
割引コード2026-SPRING-10が失敗します。
王様のブランチで見ました。
神様の置物が欠けました。
"""


@pytest.fixture(scope="module")
def redactor() -> redact.Redactor:
    return redact.open()


@pytest.mark.parametrize("block", [ENGLISH, JAPANESE], ids=["english", "japanese"])
def test_look_alikes_are_left_alone(redactor: redact.Redactor, block: str) -> None:
    texts = block.strip().splitlines()
    alarms = [masked for text in texts if (masked := redactor.mask(text)).found]
    assert len(alarms) <= 0.01 * len(texts), alarms


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("暗証番号は7714にしました。", "暗証番号は<SECRET_1>にしました。"),
        ("電話はぜろきゅうぜろ、いちにいさんよん、5678です", "電話は<PHONE_1>です"),
        ("認証コード（593821）を入れました。", "認証コード（<SECRET_1>）を入れました。"),
        ("電話は（03）5550-0142です。", "電話は<PHONE_1>です。"),
        ("合言葉はひまわりです。", "合言葉は<SECRET_1>です。"),
        ("合言葉はありません。", "合言葉はありません。"),
        ("小比類巻さんにお伝えください。", "<PERSON_1>さんにお伝えください。"),
        ("担当の今給黎さんへ", "担当の<PERSON_1>さんへ"),
        ("薬師寺と申します。", "<PERSON_1>と申します。"),
        ("お世話になっております。薬師寺です。", "お世話になっております。<PERSON_1>です。"),
        ("中務様のご注文です。", "<PERSON_1>様のご注文です。"),
        ("朝比奈・薬袋の二名で伺います。", "<PERSON_1>・<PERSON_2>の二名で伺います。"),
        ("セリナの名義で登録しています。", "<PERSON_1>の名義で登録しています。"),
        ("ミゾロギ宛に送ってください。", "<PERSON_1>宛に送ってください。"),
        ("オデットさんから電話がありました。", "<PERSON_1>さんから電話がありました。"),
        ("佐川さんのお宅です。", "<PERSON_1>さんのお宅です。"),
        ("連絡番号は03-5550-0142です。", "連絡番号は<PHONE_1>です。"),
        ("注文番号0312-7745-9018、電話03-5550-0142", "注文番号0312-7745-9018、電話<PHONE_1>"),
        ("Part 541-203-9918, call 503-555-0148.", "Part 541-203-9918, call <PHONE_1>."),
        ("The app shows a login from 203.0.113.9.", "The app shows a login from <IP_1>."),
        ("Since the firmware update, 203.0.113.9 is my address.", "Since the firmware update, <IP_1> is my address."),
        ("JAN: hello, is my parcel there?", "<PERSON_1>: hello, is my parcel there?"),
        ("Connected from IP 10.0.0.5 again.", "Connected from IP <IP_1> again."),
        ("接続元は10.1.2.3です。", "接続元は<IP_1>です。"),
        ("暗証番号は8160です。", "暗証番号は<SECRET_1>です。"),
        ("Preston called me in London.", "<PERSON_1> called me in London."),
        ("Regards, Will", "Regards, <PERSON_1>"),
        ("Regards, Wren", "Regards, <PERSON_1>"),
        ("Regards, Joy", "Regards, <PERSON_1>"),
        ("佐藤さんの店舗アカウントです。", "<PERSON_1>さんの店舗アカウントです。"),
        ("窓口番号03-5550-0142に電話しました。", "窓口番号<PHONE_1>に電話しました。"),
    ],
)
def test_what_is_like_a_look_alike_but_personal_is_masked(redactor: redact.Redactor, text: str, masked: str) -> None:
    assert redactor.mask(text).text == masked
    assert redactor.mask(masked).text == masked
