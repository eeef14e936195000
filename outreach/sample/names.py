"""Names from the countries and scripts a Swedish university meets.

A pool is a block in WRITTEN: its name and two weights, then first names, a bar and last names, the common ones first.
`_` stands for a space inside a name, `-` alone for a name left empty. `王=Wang` gives a name and its bearer's Latin
spelling, for addresses and for files that cannot hold the script.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

LATIN = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ß": "ss", "þ": "th"}
    | {"ð": "d", "ə": "a", "Ə": "A", "ʻ": "'", "’": "'", "ŋ": "n", "Ŋ": "N", "Þ": "Th", "Ð": "D"}
)


@dataclass(frozen=True)
class Pool:
    """First and last names that go together, with its weight in programmes taught in Swedish and in English."""

    origin: str
    at_home: float
    abroad: float
    first: tuple[str, ...]
    last: tuple[str, ...]


@cache
def pools() -> tuple[Pool, ...]:
    """Every pool of WRITTEN."""
    return tuple(_pool(block) for block in WRITTEN.strip().split("\n\n"))


def _pool(block: str) -> Pool:
    header, _, names = block.partition("\n")
    origin, at_home, abroad = header.split()
    first, _, last = names.partition("\n|\n")
    return Pool(origin, float(at_home), float(abroad), _words(first), _words(last))


def _words(text: str) -> tuple[str, ...]:
    return tuple("" if word == "-" else _spaced(word.partition("=")[0]) for word in text.split())


def _spaced(word: str) -> str:
    return word.replace("_", " ")


@cache
def _latin_of() -> dict[str, str]:
    """Name in its own script -> name in Latin letters."""
    pairs = (word.partition("=") for word in WRITTEN.split() if "=" in word)
    return {_spaced(name): latin for name, _, latin in pairs}


def ascii_of(name: str) -> str:
    """A name in plain ASCII letters: the bearer's Latin form where there is one, else without its diacritics."""
    latin = " ".join(_latin_of().get(part, part) for part in _parts(name)).translate(LATIN)
    return unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()


def in_cp1252(name: str) -> str:
    """The name as it stands, or in the nearest letters when Windows' Western code page cannot hold it."""
    composed = unicodedata.normalize("NFC", name)
    try:
        composed.encode("cp1252")
    except UnicodeEncodeError:
        return ascii_of(name)
    return composed


def _parts(name: str) -> list[str]:
    return [name] if name in _latin_of() else name.split(" ")


