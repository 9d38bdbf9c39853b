using System.Collections.Frozen;
using System.Text;

namespace Rapport.Gathering;

/// <summary>What a column means: by the mapping, else by its name, when that leaves no doubt.</summary>
/// <param name="Role">One of <see cref="Roles"/>, or the name of the measure.</param>
/// <param name="Measure">What is measured; null for another role.</param>
internal sealed record CsvMeaning(string Role, CsvMeasure? Measure)
{
    internal const string When = "when", Date = "date", Time = "time", Device = "device", Ignore = "ignore";

    internal static readonly string[] Roles = [When, Date, Time, Device, Ignore];

    // English, Spanish, German, French; small letters without accents and signs.
    private static readonly FrozenDictionary<string, string> Names = new (string Role, string Words)[]
    {
        (When, "datetime timestamp dateandtime measuredat measurementtime fechayhora fechahora datumuhrzeit zeitpunkt dateetheure dateheure"),
        (Date, "date day fecha datum tag jour measurementdate"),
        (Time, "time timeofday hora uhrzeit zeit heure"),
        (Device, "device devicename dispositivo aparato gerat geraet appareil"),
        (CsvMeasure.Systolic, "systolic sys systolicbloodpressure systolicpressure bloodpressuresystolic sistolica presionsistolica systolisch systole systolique"),
        (CsvMeasure.Diastolic, "diastolic dia diastolicbloodpressure diastolicpressure bloodpressurediastolic diastolica presiondiastolica diastolisch diastole diastolique"),
        ("pulse", "pulse pulserate heartrate hr pulso frecuenciacardiaca puls pulsfrequenz herzfrequenz pouls frequencecardiaque"),
        ("respiratory-rate", "respiratoryrate breathingrate frecuenciarespiratoria atemfrequenz frequencerespiratoire"),
        ("oxygen", "spo2 oxygensaturation bloodoxygen saturaciondeoxigeno sauerstoffsattigung saturationenoxygene"),
        ("weight", "weight bodyweight peso gewicht korpergewicht poids"),
        ("height", "height bodyheight estatura talla korpergrosse"),
        ("bmi", "bmi imc bodymassindex"),
        ("temperature", "temperature bodytemperature temp temperatura korpertemperatur temperatur"),
        ("glucose", "glucose bloodglucose bloodsugar glucosa glucosaensangre blutzucker glykamie glycemie glucosesanguine"),
        ("interstitial-glucose", "sensorglucose interstitialglucose historicglucose cgmglucose"),
        ("hba1c", "hba1c a1c"),
        ("inr", "inr"),
        ("peak-flow", "peakflow pef peakexpiratoryflow flujomaximo spitzenfluss debitdepointe"),
    }.SelectMany(of => of.Words.Split(' ').Select(word => KeyValuePair.Create(word, of.Role))).ToFrozenDictionary();

    internal static bool IsRole(string role) => Roles.Contains(role);

    /// <summary>The meaning of a column; null, with the reason, when it is in doubt.</summary>
    internal static CsvMeaning? Of(string header, CsvMapping? mapping, out string? doubt)
    {
        var (name, unit) = Split(header);
        var told = mapping?.Columns.GetValueOrDefault(header);
        var role = told?.As ?? Names.GetValueOrDefault(Plain(name));
        doubt = role is null ? $"`{header}`" : null;
        if (role is null || IsRole(role))
        {
            return role is null ? null : new CsvMeaning(role, null);
        }

        if (CsvMeasure.Find(role, told?.Unit ?? unit) is { } measure)
        {
            return new CsvMeaning(role, measure);
        }

        doubt = (told?.Unit ?? unit) is { } wrong ? $"`{header}` (unit `{wrong}`)" : $"`{header}` (its unit is not said)";
        return null;
    }

    /// <summary><c>Weight (kg)</c>, <c>Weight [kg]</c>: name and unit.</summary>
    private static (string Name, string? Unit) Split(string header)
    {
        var open = header.IndexOfAny(['(', '[']);
        return open > 0 && header[^1] is ')' or ']' && open > 0 ? (header[..open].Trim(), header[(open + 1)..^1].Trim()) : (header.Trim(), null);
    }

    private static string Plain(string name)
    {
        var plain = new StringBuilder();
        foreach (var c in (name.Length > 100 ? "" : name).Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                plain.Append(c);
            }
        }

        return plain.ToString();
    }
}
