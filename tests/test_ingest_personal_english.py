"""How well unlisted English names, streets, secrets and papers are masked, in sentences that the code had not seen.

Personal parts stand as [LABEL:text], a new line within a sentence is written \\n; without a mark it is a look-alike.
What is measured is how shapes and cues generalise: no name or street of these sentences belongs in a list.
"""

import re
import time
from collections import Counter

import pytest

from ingest import redact

_MARKED = re.compile(r"\[([A-Z]+):(.*?)\]", re.DOTALL)

ONE = r"""
Hi, [PERSON:Oluwaseun Adebanjo] here. My dehumidifier leaks onto the carpet.
My wife [PERSON:Saoirse] placed the order on Tuesday, not me.
I spoke with [PERSON:Thuy Linh Pham] this morning and she said the refund was on its way.
[PERSON:Bogumiła Wrzesniewska] told me the sofa would be collected on Friday.
Could you move this to [PERSON:Keola Kahananui]'s account instead?
The technician who came, [PERSON:Yigit Demirtas], left his ladder behind.
please deliver to [ADDRESS:418 Quillfeather Rd, Duluth, MN 55804]
I've moved to [ADDRESS:Flat 6, 31 Tannery Mews, Leeds LS10 1QF].
Our new address is:\n[ADDRESS:902 Vandergrift Loop\nApt 14B\nBoise, ID 83706]
[ADDRESS:12 Nore Terrace, Kilkenny, R95 XY24]
It went to [ADDRESS:77 Kowhai Grove, Lower Hutt 5010] by mistake.
[ADDRESS:Larkrise Cottage, Sheepwash Lane, Bampton OX18 2JQ] is where I live now.
i live at [ADDRESS:2207 pepperidge way apt 9, round rock tx 78664]
Send it to [ADDRESS:PO Box 3307, Darwin NT 0801] please.
[ADDRESS:RR 2 Box 118, Cabot, VT 05647]
The number on the door is wrong, it should be [ADDRESS:twenty two Marchmont Crescent].
my name is [PERSON:priyamvada raman] and i never got my parcel
this is [PERSON:jaxon] calling about the heater
Name: [PERSON:DANIELA FUENTES-ROJAS]
[PERSON:NWOSU, Chukwuemeka]
Regards,\n[PERSON:Ximena Bustamante]
Thanks a lot!\n[PERSON:Folake]
— [PERSON:Torvald]
Cheers, [PERSON:Declan O'Shaughnessy]
The password I use is [SECRET:Gr33nDoor!] and it still says invalid.
I typed [SECRET:blueturtle55] as my password three times.
The four digit code that came by SMS is [SECRET:8802].
My PIN's [SECRET:4471], try it yourself.
The answer to my security question is [SECRET:Biscuit].
token=[SECRET:9fa8c2d17be04c6f]
Authorization: Bearer [SECRET:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.qPz8r1x]
The door code for the courier is [SECRET:2580#].
Wi-Fi password: [SECRET:sunflower-otter-12]
My CVV number, it's [SECRET:338].
Social Security [ID:481-22-7730]
My SSN ends in [ID:7730].
Ontario driver's licence [ID:M2148-70418-50905]
NI no. [ID:JG 10 37 59 A]
NHS no is [ID:485 777 3456]
My tax file number is [ID:565 051 603].
Medicare ID [ID:1EG4-TE5-MK73]
insurance policy member number [ID:XJP884201937]
passport: [ID:C01X00T47]
my social is [ID:four eight one, two two, seven seven three zero]
The parcel was signed for by [PERSON:Mrs. Achterkamp]'s neighbour.
Is [PERSON:Nkechi] still working on my case?
cc [PERSON:Rasmus Lindqvist-Holm] on the reply, please.
[PERSON:Tuan Kiet] from your team promised me a callback.
Can [PERSON:Guadalupe] from billing ring me?
My son [PERSON:Caoimhín] will pick up the chair tomorrow.
attn [PERSON:Wiremu Parata]
The account holder is my late mother, [PERSON:Ottoline Brackenbury].
Agent: This is [PERSON:Makayla], how can I help?
Customer: Yes hi, my name's [PERSON:Bartholomea Quince].
[PERSON:Siddharth V. Krishnamurthy] wrote that the warranty is void.
I am [PERSON:Zainab Al-Rashid], the one who ordered the rug.
The card is in the name of [PERSON:H. J. Pemberton-Lyle].
My neighbour [PERSON:Gwilym] accepted the package.
Deliver to [ADDRESS:1a Old Kiln Way] and leave it with [PERSON:Orsolya].
Billing address is [ADDRESS:6/88 Jacaranda Pde, Coogee NSW 2034].
I'd rather have it at [ADDRESS:Unit 3B, 640 Fenwick Parkway, Mississauga, ON L5B 3C1].
it was left at [ADDRESS:55 copperfield close] not my house
The address on file is [ADDRESS:8 The Paddocks, Hexham, NE46 2DB].
My apartment is [ADDRESS:1490 Sable Ridge Trail #203, Aurora, CO 80013].
Please ship to [ADDRESS:27 Dún Laoghaire Road, Dublin 6W].
Wall Street closed early so my bank is slow.
I saved the invoice to Google Drive.
The Close button on the tablet does nothing.
Lane assist is not part of this mower.
Go to Settings > Privacy and tap Reset.
My Wells Fargo statement shows two charges.
Johnson & Johnson cream was in the wrong box.
Ms Pac-Man arcade cabinet, still in stock?
Grace Period ends on 14 March.
Chase the refund, please.
Your order 7781-2204 shipped on 3 June.
Case 88431207 is still open.
The Aurora Bell doorbell stopped chiming.
Error 0x80070057 appears at step 4.
Use coupon SPRING25 before May 31.
Model QX-4410 needs 220-240 V.
IMEI 356938035643809
I waited 45 minutes on the line.
Is Main Street Journal a newspaper you advertise in?
Do you ship to Northern Ireland or New Zealand?
Mark as Read does not work in the Android app.
Bill Payment failed with status Pending.
I need 12 Court shoes in size 8.
We took the M25 to Bracknell and back.
The Technical Support Team replied after Black Friday.
Order Confirmation never arrived in my Inbox.
It came in Midnight Blue and not in Slate Grey.
Can I pay with Apple Pay or Google Pay?
Your Returns Policy says 30 days.
I bought the Kyoto Rice Cooker last week.
Tracking 9400 1118 9922 3817 2266 15
My password must be 12 characters long.
The verification code never arrives.
I want to speak to a Senior Manager.
The PIN pad is broken.
The driver came at 10:15 and left by 10:20.
Our meeting is at 3 Court Room B.
Thanks for your help, Customer Care!
Kind regards,\nAccounts Department
I live in Vancouver and work in Seattle.
"""

