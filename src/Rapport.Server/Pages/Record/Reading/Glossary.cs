using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>Medical terms that occur often, in plain words. The official name always stands beside.</summary>
/// <param name="Key">Names its texts.</param>
/// <param name="Codes">Its codes in LOINC, SNOMED CT or ICD-10, with blanks between.</param>
/// <param name="Words">Its official names in English and Spanish, with semicolons between: how it is known where no code tells, and what else is looked for when somebody searches for the plain name.</param>
public sealed record Glossary(string Key, string Codes, string Words)
{
    private static readonly Glossary[] All =
    [
        new("Diabetes", "44054006 46635009 73211009 E11 E10", "diabetes"),
        new("Prediabetes", "15777000 714628002", "prediabetes"),
        new("Hypertension", "59621000 38341003 I10", "hypertension;hipertension"),
        new("Hyperlipidemia", "55822004 E78.5", "hyperlipidemia;hiperlipidemia;dyslipidemia;dislipidemia"),
        new("Obesity", "162864005 414916001 408512008", "obesity;obesidad"),
        new("Asthma", "195967001 233678006", "asthma;asma"),
        new("Copd", "13645005 185086009 87433001", "chronic obstructive pulmonary;chronic obstructive bronchitis;emphysema;epoc"),
        new("HeartFailure", "88805009 84114007 42343007", "heart failure;insuficiencia cardiaca"),
        new("CoronaryDisease", "53741008 414545008", "coronary heart disease;ischemic heart;cardiopatia isquemica"),
        new("HeartAttack", "22298006 401314000", "myocardial infarction;infarto"),
        new("AtrialFibrillation", "49436004", "atrial fibrillation;fibrilacion auricular"),
        new("Stroke", "230690007 432504007", "stroke;cerebrovascular accident;accidente cerebrovascular"),
        new("KidneyDisease", "431855005 431856006 433144002 431857002 709044004", "chronic kidney disease;enfermedad renal"),
        new("Anemia", "271737000", "anemia;anaemia"),
        new("Osteoporosis", "64859006", "osteoporosis"),
        new("Osteoarthritis", "396275006 239873007 239872002", "osteoarthritis;artrosis"),
        new("RheumatoidArthritis", "69896004", "rheumatoid arthritis;artritis reumatoide"),
        new("Bronchitis", "10509002", "acute bronchitis;bronquitis"),
        new("Pharyngitis", "195662009 43878008", "pharyngitis;faringitis"),
        new("Sinusitis", "444814009 36971009 40055000", "sinusitis"),
        new("Otitis", "65363002", "otitis media;otitis"),
        new("Depression", "36923009 370143000 35489007", "depression;depressive;depresion"),
        new("Reflux", "235595009", "gastroesophageal reflux;reflujo"),
        new("Hypothyroidism", "40930008", "hypothyroidism;hipotiroidismo"),
        new("Sprain", "44465007", "sprain of ankle;esguince"),
        new("Chlamydia", "240589008", "chlamydia;clamidia"),
        new("Hba1c", "4548-4 17856-6 59261-8", "hemoglobin a1c;hba1c;hemoglobina glicosilada"),
        new("FastingGlucose", "1558-6", "fasting glucose;glucosa en ayunas"),
        new("Glucose", "2339-0 2345-7 41653-7 15074-8 14749-6", "glucose;glucosa"),
        new("Cholesterol", "2093-3 14647-2", "cholesterol;total cholesterol;colesterol total"),
        new("Ldl", "13457-7 18262-6 2089-1 22748-8", "ldl;low density lipoprotein"),
        new("Hdl", "2085-9 14646-4", "hdl;high density lipoprotein"),
        new("Triglycerides", "2571-8 14927-8", "triglyceride;triglycerides;trigliceridos"),
        new("Creatinine", "2160-0 38483-4 14682-9", "creatinine;creatinina"),
        new("Egfr", "62238-1 33914-3 48642-3 69405-9 98979-8 77147-7 88293-6", "egfr;glomerular filtration rate;filtrado glomerular"),
        new("Albuminuria", "14959-1 9318-7", "albumin in urine;microalbumin;albumina en orina"),
        new("Potassium", "2823-3 6298-4", "potassium;potasio"),
        new("Sodium", "2951-2 2947-0", "sodium;sodio"),
        new("Tsh", "3016-3 11579-0", "thyrotropin;tsh;tirotropina"),
        new("Hemoglobin", "718-7 20509-6 59260-0", "hemoglobin;haemoglobin;hemoglobina"),
        new("WhiteCells", "6690-2 26464-8", "leukocytes;white blood cells;leucocitos"),
        new("Platelets", "777-3 26515-7", "platelets;plaquetas"),
        new("Hematocrit", "4544-3 20570-8", "hematocrit;hematocrito"),
        new("BloodPressure", "85354-9 55284-4", "blood pressure;presion arterial"),
        new("Ecg", "11524-6 34534-8 8601-7", "electrocardiogram;ekg study;ecg;ekg;electrocardiograma"),
        new("HeartRate", "8867-4", "heart rate;frecuencia cardiaca"),
        new("BodyMassIndex", "39156-5 59576-9", "body mass index;indice de masa corporal"),
        new("OxygenSaturation", "59408-5 2708-6", "oxygen saturation;saturacion de oxigeno"),
        new("Phq9", "44261-6", "phq 9"),
        new("AuditC", "75626-2", "audit c"),
        new("Crp", "1988-5 30522-7", "c reactive protein;proteina c reactiva"),
        new("Alt", "1742-6", "alanine aminotransferase;alanina aminotransferasa"),
        new("Ast", "1920-8", "aspartate aminotransferase;aspartato aminotransferasa"),
        new("Bilirubin", "1975-2", "bilirubin;bilirrubina"),
        new("Urea", "3094-0 6299-2", "urea nitrogen;urea"),
        new("Psa", "2857-1", "prostate specific antigen;antigeno prostatico"),
        new("Inr", "6301-6 34714-6", "inr"),
        new("Systolic", "8480-6", "systolic;systolic blood pressure;presion sistolica"),
        new("Diastolic", "8462-4", "diastolic;diastolic blood pressure;presion diastolica"),
        new("BodyWeight", "29463-7 3141-9", "body weight;weight;peso corporal"),
        new("BodyHeight", "8302-2", "body height;height;estatura"),
        new("PenicillinAllergy", "91936005", "allergy to penicillin;penicillin allergy;alergia a la penicilina"),
        new("AspirinAllergy", "293586001", "allergy to aspirin;aspirin allergy;alergia a la aspirina"),
        new("SulfonamideAllergy", "91939003", "allergy to sulfonamide;sulfonamide allergy;alergia a las sulfonamidas"),
        new("LatexAllergy", "300916003 1003755004", "allergy to latex;latex allergy;alergia al latex"),
        new("PeanutAllergy", "91935009", "allergy to peanuts;allergy to peanut;peanut allergy;alergia al mani;alergia al cacahuate"),
        new("NutAllergy", "91934008", "allergy to nuts;allergy to nut;nut allergy;alergia a los frutos secos"),
        new("ShellfishAllergy", "300913006", "allergy to shellfish;shellfish allergy;alergia a los mariscos"),
        new("EggAllergy", "91930004", "allergy to eggs;allergy to egg;egg allergy;alergia al huevo"),
        new("GrassPollenAllergy", "418689008", "allergy to grass pollen;grass pollen allergy;alergia al polen de gramineas"),
        new("BeeVenomAllergy", "424213003", "allergy to bee venom;bee venom allergy;alergia al veneno de abeja"),
        new("Temperature", "8310-5 8331-1", "body temperature;temperatura corporal"),
    ];

