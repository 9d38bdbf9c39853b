using System.Collections.Frozen;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>What a column means: by the mapping, else by its name, when that leaves no doubt.</summary>
public sealed record CsvMeaning
{
    /// <summary>Date and time; the date; the time of day.</summary>
    public const string When = "when", Date = "date", Time = "time";

    /// <summary>What measured; the patient's own words; nothing that is taken.</summary>
    public const string Device = "device", Note = "note", Ignore = "ignore";

    /// <summary>Tables with one result in each row: the name of the test, its result, its unit, what is usual.</summary>
    public const string Test = "test", Result = "result", Unit = "unit", Range = "range";

    private CsvMeaning(string role, Measurand? measure) => (Role, Measure) = (role, measure);

    /// <summary>What a column can be beside a measurement.</summary>
    public static IReadOnlyList<string> Roles { get; } = [When, Date, Time, Device, Note, Test, Result, Unit, Range, Ignore];

    // English, Spanish, German, French; small letters without accents and signs.
    private static readonly FrozenDictionary<string, string> Names = new (string Role, string Words)[]
    {
        (When, "datetime timestamp dateandtime measuredat measurementtime fechayhora fechahora datumuhrzeit zeitpunkt dateetheure dateheure"),
        (Date, "date day fecha datum tag jour measurementdate"),
        (Time, "time timeofday hora uhrzeit zeit heure"),
        (Device, "device devicename dispositivo aparato gerat geraet appareil"),
        (Measurand.Systolic, "systolic sys systolicbloodpressure systolicpressure bloodpressuresystolic sistolica sistolico presionsistolica presionarterialsistolica tensionsistolica tensionarterialsistolica systolisch systole systolique"),
        (Measurand.Diastolic, "diastolic dia diastolicbloodpressure diastolicpressure bloodpressurediastolic diastolica diastolico presiondiastolica presionarterialdiastolica tensiondiastolica tensionarterialdiastolica diastolisch diastole diastolique"),
        ("pulse", "pulse pulserate heartrate hr pulso frecuenciacardiaca puls pulsfrequenz herzfrequenz pouls frequencecardiaque"),
        ("respiratory-rate", "respiratoryrate breathingrate frecuenciarespiratoria atemfrequenz frequencerespiratoire"),
        ("oxygen", "spo2 oxygensaturation bloodoxygen saturaciondeoxigeno sauerstoffsattigung saturationenoxygene"),
        ("weight", "weight bodyweight peso gewicht korpergewicht poids"),
        ("height", "height bodyheight estatura talla korpergrosse"),
        ("bmi", "bmi imc bodymassindex"),
        ("body-fat", "bodyfat bodyfatpercentage grasacorporal korperfett korperfettanteil massegrasse"),
        ("waist", "waist waistcircumference cintura perimetrodecintura taillenumfang bauchumfang tourdetaille"),
        ("temperature", "temperature bodytemperature temp temperatura korpertemperatur temperatur"),
        ("glucose", "glucose bloodglucose bloodsugar glucosa glucosaensangre glucemia blutzucker glykamie glycemie glucosesanguine"),
        ("interstitial-glucose", "sensorglucose interstitialglucose historicglucose cgmglucose"),
        ("hba1c", "hba1c a1c"),
        ("cholesterol", "cholesterol totalcholesterol colesterol colesteroltotal cholesterin gesamtcholesterin cholesteroltotal"),
        ("hdl", "hdl hdlcholesterol colesterolhdl hdlcholesterin cholesterolhdl"),
        ("ldl", "ldl ldlcholesterol colesterolldl ldlcholesterin cholesterolldl"),
        ("triglycerides", "triglycerides trigliceridos triglyceride triglyzeride"),
        ("creatinine", "creatinine creatinina kreatinin"),
        ("urate", "uricacid urate acidourico harnsaure acideurique"),
        ("potassium", "potassium potasio kalium"),
        ("sodium", "sodium sodio natrium"),
        ("hemoglobin", "hemoglobin haemoglobin hemoglobina hamoglobin hemoglobine"),
        ("tsh", "tsh"),
        ("crp", "crp creactiveprotein"),
        ("inr", "inr"),
        ("peak-flow", "peakflow pef peakexpiratoryflow flujomaximo spitzenfluss debitdepointe"),
    }.SelectMany(of => of.Words.Split(' ').Select(word => KeyValuePair.Create(word, of.Role))).ToFrozenDictionary();

    /// <summary>One of <see cref="Roles"/>, or the name of the measure.</summary>
    internal string Role { get; }

    /// <summary>What is measured; null for another role.</summary>
    internal Measurand? Measure { get; }

    internal static bool IsRole(string role) => Roles.Contains(role);

    /// <summary>What a name leaves no doubt of; null when it does.</summary>
    internal static string? RoleOf(string name) => Names.GetValueOrDefault(Plain(name));

    /// <summary>The meaning of a column; null, with what is wrong, when it is in doubt.</summary>
    internal static CsvMeaning? Of(string header, CsvMapping? mapping, out CsvFault? fault)
    {
        var (name, unit) = Split(header);
        var told = mapping?.Columns.GetValueOrDefault(header);
        var role = told?.As ?? RoleOf(name);
        fault = role is null ? new CsvFault(CsvFaultKind.UnknownColumn, header) : null;
        if (role is null || IsRole(role))
        {
            return role is null ? null : new CsvMeaning(role, null);
        }

        var written = told is null ? unit : told.Unit ?? (Measurand.Find(role, unit) is null ? null : unit);
        if (Measurand.Find(role, written) is { } measure)
        {
            return new CsvMeaning(role, measure);
        }

        fault = string.IsNullOrEmpty(written) ? new CsvFault(CsvFaultKind.MissingUnit, header) : new CsvFault(CsvFaultKind.WrongUnit, header, written);
        return null;
    }

    /// <summary><c>Weight (kg)</c>, <c>Weight [kg]</c>: name and unit.</summary>
    internal static (string Name, string? Unit) Split(string header)
    {
        var open = header.IndexOfAny(['(', '[']);
        return open > 0 && header[^1] is ')' or ']' && open > 0 ? (header[..open].Trim(), header[(open + 1)..^1].Trim()) : (header.Trim(), null);
    }

    /// <summary>Small letters and digits without accents and signs.</summary>
    internal static string Plain(string name)
    {
        // Not by the runtime's normalisation: a server without the tables of Unicode takes no accent off a letter.
        return string.Concat(Encoding.UTF8.GetString(SearchText.Fold(name.Length > 100 ? "" : name)).Where(char.IsAsciiLetterOrDigit));
    }
}