TWO = r"""
Good evening, this is [PERSON:Temitope Awolowo-Reeve], order from last Monday.
I got a call from [PERSON:Ifeoma] but the line dropped.
Our nanny, [PERSON:Marisol Echeverría], let the courier in.
I'm [PERSON:Nguyễn Hữu Phước] and I would like to return the lamp.
[PERSON:Kalinda] told me you would waive the fee.
Let [PERSON:Sunniva] know that the parcel came.
My landlord [PERSON:Zbigniew] has the spare key.
I was on the phone with [PERSON:Leilani Makoa] for an hour.
The order was placed by [PERSON:Emre Yıldırım] on our behalf.
Account holder: [PERSON:Aurelio Bettencourt da Silva]
Sincerely yours,\n[PERSON:Rhiannon ap Gruffydd]
Thank you,\n[PERSON:Ayodele]\nSent from my phone
Best wishes\n[PERSON:Jörg Hasselhoff]\n[EMAIL:jh77@posteo.example]
hi its [PERSON:shaniqua] from the oakwood branch order
spoke with [PERSON:tendai] yesterday about the missing legs
my name is [PERSON:mehmet ozturk], can you check my return
MY NAME IS [PERSON:TERENCE MULVANEY] AND I WANT A REFUND
[PERSON:Wojciech] here. Any news?
Please add my daughter [PERSON:Niamh] as an authorised user.
I would like to change the name from [PERSON:Anneke Visser] to [PERSON:Anneke de Groot].
Contact: [PERSON:Bukola Ogunleye], [PHONE:0803 555 0147]
Could you tell me whether [PERSON:Sanjeev Ramaswamy] has left the company?
When I asked, [PERSON:Hye-jin Noh] said it was out of stock.
Your installer [PERSON:Florin] scratched the floor.
[PERSON:Mr Oyelaran]'s refund is overdue.
As [PERSON:Catriona MacLellan] explained, the warranty is two years.
The parcel was left with [PERSON:Ewelina] at number nine.
Agent [PERSON:Devonte] closed my chat without answering.
Who is [PERSON:Xiomara Villanueva]? She signed my delivery.
[PERSON:Kwabena]: I still have no heating.\nAgent: Let me check.
To whom it may concern, I, [PERSON:Philippa Greaves], hereby cancel my plan.
You can collect from [ADDRESS:63 Thistledown Avenue, Swords, Co. Dublin, K67 F2Y8].
Our office moved to [ADDRESS:Level 4, 119 Wickliffe Terrace, Auckland 1010].
deliver it to [ADDRESS:3391 hollowbrook ct, apt 2d, lexington ky 40517]
My home is [ADDRESS:5809 County Road 214, Llano, TX 78643].
[ADDRESS:HC 62 Box 31, Salmon, ID 83467]
The parcel should go to [ADDRESS:Apartment 19, Brewer's Wharf, 4 Canal Row, Manchester M4 6JH].
I used to live at [ADDRESS:118 Old Mission Rd], please remove it.
[ADDRESS:1184 Boulevard Saint-Urbain\nMontréal, QC H2X 1K8]
Mailing address: [ADDRESS:P. O. Box 90217, Tucson, AZ 85752]
They left it at [ADDRESS:41b Pemberley Gardens] again.
Please change my shipping address to [ADDRESS:7 Bellbird Cct, Ngunnawal ACT 2913].
The house is [ADDRESS:Tŷ Gwyn, Heol y Parc, Llandeilo SA19 6EN].
my address is [ADDRESS:forty one sycamore road]
I live on [ADDRESS:Wexcombe Lane] and your van never comes.
[ADDRESS:2300 N Kedzie Blvd, Fl 3, Chicago IL 60647]
Eircode [ADDRESS:V94 T9PX]
Ship to: [ADDRESS:14-16 Ferrier Street, Dunedin 9016, New Zealand]
pick it up from [ADDRESS:Flat 12B, Kestrel House, 90 Upper Tollgate Road, London SE15 4NX]
the zip is [ADDRESS:78664]
send the invoice to [ADDRESS:88 Rue Sainte-Anne, Gatineau QC J8X 2L5]
i set my password to [SECRET:m00nlight&tea]
[SECRET:tiggerbounce8] is the password, it worked yesterday
username kay, pass: [SECRET:Zx9!marble]
Your app texted me [SECRET:774 209] as a login code.
card ending 4242, security code on it is [SECRET:617]
here is my api token: [SECRET:aoz_live_7fK29dmQ0sXw]
The keypad code for the side gate is [SECRET:C1947].
My secret answer is [SECRET:Rottweiler].
My mother's maiden name is [SECRET:Pennyfeather], that is the security answer.
I keep 5-0-2-9 as... no, the PIN I chose is [SECRET:5029].
wifi key [SECRET:8f2kq7vmx1]
recovery phrase: [SECRET:orbit velvet canyon ladder spoon meadow anchor tulip drift ember hollow prism]
OTP is [SECRET:20 91 76]
use [SECRET:ghp_1A2b3C4d5E6f7G8h9I0jK1L2m3N4o5P6q7R8] for the repository
The lockbox combination is [SECRET:31-07-22].
Client secret: [SECRET:Q~8sd.v0LkPzR4tn]
My Social is [ID:518-60-4471].
last 4 of SSN: [ID:4471]
Florida license [ID:W426-545-30-761-0]
My UK driving licence number is [ID:GREAV 801093 P99LK].
Passport no [ID:N 4821907]
SIN is [ID:271 904 663]
Medicare card number [ID:2953 84716 1]
My NHS number: [ID:6291847305]
Member ID on the insurance card: [ID:W2839 40175]
policy number is [ID:HX-2290-48817]
PPS number [ID:8429176QA]
Aadhaar [ID:4821 9037 1156]
my EIN is [ID:47-2918836]
TFN [ID:871 204 553]
national insurance: [ID:QQ204917B]
Routing [ACCOUNT:267084131], account [ACCOUNT:5580194427]
Card: [CARD:5425 2334 3010 9903], expiry [CARD:11/28]
My phone's [PHONE:(717) 555-0163]
Tap Settings > Sound & Display > Night Mode.
I ordered the Lumina Drift pendant in Brushed Brass.
The Kestrel Pro 3 does not pair over Zigbee.
We stayed at the Marlow Grand Hotel near Kota Kinabalu.
I have a Roborock and a Dreame from another shop.
Our office is on the third floor of Canary Wharf.
Shipping to Reykjavik costs more than to Aberdeen.
Is Klarna available at checkout?
Can Alexa switch it off?
My bank is Nordea, not Barclays.
Hope this helps, and a Merry Christmas to the team!
Will Call pickup closes at 6 PM.
Your Privacy Policy mentions Schrems.
The Hazel Wood finish scratches easily.
Part no. 4471-209 and screw M4 x 20
Build 22.4.1 crashed with code 0xC000021A.
I scored it 8 out of 10.
PO 4471209 was invoiced on 12/03/2025.
20% off with code HELLO20
The voucher number is 4402 9918 2201.
My password expired on Monday.
The PIN must be four digits.
Where do I enter the security code?
Reset link says Token Invalid.
12 months, 24 payments, 36 euros each
Delivery slot 8-12 on 02-06-2025
Take the Second Avenue exit, then call us.
I'd buy 4 Park Lane chairs if they were cheaper.
The Drive Thru in Slough is closed.
It happened on Good Friday, around Noon.
May I speak with a Team Leader?
Serial no. KT-99-10238 on the base
Ticket INC0048213 was merged.
Thanks,\nCustomer Success Team
Hello Aozora Home team,
He uses a Thermomix and she has a Kenwood Chef.
Batch L2025-118, best before 08/2026
Please use Royal Mail or Parcelforce.
The French Press leaks at the Lid.
Chapter 7 of the User Manual explains Eco Mode.
"""