    private static readonly FrozenDictionary<string, Glossary> ByCode =
        All.SelectMany(term => term.Codes.Split(' ').Select(code => (code, term))).ToFrozenDictionary(pair => pair.code, pair => pair.term);

    private static readonly FrozenDictionary<string, Glossary> ByName =
        All.SelectMany(term => term.Words.Split(';').Select(name => (name, term))).ToFrozenDictionary(pair => pair.name, pair => pair.term);

    /// <summary>What people call it.</summary>
    public string Name => Text("Name");

    /// <summary>What it is, in a sentence.</summary>
    public string Means => Text("Means");

    /// <summary>The term of a concept: by its codes, else by its words when they are an official name; null when it is not known here.</summary>
    public static Glossary? Find(IEnumerable<string?> codes, string? words)
    {
        foreach (var code in codes)
        {
            if (code is not null && ByCode.TryGetValue(code, out var term))
            {
                return term;
            }
        }

        return words is null ? null : ByName.GetValueOrDefault(Fold(words));
    }

    /// <summary>Official names of what people call so in any language: for a search by plain words. Whoever reads in one language may think in another.</summary>
    public static IEnumerable<string> OfficialNames(string text)
    {
        var words = Fold(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? [] : All.Where(term => Languages.All.Any(IsCalledSoIn(term))).SelectMany(term => term.Words.Split(';'));

        Func<SpokenLanguage, bool> IsCalledSoIn(Glossary term) => language =>
            Fold(term.Text("Name", language.Culture)).Split(' ') is var plain && words.All(word => plain.Any(known => known.StartsWith(word, StringComparison.Ordinal)));
    }

    private static string Fold(string text) => Encoding.UTF8.GetString(SearchText.Fold(text));

    private string Text(string form, CultureInfo? language = null) => GlossaryText.ResourceManager.GetString($"{Key}.{form}", language ?? CultureInfo.CurrentUICulture)!;
}