WRITTEN = """
swedish 36 12
Anna Maria Emma Elin Sara Ida Hanna Julia Linnea Elsa Ebba Klara Moa Alva Matilda Amanda Frida Tove
Ellen Agnes Lovisa Sofia Maja Åsa Märta Ingrid Saga Tindra Malin Jenny Kristina Ylva Signe Astrid
Rebecka Wilma Ella Vera Stina Birgitta Cecilia Annika Anna-Karin Eva-Lena Britt-Marie Lill-Ann
Désirée Zoë
|
Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson
Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Olofsson Lindström Lindqvist
Lindgren Axelsson Berg Bergström Lundberg Lind Lundgren Lundqvist Mattsson Berglund Fredriksson
Sandberg Henriksson Forsberg Sjöberg Wallin Engström Eklund Danielsson Lundin Håkansson Björk
Bergman Gunnarsson Holm Wikström Samuelsson Isaksson Fransson Bergqvist Nyström Holmberg Arvidsson
Löfgren Söderberg Nyberg Blomqvist Claesson Nordström Mårtensson Lundström Viklund Björklund
Eliasson Berggren Sandström Nordin Ström Åberg Hermansson Ekström Falk Holmgren Hellström Dahlberg
Hedlund Sundberg Sjögren Ek Blom Abrahamsson Martinsson Öberg Andreasson Strömberg Månsson Åkesson
Hansen Norberg Lindholm Ståhl af_Klercker von_Essen Natt_och_Dag Silfverstolpe Östberg-Åhlén Öhrn Ö
Ås Wærn Müntzing Ståhlberg-Öqvist

swedish 30 10
Erik Karl Johan Oskar Gustav Viktor Simon Anton Filip Ludvig Axel Hugo Isak Nils Albin Olle Pär
Björn Örjan Måns Göran Håkan Love Alexander Fredrik Jonatan Sixten Edvin Per Lars Peter Mikael Åke
Östen Karl-Johan Sven-Erik René André Noël
|
Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson
Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Olofsson Lindström Lindqvist
Lindgren Axelsson Berg Bergström Lundberg Lind Lundgren Lundqvist Mattsson Berglund Fredriksson
Sandberg Henriksson Forsberg Sjöberg Wallin Engström Eklund Danielsson Lundin Håkansson Björk
Bergman Gunnarsson Holm Wikström Samuelsson Isaksson Fransson Bergqvist Nyström Holmberg Arvidsson
Löfgren Söderberg Nyberg Blomqvist Claesson Nordström Mårtensson Lundström Viklund Björklund
Eliasson Berggren Sandström Nordin Ström Åberg Hermansson Ekström Falk Holmgren Hellström Dahlberg
Hedlund Sundberg Sjögren Ek Blom Abrahamsson Martinsson Öberg Andreasson Strömberg Månsson Åkesson
Hansen Norberg Lindholm Ståhl af_Klercker von_Essen Natt_och_Dag Silfverstolpe Östberg-Åhlén Öhrn Ö
Ås Wærn Müntzing Ståhlberg-Öqvist

finnish 3 2
Aino Eero Veikko Päivi Mikko Juhani Tuulikki Liisa Antti Kaisa Väinö Äiti-Maija Ilmari Sanna Jyrki
|
Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen
Yli-Hukkala Öystilä

nordic 2 3
Bjørn Åse Søren Mette Ingibjörg Þórdís Guðrún Jón Sigríður Kåre Solveig Birthe Ørjan Sævar Rasmus
|
Sørensen Bjørnstad Østergaard Jónsdóttir Þorsteinsson Guðmundsdóttir Ægisson Kjærgaard Nygård Hauge
Sigurðardóttir

sami 0.5 0.2
Áile Ánte Máhtte Sárá Niillas Biret-Ánne Ravdna Ŋillá
|
Sárá Nutti Čállá Länta Utsi Đalvi Bær Šuonjá

balkan 4 2
Amira Emir Selma Jovana Nikola Marko Ivana Đorđe Željko Šejla Nermin Dženana Ćamil Arben Besa Luka
Mirjana Zoran
|
Petrović Hadžić Jovanović Kovačević Đukić Šarić Begić Hoxha Berisha Krasniqi Žižek Horvat Čolić
Ibrahimović Delić

arabic 5 4
Mohammed Fatima Ahmed Ali Omar Noor Layla Yousef Hussein Zahra Maryam Khalid Rania Abd_al-Rahman Aya
Mustafa Dina Tariq
|
Al-Khatib Haddad Hassan El-Sayed Al_Rashid Khoury Mansour Abdallah Ben_Youssef Al-Najjar Sa'id
Hamdan Ibrahim M'Barek

persian 3 4
Reza Shirin Parisa Farhad Nasrin Arash Maryam Kaveh Leila Omid Behnaz Siavash Golnaz
|
Ahmadi Hosseini Mohammadi Farahani Shirazi Rezaei Jafari Karimi Moradi Tehrani Ghorbani
Khosravi-Nejad

turkish_kurdish 3 2
Ayşe Mehmet Emine İbrahim Çağla Özlem Şirin Berfîn Rojda Azad Yıldız Gökhan Işıl Dilan Barış
|
Yılmaz Kaya Demir Çelik Şahin Öztürk Aydın Güneş Doğan Kılıç Işık Ağaoğlu Xanî Bozarslan

horn_of_africa 2.5 2
Fartun Abdi Hodan Mohamud Saba Yonas Tsegaye Helen Abdirahman Ifrah Meron Dawit Ayaan Filmon
|
Warsame Farah Hussein_Ali Tesfay Gebremedhin Haile_Selassie Osman Abdullahi_Nur Woldemichael Jama
Kidane Tekle

west_africa 0.7 3
Chinwe Kwame Adaeze Olúwaṣeun Ngozi Kofi Mamadou Aïssatou Tólá Yaw Efua N'Golo
|
N'Diaye Okonkwo Adébáyọ̀ Mensah Diallo Ọláwálé Ouédraogo Nkrumah Traoré Achebe-Nwosu N'Guessan
Boateng

polish_baltic 2.5 3
Agnieszka Paweł Małgorzata Łukasz Zofia Jānis Ieva Rūta Žygimantas Õnne Kārlis Grażyna Tõnis
|
Wiśniewska Kowalczyk Wójcik Błaszczykowski Bērziņš Ozoliņa Žukauskaitė Kazlauskas Tamm Jõgi Szczęsny
Brzęczyszczykiewicz

spanish_portuguese 2.5 6
José María Lucía Santiago Begoña Íñigo João Inês Gonçalo Ana_María Conceição Martín Ximena Andrés
Núria Joaquín
|
García_Márquez Muñoz Rodríguez Núñez_de_Balboa Peña Gonçalves da_Silva dos_Santos Ibáñez
Fernández-Ordóñez Vásquez Sá

german_dutch 1.5 8
Jürgen Käthe Sören Anneliese Günther Lukas Jan Femke Joris Björn Lieselotte Maximilian Anke Thijs
|
Müller Schröder Großmann Weiß von_der_Heide van_den_Berg de_Vries 't_Hooft Köhler Strauß Übelhör
in_'t_Veld Jäger

french_italian 1 7
François Éloïse Chloé Jérôme Anaïs Giulia Niccolò Benoît Maëlle Zoé Gaëlle Lorenzo Hélène Cœlia
|
Lefèvre D'Angelo L'Hôpital Bérenger Dell'Acqua D’Amico Lacœuille Gauthier De_Rossi Nuñez-Lévêque
Çelébi Dubois

english_irish 1 7
James Siobhán Aoife Emily Seán Oliver Niamh Charlotte Pádraig Hannah Zoë Dwayne Mary-Kate
|
O'Brien O’Neill Smith Fitzgerald-O'Connor MacLeod McCarthy Ó_Súilleabháin Brown Taylor Wright
Nic_Dhonnchadha St._John

indian 1 12
Priya Rahul Ananya Arjun Lakshmi Vikram Sneha Karthik Divya Sanjay Meera Harpreet Fathima
|
Sharma Patel Iyer Chatterjee Singh Reddy Krishnamurthy Nair Venkataraman Mukhopadhyay Gupta Rao
Balasubramanian

chinese 0.8 9
Wei Xiaoming Lì Yǔxuān Jing Haoran Mengyao Ziyi Lǜ Tao Xin Yuxi Chang'an Min
|
Wang Li Zhang Liu Chen Yang Zhào Huang Lǚ Ouyang Xu Wu Sun Mǎ

vietnamese 0.8 3
Thị_Hồng Văn_Đức Thùy_Dương Quốc_Bảo Ngọc_Ánh Hữu_Phước Mỹ_Hạnh Tuấn_Kiệt Lệ_Quyên
|
Nguyễn Trần Phạm Lê Huỳnh Vũ Đặng Bùi Đỗ Ngô Hoàng Dương

decomposed 0.2 0.4
Nguyê̂̃n Åsa Björn Élodie
|
Trần Öberg Sjöström

greek 0.3 1.2
Γιώργος=Giorgos Ελένη=Eleni Δημήτρης=Dimitris Κατερίνα=Katerina Αθηνά=Athina
|
Παπαδόπουλος=Papadopoulos Νικολάου=Nikolaou Γεωργίου=Georgiou Αντωνιάδη=Antoniadi

cyrillic 0.4 1.5
Олена=Olena Дмитро=Dmytro Наталья=Natalya Юлія=Yuliia Сергей=Sergey Ђорђе=Djordje
|
Шевченко=Shevchenko Коваленко=Kovalenko Иванова=Ivanova Щербак=Shcherbak Вукчевић=Vukcevic

han 0.2 1.5
伟=Wei 秀英=Xiuying 子轩=Zixuan 美玲=Meiling 浩然=Haoran
|
王=Wang 李=Li 張=Zhang 欧阳=Ouyang 陳=Chen

arabic_script 0.3 1
محمد=Mohammed فاطمة=Fatima نور=Noor عبد_الرحمن=Abdulrahman شیرین=Shirin
|
الخطيب=Alkhatib حداد=Haddad النجار=Alnajjar احمدی=Ahmadi

korean_japanese 0.2 1.2
지민=Jimin 서연=Seoyeon 美咲=Misaki 翔太=Shota さくら=Sakura
|
김=Kim 이=Lee 佐藤=Sato 鈴木=Suzuki

other_scripts 0.2 1
สมชาย=Somchai प्रिया=Priya ნინო=Nino ሰላም=Selam דוד=David தமிழ்=Tamil
|
ศรีสุวรรณ=Srisuwan शर्मा=Sharma ბერიძე=Beridze ተስፋዬ=Tesfaye כהן=Cohen ராமன்=Raman

single 0.4 1.2
-
|
Suharto Wahyuningsih Soe_Moe Farzana Zabihullah Putri Nasrullah

long 0.2 0.5
Maria_Fernanda_Guadalupe_del_Carmen Wijesinghe_Mudiyanselage_Dinusha_Chathurangani
Johann_Friedrich_Maximilian_Leopold
|
Andrianampoinimerinatsimitoviaminandriampanjaka Ramírez_de_Arellano_y_Fernández_de_Córdoba
Wolfeschlegelsteinhausenbergerdorff Srisawat-Phrombutsabong_na_Ayutthaya
"""