THREE = r"""
Morning! [PERSON:Mbali Dlamini] again, still waiting for the shelf brackets.
My sister-in-law [PERSON:Blánaid] bought the same stove.
Who approved it? [PERSON:Szymon Kaczmarczyk] did, on the 4th.
Would you please email [PERSON:Ruzgar] the label?
Our contact at the depot is [PERSON:Fionnuala Geraghty].
[PERSON:Kamalei] and I both ordered the rug.
It's [PERSON:Obinna], we spoke this morning.
Kind regards\n\n[PERSON:Dr. Ingeborg Thorvaldsdóttir]\nHead of Facilities
Thx,\n[PERSON:Jools]
Warmly,\n[PERSON:Zsófia K.]
- [PERSON:Renske]
Customer name: [PERSON:Thandiwe Nkosi-Barnes]
passenger [PERSON:LINDQVIST/ASTRID]
the refund went to [PERSON:Heikki Rautio] instead of me
i'm [PERSON:chidinma] and my order is late
hello my name is [PERSON:blessing okonkwo]
you can talk to my husband [PERSON:rajesh] too
can you transfer me to [PERSON:deshawn] please
[PERSON:Teuila Faleolo] left a voicemail for you.
There was a note from [PERSON:Ondřej].
Please credit [PERSON:Anh-Thu] for her patience.
The invoice is addressed to [PERSON:Graziella Montefusco], but she moved.
I complained to [PERSON:Hamish Dalrymple-Gow] in accounts.
[PERSON:Giovanna], thank you so much for sorting this out!
Hey [PERSON:Tariq],\n\nany update on the boiler?
Is this [PERSON:Eluned Pritchard]? Yes, speaking.
They made it out to [PERSON:Jean-Baptiste Kouassi] by mistake.
Mrs. [PERSON:van der Zwaan] wants a callback.
[PERSON:Bronagh]'s phone is off, call me.
I was helped by [PERSON:Sizwe] on live chat.
My manager, [PERSON:Kirsten Abildgaard], signed the quote.
Could it be sent to [ADDRESS:29 Wetherdown Rise, Alton GU34 2PX] please?
[ADDRESS:5 Baile na Coille, Spiddal, Co. Galway]
we are at [ADDRESS:804 n. tamarack st., bozeman, mt 59715]
Deliver here: [ADDRESS:Suite 1502, 88 Phillip Street, Parramatta NSW 2150]
[ADDRESS:23 Pukeko Place\nRD 4\nWhangarei 0174]
Return label should show [ADDRESS:3720 W. 104th Ave., Unit B, Westminster, Colorado 80031].
[ADDRESS:B-204, Lotus Heights, 14 Residency Road, Bengaluru 560025]
I'm moving to [ADDRESS:Honeysuckle Barn, Back Lane, Skipton BD23 1HT] in May.
my new flat is [ADDRESS:flat 3, 9 tilbury close, hull hu5 2pl]
The driver went to [ADDRESS:610 Sagebrush Cir] rather than [ADDRESS:601 Sagebrush Cir].
Please bill [ADDRESS:One Harrowgate Plaza, Hartford, CT 06103].
Our shop is at [ADDRESS:256 Ponsonby Rd, Auckland].
They keep sending post to [ADDRESS:19 Inverleith Row, Edinburgh EH3 5LP, Scotland].
[ADDRESS:Lot 17 Wattlebird Drive, Yackandandah VIC 3749]
[ADDRESS:1020 SE 3rd Ct., Deerfield Beach, FL 33441-5502]
home address: [ADDRESS:72 Glenmorangie Way]
the pickup point should be near [ADDRESS:Station House, Quay Street, Sligo F91 W2K3]
My postal code is [ADDRESS:K1A 0B1].
I changed the delivery address to [ADDRESS:11/3 Sundowner Parade, Broome WA 6725].
It's [ADDRESS:85 rue Meslay, 75003 Paris].
Reset my account, the old password was [SECRET:snowdrop_44].
pw [SECRET:Kx7-lantern]
[SECRET:correcthorse7] doesn't work as my password anymore
The PIN for the tablet is [SECRET:90 41].
The SMS says [SECRET:G-552013] is my verification code.
My passcode? It's [SECRET:118205].
The alarm is disarmed with code [SECRET:6604].
three-digit number on the back of the card: [SECRET:902]
Name of my first pet: [SECRET:Marmalade]
DATABASE_URL=postgres://kay:[SECRET:t0psecr3t]@db.internal/app
export OPENAI_API_KEY=[SECRET:sk-proj-4fT9xLm2Qw8ZbNc1Rv6Y]
X-Api-Key: [SECRET:77b1e0c9a44d4b6f]
My garage keypad is [SECRET:7193].
Access token [SECRET:ya29.a0AfH6SMBx4t9QkPl2]
CVC2 [SECRET:551]
Backup code: [SECRET:4KD9-22MX]
The password on the sticker reads [SECRET:QWJ8-4471-LP].
Social: [ID:602-18-5539]
tax id number [ID:91-4420817]
My SSN's last four are [ID:5539].
Texas driver license [ID:40882917]
DL: [ID:S530-4608-7712]
Passport [ID:HB4471902], issued 2019
My National Insurance number's [ID:PW 44 10 92 D]
sin number [ID:552-190-447]
Blue Cross member id [ID:YRB110482937]
my health card number is [ID:5584-486-674-YM]
Policyholder number [ID:4471-889-02]
green card number [ID:SRC2190048817]
NRIC [ID:S7744120D]
ITIN: [ID:912-70-4481]
the nhs number is [ID:nine four three, four seven six, five nine one nine]
account [ACCOUNT:44810297], sort code [ACCOUNT:30 91 27]
please use [IBAN:DE02 1203 0000 0000 2020 51]
Text [PHONE:+353 86 555 0142] when outside
Is Roomba compatible with HomeKit?
It's Wednesday and still nothing.
We bought it at Costco in Tukwila.
The Orkney Mist paint arrived as Pebble Grey.
Choose Billing, then Payment Methods, then Remove Card.
I called Citizens Advice about this.
Our flight to Kuala Lumpur is on Sunday.
My Ninja Foodi and my Instant Pot are fine.
The Drake Mallory sofa range was discontinued, wasn't it?
Your Head of Operations promised a call.
Does the Black Forest clock run on AA batteries?
I read it in Consumer Reports.
Two Step Verification is turned off.
It weighs 14 kg and measures 60 x 40 x 22 cm.
Is Wick Hill near a store of yours?
MAC 3C:22:FB:10:9A:4E
Receipt no. 00918827 dated 09/11/2025
Reference TX-88102-4471
Promo WELCOME-2025 is not accepted.
EAN 4006381333931
Try Chrome, Firefox or Brave.
The hose fits Gardena, not Hozelock.
Free Returns within 60 Days
I gave it 5 stars on Trustpilot.
Windows Defender blocked Setup.exe.
My PIN was declined at the till.
I never got a one-time code.
Case closed by System Administrator.
Model: Halcyon 4K, colour: Onyx
The password field is greyed out.
St Andrews Day sale and Burns Night
He sat on the Judge Bench for an hour.
Room 12, Floor 3, Zone B
Flight BA2490 leaves at 06:45.
It is a 2019 Ford Transit.
Best of luck, and Happy New Year!
Invoice INV-2025-00447 lists 3 x Oak Street planters.
We have 25 Hill climbing shoes left, you said.
The deposit is 150 dollars, 3 months upfront.
Size 9 Park Ranger boots
Is the Mill House tea set dishwasher safe?
"""

FOUR = r"""
Hello, [PERSON:Chukwudi Ezenwa] speaking, I'm ringing about the oven.
My partner [PERSON:Sorcha] will be home to take the delivery.
I dealt with [PERSON:Pavlína] and [PERSON:Rodrigo Vasconcelos] last time.
Please have [PERSON:Nalani] call me back.
[PERSON:Esperanza Quintanilla] ordered it, I am only the neighbour.
The contract is signed by [PERSON:Arvid Blomqvist].
Was [PERSON:Yetunde] the one who closed my ticket?
Here is what [PERSON:Tomasz Gierek] wrote to us.
Yours faithfully,\n[PERSON:Mr. Alistair Fotheringham]
Many thanks and regards,\n[PERSON:Ngaire]
Cheers,\n[PERSON:DJ Okonjo]
Hi [PERSON:Bilge], could you look at this?
Dear Ms [PERSON:Ó Dálaigh],
The account should be under [PERSON:Marguerite Tessier-Roy].
my wife's name is [PERSON:anoushka]
this is [PERSON:kofi mensah] calling again about ticket 4471
hi i'm [PERSON:leticia] i bought a kettle
can i speak to [PERSON:gareth]
full name [PERSON:Ebony Raquel Stubblefield]
The gift is for [PERSON:Mireille].
I'd like [PERSON:Ahmet Kurtuluş] removed from the account.
[PERSON:Padraig] at the Cork branch was rude to me.
Your colleague in Lyon, [PERSON:Océane Marchandeau], approved it.
When will [PERSON:Sefa] come back?
Sent by [PERSON:Kahurangi Ngata]
Sorry for the trouble, [PERSON:Devika].
[PERSON:Lucasz B.] told me it takes two weeks.
Our receptionist is [PERSON:Hermione Acheampong].
[PERSON:Johannes]' chair wobbles as well.
Contact [PERSON:Saoirse Ní Bhriain] if nobody answers.
[PERSON:Ikaika Kealoha]\n[PHONE:808-555-0171]\n[EMAIL:ikaika@kealoha.example]
Send everything to [ADDRESS:46 Brackenhurst Close, Nottingham, NG5 8LT].
We live in [ADDRESS:9 Ash Tree Court, Winslow].
My address changed from [ADDRESS:3305 Dovetail Dr] to [ADDRESS:1718 Bluestem Pkwy, Lawrence, KS 66047].
[ADDRESS:Unit 4/22 Coolabah Crescent, Dubbo NSW 2830]
deliver to [ADDRESS:16 gorse hill, edinburgh eh4 7ql]
i need it at [ADDRESS:440 peach orchard rd]
The billing address reads [ADDRESS:2 Rue des Érables, Laval, QC H7N 4B2].
Leave it with the neighbour at [ADDRESS:83a Tinsmith Lane].
[ADDRESS:PO Box 12-487, Penrose, Auckland 1642]
[ADDRESS:c/o The Lodge, 5 Priory Walk, Wells BA5 1QX]
Address: [ADDRESS:14 Cois Abhann, Fermoy, Co. Cork]
Apt number was missing: [ADDRESS:7720 Lakemont Ave NW #311, Seattle, Washington 98117].
the house number is wrong, it's [ADDRESS:19 not 91 Fairweather Road].
Ship to [ADDRESS:Rural Route 3, Box 77, Elkins, WV 26241].
I'm in [ADDRESS:Tower 2, 1801 Harbour Esplanade, Docklands VIC 3008].
Our warehouse: [ADDRESS:Bay 6, 455 Commerce Loop, Reno NV 89502]
Can it go to [ADDRESS:27 Mill Race View] instead?
My parents at [ADDRESS:eleven Foxglove Lane] never got theirs.
[ADDRESS:1600 Pennywhistle Plaza, 12th Floor, Columbus, OH 43215]
post code is [ADDRESS:ng5 8lt]
The new zip should be [ADDRESS:66047].
I entered [SECRET:Purple-Otter-9] as password and got locked out.
New password = [SECRET:gr8Expect!]
The passphrase is [SECRET:"quiet river morning"].
Use PIN [SECRET:3305] at the locker.
The text message had the code [SECRET:448 091].
Security code for my Visa: [SECRET:440]
My two-factor backup code is [SECRET:9X2M-77QD]
The front gate code is [SECRET:*4471]
What is the name of your first school? Answer: [SECRET:Thornbury]
Memorable word: [SECRET:lighthouse]
curl -H "Authorization: Bearer [SECRET:a8f0d11c99e24b7c83]"
AWS_SECRET_ACCESS_KEY=[SECRET:kJ8s/2nQvT+7pLzX4wYbE1rM0dUcFgHi]
the pin i always use is [SECRET:7720]
guest wifi: AozoraGuest / password [SECRET:teapot-4471]
my cvc number was [SECRET:802]
reset link: https://example.com/reset?token=[SECRET:f8a7cc01be]
My social security no. is [ID:644 19 0082].
She gave her SSN as [ID:644-19-0082].
only the last four, [ID:0082], of my social
California driver license [ID:Y4471902]
My licence no is [ID:DLNO 804117 KA9TR]
Irish passport [ID:PC4471908]
NI [ID:LX 33 09 71 B]
SIN: [ID:640 118 295]
My Medicare number is [ID:4471 90220 1].
Insurance ID [ID:AET-55190-2281]
NHS No. [ID:401 023 2137]
tax reference [ID:44719 08236]
PAN card: [ID:BKQPS4471L]
My employee ID is [ID:E-447190].
account [ACCOUNT:77190224], BSB [ACCOUNT:063-412]
[CARD:4539 1488 0343 6467] exp [CARD:09/29]
call [PHONE:oh one six one, four nine six, double oh seven one]
The Vesper Lamp and the Orla Chair match well.
Is there a Dunelm near Basingstoke?
Who is your Data Protection Officer?
Have you heard of Which? magazine?
I use Waze and not Google Maps.
We spent Diwali in Jaipur this year.
Sent from my Galaxy S24 Ultra
My husband's order AZ-771 is late.
Does it ship to Saint Lucia or Côte d'Ivoire?
In Version 8.2, Dark Mode broke.
Thanks to Everyone at the Desk!
The status says Out For Delivery.
I need the Warranty Card and the Energy Label.
Order 4471-0082-19, item 3 of 5
The code on the box is QX-118.
Enter the code shown on the screen.
Which PIN do you mean?
Password Reset Required
Dates: 03/04/2025 to 10/04/2025
The Little Book of Care says so.
It needs 4 AA batteries and 2 screws.
Does Matter over Thread work?
I'm Vegan and allergic to Nuts.
It's Urgent!
This is Ridiculous, Shocking Service.
Dear Sirs,
To Whom It May Concern
Best,\nThe Aozora Crew
The Hague is where I bought it.
Route 66 poster, 24 x 36 inches
I walked down Fleet Street to your shop.
Channel 4 News mentioned it.
Drive carefully, 20 is plenty.
IMEI: 490154203237518
SKU LMP-440-802
Coupon GRACE10 has expired.
Case 00448091 and RMA 7190224
Ground Floor, Terminal 5
My Kenwood, Bosch and Miele all failed.
Black Cherry or Sage Green?
VAT 20% is included.
He said "Absolutely Not".
Room temperature 21 degrees, humidity 45%
The Samsung Frame fell off the wall.
I paid via Zelle and then by Revolut.
"""

FIVE = r"""
Hi there, [PERSON:Emeka Nwachukwu-Bright] from unit nine, my lamp flickers.
My flatmate [PERSON:Jacinta] took the box upstairs.
Your agent [PERSON:Pualani] cancelled the wrong order.
I emailed [PERSON:Bartek Olszewski] on Friday without an answer.
[PERSON:Shreya Bhattacharjee] promised a discount.
The card belongs to [PERSON:Otávio Guimarães].
Can [PERSON:Ravindra] from support take a look?
Regards\n[PERSON:Mairéad Ní Cheallaigh]
Best,\n[PERSON:Tunde]
Thanks so much,\n[PERSON:Hoang Minh]\nPurchasing, Aozora Home
Name on the account: [PERSON:Siobhán McGillicuddy]
my name is [PERSON:quang tran]
this is [PERSON:delphine] from accounting calling
i spoke to [PERSON:mirembe] and she hung up
Dear [PERSON:Mr Szczepański],
It was [PERSON:Kirra] who took my call.
[PERSON:Halvard Nygaard] and [PERSON:Solveig Nygaard] share this account.
My grandson [PERSON:Iestyn] broke the handle.
Please replace [PERSON:Carmella Dinapoli] with [PERSON:Vincent Dinapoli] on the invoice.
The courier, [PERSON:Besnik], could not find us.
Agent: Hello, this is [PERSON:Tamsin]. Who am I speaking with?\nCustomer: [PERSON:Laszlo Fekete].
I want to thank [PERSON:Abimbola] for the quick fix.
Please ask for [PERSON:Rangi] at the counter.
Signed: [PERSON:Euphemia Strachan]
Is [PERSON:Dilnoza] in today?
[PERSON:Mehwish] called me back within an hour.
According to [PERSON:Anselm Krüger], it was never shipped.
Good news from [PERSON:Thibault Lacroix]: the part is in.
Our cleaner [PERSON:Lourdes] found the receipt.
Hello [PERSON:Nikhil],
I live at [ADDRESS:362 Thornapple Ct, Madison, WI 53719].
Please send the parts to [ADDRESS:21 Cuckoo Lane, Honiton, Devon EX14 2BT].
New address: [ADDRESS:Apt 5, 77 Sallynoggin Park, Dún Laoghaire, A96 C2K1]
[ADDRESS:104 Kererū Street, Tauranga 3110]
[ADDRESS:4/19 Illawarra Rd, Marrickville NSW 2204]
we moved to [ADDRESS:15 heron way, swindon]
it should go to [ADDRESS:1208 blue heron trail unit 6, bend or 97702]
The van stopped at [ADDRESS:6 Old Tannery Yard] and then drove away.
[ADDRESS:Willow Barn, Chapel Street, Ludlow SY8 1LP]
mail to [ADDRESS:P.O. Box 771, Gallup, NM 87301]
My shop, [ADDRESS:2450 Lakeshore Rd W, Oakville ON L6L 1H6], is open until six.
Invoice address:\n[ADDRESS:18 Gransden Gardens\nCambourne\nCambridge CB23 6AQ]
I'm at [ADDRESS:One Tamarind Square, Apt 1107].
[ADDRESS:N4512 County Road K, Fond du Lac, WI 54937]
Postcode: [ADDRESS:EX14 2BT]
My place is on [ADDRESS:Skylark Crescent], number illegible.
[ADDRESS:Schillerstraße 44, 70173 Stuttgart]
Return to [ADDRESS:900 Ironwood Industrial Pkwy, Dock 3, Tulsa, OK 74116]
for delivery use [ADDRESS:seventeen Wren Close].
The wifi password is [SECRET:HoneyBadger22].
I forgot which but [SECRET:lemon_tree_8] was my old password.
PIN: [SECRET:6-6-1-9]
The passcode for the gate is [SECRET:5518].
my otp [SECRET:330917]
Verification code is [SECRET:A7K9QX].
my security answer: [SECRET:Heathcliff]
key: [SECRET:sk_live_77Ghq2MmZ0aPt]
please log in as me, user tam@x.example.com pass [SECRET:wobble99]
I keep getting locked out with PIN [SECRET:2290].
they asked for the cvv and i gave [SECRET:771]
The safe opens with [SECRET:14-22-09]... the safe combination is [SECRET:14-22-09].
GITHUB_TOKEN=[SECRET:ghp_9xYz8wVu7tSr6qPo5nMl4kJi3hGf2eDc1bA0]
secret: [SECRET:8kLm2-QwErt-99]
My SSN: [ID:711-38-2204]
the social ends with [ID:2204]
SIN number: [ID:730 551 186]
I hold passport [ID:LK3381907].
New York driver's license [ID:714 209 338]
Driver licence no [ID:0448 8190]
NINO [ID:SR 77 20 14 A]
NHS [ID:7201938846]
medicare [ID:6120 33817 2]
TFN is [ID:448-190-226]
my insurance member number is [ID:0098-44172-B]
Policy no. [ID:PLC7719038]
tax ID: [ID:84-3310972]
Account [ACCOUNT:33907712], sort code [ACCOUNT:20-44-91]
My number is [PHONE:+1 (312) 555-0177].
Amex [CARD:3714 496353 98431], CID [SECRET:7714]
IBAN [IBAN:GB33BUKB20201555555555]
Do you sell Le Creuset or Staub pans?
I've a question about the Thornbury Oak Bookcase.
We are moving from Bristol to Cardiff.
Click Profile, then Security, then Log Out Everywhere.
My Aozora Plus subscription renewed itself.
Is there parking at your Hammersmith showroom?
The Queen Bed Frame came without Slats.
Happy Easter to All of You
I love how Nora the robot vacuum hums.
My Fitbit and Garmin both sync.
The sticker says Made in Portugal.
Our HOA forbids satellite dishes.
Is next Thursday OK?
Your Terms and Conditions mention Clause 7.
Delivery by Hermes is always late.
I saw it on Facebook Marketplace.
The Winter Sale starts on Boxing Day.
Ask Me Anything was fun.
Kitchen Island Bench, colour Natural Oak
What is the Max Load of the Shelf?
Order no. 330917 placed 12 Oct 2025
Tracking JD0146000033907712
Serial 7714-2209-88
Firmware v6.6.1-9
2204 units left, 18% discount
Model HB-22, type 14-22
Ref 730551186
Error 5518: sensor blocked
Voucher ABCD-1234-EFGH
My login does not work on Safari.
The password reset mail never came.
What does the security code do?
My insurance does not cover it.
The licence plate light is broken.
Where on my passport do I find it?
Number 9 bus stops at Market Square.
I waited on hold for one hour and twenty minutes.
Open 9 to 5, closed on Bank Holidays.
The drive to your store takes 45 minutes down the road.
Court order, not customer order.
It costs 1 299,00 kr
We need 20 Garden chairs and 2 Park benches.
"""

SIX = r"""
Good morning, my name is [PERSON:Ekundayo Balogun] and I need an invoice.
I was talking to [PERSON:Meeri] when the call dropped.
Our technician [PERSON:Gethin] never showed up.
[PERSON:Valentyna Horbachenko] returned the wrong size.
Please forward this to [PERSON:Ligaya Santos-Reyes].
My cousin [PERSON:Amadou] has the same fridge.
Did [PERSON:Kristjana] reply yet?
Kind regards,\n[PERSON:Tobiah Wexcombe]
Thank you!\n[PERSON:Nokuthula]
With best wishes,\n[PERSON:Beatriz Furtado]\n[PHONE:+351 912 555 014]
Ship to: [PERSON:Roisin Kinsella], [ADDRESS:4 Harebell Walk, Bangor BT19 1WQ]
Cardholder name [PERSON:OLUMIDE FASHOLA]
my name's [PERSON:katya] and the box was empty
hi, [PERSON:thandi] here, any news
can you ask [PERSON:mohsin] to call me
Could [PERSON:Jadwiga] phone me tomorrow?
A lady named [PERSON:Pernille] took my details.
[PERSON:Ruaridh] said the part costs 40 euros.
This is [PERSON:Sepideh Rahimi], I wrote yesterday.
Mr. and Mrs. [PERSON:Wolstenholme] are both on the contract.
The order for [PERSON:Ishaan Chatterjee] is incomplete.
Tell [PERSON:Malia] thanks from me.
[PERSON:Cosima]'s email bounced.
Is the account still under [PERSON:Dragomir Petkov]?
I'm writing for my mother, [PERSON:Gudrun Aspelund].
Hello [PERSON:Yusra], thanks for your message.
Customer service rep [PERSON:Latoya] was kind.
Written by [PERSON:Fergal Mac Cana]
We met [PERSON:Ilse van Houten] at your stand.
From: [PERSON:Paolo Brambilla]
Please deliver to [ADDRESS:58 Yarrow Crescent, Beckton, London E6 5UB].
My house is [ADDRESS:1417 Sweetgum Ln, Cary, NC 27513].
[ADDRESS:9 Ballyknock Heights, Ennis, Co. Clare]
we live at [ADDRESS:33 dunnock drive] in a blue house
[ADDRESS:Suite 8, Level 2, 310 Karangahape Road, Auckland 1010]
send to [ADDRESS:71 Boronia Ave, Cheltenham VIC 3192] please
The old one was [ADDRESS:260 Cedar Hollow Rd, Apt C].
[ADDRESS:2208 Rang Saint-Paul, Saint-Rémi, QC J0L 2L0]
PO box is [ADDRESS:PO Box 5571, Bend, OR 97708].
Deliver to [ADDRESS:The Granary, Wharf Lane, Stroud GL5 2TF].
They sent it to [ADDRESS:14 Marigold Street] and I am at [ADDRESS:41 Marigold Street].
my address: [ADDRESS:apartment 7, 512 w fulton st, chicago il 60661]
zip code [ADDRESS:27513]
[ADDRESS:88/2 Moo 4, Chang Phueak Road, Chiang Mai 50300]
I've relocated to [ADDRESS:19 Kestrel Mews].
Pickup from [ADDRESS:6601 Ranch Road 620, Austin, TX 78732].
[ADDRESS:23 Tui Glen Road, Birkenhead, Auckland 0626, New Zealand]
at [ADDRESS:206 E. Sycamore Blvd.] near the school
my password is [SECRET:Falcon77!]
the login password was changed to [SECRET:riverstone9]
pin code [SECRET:8134]
My OTP is [SECRET:551904], please confirm.
The code I received by text is [SECRET:20447].
card [CARD:5555 3412 4444 1115], cvc [SECRET:209]
API key [SECRET:pk_test_4Ghn29Kqpz01]
Our router password: [SECRET:blue-kettle-7]
the alarm code is [SECRET:9152]
Secret question answer: [SECRET:Snowball]
Bearer [SECRET:7c9e6679f6404c1a]
I use [SECRET:Marble#22] as my password.
Entry code [SECRET:4408#]
voicemail PIN is [SECRET:7706]
SSN [ID:418-55-9012]
my ssn ends in [ID:9012]
Social insurance number [ID:518 202 776]
passport number [ID:XN2093381]
driver's license: [ID:H481-2290-3377]
NHS number is [ID:512 904 7718]
National Insurance [ID:KR 10 22 87 D]
Medicare card [ID:3387 20914 1]
tax file number [ID:330 918 442]
Insurance policy number: [ID:HM-330-18842]
my national ID is [ID:850212-5084-081]
account number is [ACCOUNT:90218834]
call me on [PHONE:07911 555 018]
sort code [ACCOUNT:11-08-42]
[EMAIL:k.wolf@shop.example]
I compared it with the Ikea Billy.
Can I use Afterpay or Clearpay?
Your Leeds depot has my parcel.
Tap Menu, then My Orders.
The Sienna Dining Set is on sale.
Does Google Home work with it?
We visited the Lake District in spring.
Cyber Monday prices were lower.
I watch it on Disney Plus.
My Nespresso Vertuo is leaking.
Your Quick Start Guide is wrong on Page 4.
Thanks, Aozora!
Sincerely,\nComplaints Team
Mind the Gap poster, size A2
Is it the Large or the Medium?
Our school, St Mary Primary, needs 40 desks.
The label says Handle With Care.
It arrived on Christmas Eve.
They offer Same Day Delivery in Milan.
I'm Sorry for the delay in replying.
Order AOZ-44812 from 8 January
Tracking number 6129 9901 2253 77
Invoice 9012-44
Error E55 and code 5519
v2.11.0 on Android 14
SKU 77-209-AB
serial AZ9012K4418
Promo code SNOW15
The price is 551,904 yen
Between 7 and 9 pm
I have had it for 3 years.
GTIN 05012345678900
PIN entry is disabled.
My password has 12 characters.
I did not get the code.
The card reader says Declined.
My policy is to wait two weeks.
Drive straight, then turn left at the lane.
Box 12 of 40 was missing.
Two Rivers Mall has your kiosk.
80 percent of the Hill climbing course
Bring 3 Court cards and a Joker.
"""

SEVEN = r"""
Hello, I am [PERSON:Babatunde Oyekan] and my kettle hisses.
My auntie [PERSON:Sibongile] gave me this toaster.
I had a chat with [PERSON:Roksana] about the delay.
The salesman, [PERSON:Cathaoir Mulrooney], quoted less.
[PERSON:Lokelani] will sign for it.
Please update the contact to [PERSON:Gianmarco Bellandi].
Warm regards,\n[PERSON:Þórunn Sæmundsdóttir]
Thanks,\n[PERSON:Kavitha S.]
Cheers, [PERSON:Mungo]
Dear [PERSON:Adeline Voss],
my name is [PERSON:farrukh beg]
hi [PERSON:zuri], my order is late
this is [PERSON:annika] again
Ask [PERSON:Torquil] in the warehouse.
The name is [PERSON:Pham Duc Anh].
It is registered to [PERSON:Maristela Coutinho].
[PERSON:Wanjiku] helped me last month.
Why did [PERSON:Rutendo Chirwa] sign it?
My dentist friend [PERSON:Benedetta] uses two of them.
Mr [PERSON:Abernathy-Cole] ordered it.
[PERSON:Dafydd Llewelyn], your field agent, left early.
The parcel has been accepted by [PERSON:Sunita].
Kind regards\n[PERSON:Erzsébet Halmos]\nOffice Manager
Customer: [PERSON:Quentin Marlowe]
I share it with [PERSON:Tariku Bekele].
Passenger name: [PERSON:IMOGEN TREHARNE]
Ship it to [ADDRESS:812 Meadowsweet Ave, Fargo, ND 58102].
I live at [ADDRESS:Flat 1, 60 Corbie Steps, Dundee DD1 3AB].
Address: [ADDRESS:25 Rathmullan Park, Sligo, F91 X7Y2]
[ADDRESS:12A Totara Crescent, Napier 4110]
Please use [ADDRESS:3 Banyan Close, Cairns QLD 4870].
my home is [ADDRESS:77 larch grove]
they delivered to [ADDRESS:19 pinewood ave, salem, or 97301]
[ADDRESS:Ivy Cottage, Church Lane, Malmesbury SN16 9DL]
[ADDRESS:PO Box 640, Sooke, BC V9Z 0H4]
We're at [ADDRESS:5512 Whippoorwill Rd, Unit 4].
Send it back to [ADDRESS:Unit 9, Fernside Industrial Estate, Dorking RH4 2HG].
Billing: [ADDRESS:440 W 22nd St Apt 8F, New York, NY 10011]
The van is outside [ADDRESS:28 Sandpiper Way].
I changed it to [ADDRESS:7 Maple Loop, Whistler, BC].
postcode [ADDRESS:SN16 9DL]
[ADDRESS:1350 S Cactus Wren Blvd\nMesa, AZ 85204]
my password is [SECRET:Thunder-42]
passcode: [SECRET:90817]
The PIN I got by mail is [SECRET:6120].
One-time password [SECRET:773015]
cvv [SECRET:640]
[SECRET:228190] is the code you sent me.
The door code is [SECRET:3141].
Wi-Fi password is [SECRET:otter1987]
api key [SECRET:k3y_4f9a8b7c6d5e]
mother's maiden name: [SECRET:Hargreaves]
login code was [SECRET:51-80-22]
My SSN is [ID:533 71 4402].
social security [ID:533-71-4402]
SSN last four [ID:4402]
passport [ID:GB4402718]
driver's license [ID:T440-2718-9921]
SIN [ID:440 271 899]
NHS number [ID:440 271 8992]
TFN [ID:440 271 889]
NI number [ID:TB 44 02 71 C]
member ID [ID:QWX4402718]
account number [ACCOUNT:44027189]
[PHONE:(206) 555-0142]
card [CARD:4111 1111 1111 1111]
We chose Farrow & Ball Elephant's Breath.
Is Sunday delivery possible in Inverness?
My Tado and my Hive argue.
See Appendix B of the Safety Sheet.
The Marigold rug faded.
Open Account, choose Devices, tap Remove.
I flew from Oslo to Tenerife.
The Iris Van lamp hums.
Does Thread need a Border Router?
It was Mother's Day.
You use Evri; I prefer Parcel2Go.
The Premium Care plan expired.
Hello Customer Service,
Best wishes,\nAozora Home Support
It is Brand New, Never Used.
He plays at the Royal Albert Hall.
Our Local Council banned it.
Sizes S, M and L only
Order 812-4402-7189
Ticket 4402718 from March
Parcel RR440271899GB
Error F44-02
Version 4.4.0
12 of 20 lamps
Item number 4402.718
IMEI 440271899214402
Coupon LAMP44
45 Watt, 220 Volt
4 Ways to save energy
10 Downing jackets
No password needed.
What is a CVV?
I lost my passport at the hotel.
The code expired.
Call between 8 and 10.
The total of 4,402.71 is wrong.
My driver's license is blue.
The insurance form has 3 pages.
Send me 2 Court shoes.
Chase them for the refund
Bill me later
Is Grace in the brand name?
"""

EIGHT = r"""
Hey, it's [PERSON:Adunni Fashanu], the bookcase is still in pieces.
My fiancé [PERSON:Leander] paid for it.
I was promised a call by [PERSON:Marisela Ocampo].
[PERSON:Vuyo] from your returns desk knows about it.
The technician [PERSON:Eskil] forgot the screws.
Please remove [PERSON:Harriet Bexley-Jones] from the mailing list.
Best regards,\n[PERSON:Nóra Szilágyi]
Thanks\n[PERSON:Kwesi]
Sincerely,\n[PERSON:Dr Amaru Quispe]
my name is [PERSON:ailbhe keane]
hello this is [PERSON:marcin] calling from gdansk
i talked with [PERSON:noelani] on monday
Hi [PERSON:Chinwe],\nthe hinge is loose.
Attn: [PERSON:Ludovic Perrault]
Could [PERSON:Eseohe] from accounts email me?
The buyer was [PERSON:Piotr Zawadzki].
[PERSON:Malakai Tupou] signed the receipt.
My brother [PERSON:Idris] lives there now.
Ms [PERSON:Kowalczuk] asked for a copy.
[PERSON:Tomos]: is anyone there?\nAgent: Yes, how can I help?
Customer name is [PERSON:Ginevra Sforzi].
Tell [PERSON:Makena] I said hello.
The account of [PERSON:Rosalind Achebe] is locked.
I got an email from [PERSON:Dieudonné Mbala].
My address is [ADDRESS:93 Goldfinch Road, Didcot OX11 6DR].
Ship to [ADDRESS:2750 Cottonwood Cir, Unit 21, Casper, WY 82604].
[ADDRESS:6 Carraig Close, Naas, Co. Kildare, W91 K8V3]
Deliver to [ADDRESS:17 Manuka Road, Nelson 7011] please.
It's [ADDRESS:Unit 2, 9 Pelican Parade, Noosa QLD 4567].
i live at [ADDRESS:1620 n ashbury ave]
[ADDRESS:45 Bramble Hill, Truro, Nova Scotia B2N 3K7]
send it to [ADDRESS:PO Box 118, Lewes, DE 19958]
We moved from [ADDRESS:8 Tern Court] to [ADDRESS:80 Heron Court].
[ADDRESS:Rowan House, 3 Station Approach, Frome BA11 1RE]
My shipping address: [ADDRESS:3981 Painted Pony Trl, Laredo, TX 78045]
[ADDRESS:11 Fulmar Terrace\nStonehaven\nAB39 2QT]
our flat is at [ADDRESS:flat 9, 14 linnet street]
the courier went to [ADDRESS:77 Sorrel Avenue South]
zip: [ADDRESS:82604]
Collect it from [ADDRESS:102/55 Harbour Street, Wollongong NSW 2500].
[ADDRESS:Thirty Six Plover Lane] is mine.
Password: [SECRET:Gorse-Fire-8]
the pin is [SECRET:4093]
my new passcode is [SECRET:662018]
They texted [SECRET:883 104] as my code.
The lobby code is [SECRET:0917]
CVV is [SECRET:385]
[SECRET:Lantern!55] is my wifi password
My memorable word is [SECRET:marzipan]
token: [SECRET:tkn-84hf92kd77]
the password you gave me was [SECRET:Start2025x]
SSN is [ID:607-44-1983]
last four of my SSN is [ID:1983]
passport no. [ID:RT6071983]
licence number [ID:KEANE 607198 A99XY]
NHS no: [ID:607 198 3441]
SIN [ID:607 198 344]
Health insurance ID [ID:HZ-607-19834]
NI number [ID:SK 60 71 98 B]
Medicare number: [ID:6071 98344 1]
my tax ID is [ID:60-7198344]
account no [ACCOUNT:60719834]
reach me on [PHONE:0117 496 0188]
Our Samsung Bespoke fridge rattles.
It shipped from Rotterdam to Leith.
The Rowan Oak shelf is too short.
Press Start, then Mode.
My Tesla Powerwall blinks.
Does Alexa know the Heron lamp?
Your Black Friday page crashed.
The Cotswold Stone paint peels.
Please use What3Words.
Do you deliver to the Isle of Wight?
Is Matt Black in stock?
Is a Chip and PIN reader included?
Order 6071983 is missing.
Error 1983 after boot
Case no. 607-198
Track 607198344GB
SKU 40-93-B
Firmware 8.8.3
Model K8V3
2750 lumens, 80 watts
The zip on the cover broke.
I can't find my password.
My PIN was rejected.
No code came.
I need an ID for that?
Call me Friday.
Road works blocked the van.
Street style, size 40
12 Rose bushes
The lane keeps flooding.
Place the order, please.
Dear All,
Thanks,\nBilling
Best,\nWarehouse Team
Chapter 3, Page 40
May 4 or June 6?
The March Sale
Hope to hear from you.
Frank feedback: it is poor.
Will you refund me?
Rich colours, soft Velvet
"""

BATCHES = (ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT)


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


def sentences(batch: str) -> list[str]:
    return [line.replace("\\n", "\n") for line in batch.strip().splitlines()]


def given(redactor: redact.Redactor, text: str) -> list[tuple[str, str]]:
    book = Recorder()
    redactor.mask(text, book=book)
    return book.given


def plain(part: str) -> str:
    """A name without its title, an address without what may stand at its end."""
    return re.sub(r"^(?:Mrs?|Ms|Dr)\.? ", "", part).rstrip(" .,\n")


@pytest.mark.parametrize("batch", BATCHES, ids=range(1, len(BATCHES) + 1))
def test_recall_of_names_addresses_and_all_else(redactor: redact.Redactor, batch: str) -> None:
    meant: Counter[str] = Counter()
    masked: Counter[str] = Counter()
    for marked in sentences(batch):
        expected = _MARKED.findall(marked)
        found = (
            [(label, plain(part)) for label, part in given(redactor, _MARKED.sub(r"\2", marked))] if expected else []
        )
        for label, part in expected:
            kind = label if label in ("PERSON", "ADDRESS") else "structured"
            meant[kind] += 1
            masked[kind] += any(label == one and plain(part) in other for one, other in found)
    for kind, least in (("PERSON", 0.9), ("ADDRESS", 0.88), ("structured", 0.95)):
        assert masked[kind] >= least * meant[kind], (kind, masked, meant)


@pytest.mark.parametrize("batch", BATCHES, ids=range(1, len(BATCHES) + 1))
def test_look_alikes_are_left_alone(redactor: redact.Redactor, batch: str) -> None:
    texts = [text for text in sentences(batch) if not _MARKED.search(text)]
    alarms = [(text, found) for text in texts if (found := given(redactor, text))]
    assert len(texts) >= 40
    assert len(alarms) <= 1, alarms


@pytest.mark.parametrize("batch", BATCHES, ids=range(1, len(BATCHES) + 1))
def test_masking_what_is_masked_changes_nothing(redactor: redact.Redactor, batch: str) -> None:
    for marked in sentences(batch):
        once = redactor.mask(_MARKED.sub(r"\2", marked)).text
        assert redactor.mask(once).text == once


UNITS = [
    "Aa ",
    "Mr ",
    "12 Main St ",
    "7",
    ".",
    "Co. Aa ",
    "12 Aa ",
    "my password is ",
    "live at 1 a ",
    "Aa, ",
    "van de ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_is_slow_to_read(redactor: redact.Redactor, unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        start = time.process_time()
        redactor.mask(text)
        return time.process_time() - start

    # Ten times the text; quadratic work would take a hundred times as long. A busy machine slows one run or
    # another: the quickest of five counts.
    assert min(seconds(100_000) for _ in range(5)) < 40 * max(min(seconds(10_000) for _ in range(5)), 0.01)
